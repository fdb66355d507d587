import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem';
import type { Sending } from '$lib/live/rtc/stats';
import { sendingFindings, startTrouble, stateWords, type Wish } from './words';

const wish: Wish = { bitrate: 2_500_000, muted: false, heard: true, dark: false, asleep: false };
const fine: Sending = {
	at: 0,
	bytes: 0,
	packets: 0,
	lostPackets: 0,
	bitrate: 2_400_000,
	frameRate: 30,
	width: 1280,
	height: 720,
	roundTrip: 20,
	loss: 0,
	limit: 'none',
	codec: 'H264',
	available: 5e6
};

describe('sendingFindings', () => {
	it('says nothing where all is well, or nothing is known', () => {
		expect(sendingFindings(fine, wish)).toEqual([]);
		expect(sendingFindings(undefined, wish)).toEqual([]);
	});
	it.each([
		[{ loss: 0.05 }, {}, 'warn', /Some of it is lost/],
		[{ loss: 0.2 }, {}, 'bad', /Much is lost/],
		[{ limit: 'cpu' as const }, {}, 'warn', /at its limit/],
		[{ limit: 'bandwidth' as const, available: 800_000 }, {}, 'warn', /only 800 kb\/s/],
		[{ limit: 'bandwidth' as const }, {}, 'warn', /less than is wanted/],
		[{ roundTrip: 900 }, {}, 'warn', /slow to answer/],
		[{ codec: 'VP8' }, {}, 'warn', /sends VP8/],
		[{}, { muted: true }, 'warn', /You are muted/],
		[{}, { heard: false }, 'warn', /No microphone/],
		[{}, { dark: true }, 'warn', /black/],
		[{}, { asleep: true, dark: true }, 'bad', /holds the camera back/]
	])('%o %o', (now, wished, tone, words) => {
		const found = sendingFindings({ ...fine, ...now }, { ...wish, ...wished });
		expect(found).toHaveLength(1);
		expect(found[0]?.tone).toBe(tone);
		expect(found[0]?.text).toMatch(words);
	});
});

describe('stateWords', () => {
	it('counts down to the next try', () => {
		expect(stateWords('waiting', 2.2)).toContain('in 3 s');
		expect(stateWords('waiting', -1)).toContain('Trying again…');
		expect(stateWords('on', 0)).toBe('You are on the air');
	});
});

describe('startTrouble', () => {
	it('tells who may not from what cannot', () => {
		expect(startTrouble(new ApiError(403, 'x'))).toMatch(/may not/);
		expect(startTrouble(new ApiError(404, 'x'))).toMatch(/takes no pictures/);
		expect(startTrouble(new ApiError(0, 'x'))).toMatch(/cannot be reached/);
		expect(startTrouble(new ApiError(415, 'x', 'Only H.264.'))).toBe('Only H.264.');
	});
});
