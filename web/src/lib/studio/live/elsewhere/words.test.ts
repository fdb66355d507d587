import { describe, expect, it } from 'vitest';
import type { PullSource, Target } from '$lib/live/types';
import { again, sourceMistake, sourceState, targetMistakes, targetState } from './words';

const target = (facts: Partial<Target>) => ({
	state: 'idle' as const,
	active: true,
	attempts: 0,
	bitrate_bps: null,
	...facts
});

describe('targetState', () => {
	it.each([
		[{ active: false, state: 'failed' as const }, true, 'Off', 'plain'],
		[{}, false, 'Ready', 'plain'],
		[{}, true, 'Waiting for the picture', 'plain'],
		[{ state: 'sending' as const, bitrate_bps: 2_500_000 }, true, 'Sending 2.5 Mb/s', 'good'],
		[{ state: 'waiting' as const, attempts: 3 }, true, 'Trying again (3 tries)', 'warn'],
		[{ state: 'failed' as const }, true, 'Given up', 'bad']
	])('%o', (facts, on, word, tone) => {
		expect(targetState(target(facts), on)).toEqual({ word, tone });
	});
});

describe('sourceState', () => {
	it('counts down', () => {
		const source: PullSource = {
			url: 'srt://x',
			state: 'waiting',
			error: null,
			attempts: 2,
			next_attempt_at: '2026-01-01T00:00:05Z'
		};
		const now = Date.parse('2026-01-01T00:00:00Z');
		expect(sourceState(source, now).word).toBe('Lost: tried again in 5 s (2 tries)');
		expect(again(null, now)).toBe('tried again at once');
	});
});

describe('mistakes', () => {
	it('wants a name and an address that can be sent to', () => {
		expect(targetMistakes(' ', 'http://x/live')).toEqual({
			name: expect.any(String) as string,
			url: expect.any(String) as string
		});
		expect(targetMistakes('a', ' rtmp://x/live ')).toEqual({});
		expect(targetMistakes('a', 'rtmp://')).toHaveProperty('url');
	});
	it('fetches from what can be fetched from', () => {
		expect(sourceMistake('https://x/live.m3u8')).toBeUndefined();
		expect(sourceMistake('srt://cam:9000?streamid=x')).toBeUndefined();
		expect(sourceMistake('rtsp://admin:secret@camera/1')).toBeUndefined();
		expect(sourceMistake('file:///etc/passwd')).toBeDefined();
	});
});
