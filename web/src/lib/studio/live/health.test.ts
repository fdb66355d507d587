import { describe, expect, it } from 'vitest';
import type { Ingest } from '$lib/live/types';
import {
	addressOf,
	breakWords,
	fileCommand,
	findings,
	otherWays,
	testCommand,
	verdict
} from './health';

const good: Ingest = {
	protocol: 'rtmp',
	video_codec: 'H.264',
	audio_codec: 'AAC',
	width: 1280,
	height: 720,
	frame_rate: 30,
	bitrate_kbps: 2500,
	keyframe_interval_s: 2,
	since: '2026-11-21T12:00:00Z',
	ad_break: null,
	warnings: []
};
const of = (changed: Partial<Ingest>) => findings({ ...good, ...changed });

describe('a break', () => {
	const begins_at = '2026-11-21T12:00:30Z';
	it.each([
		['12:00:00', '2026-11-21T12:01:00Z', 'in 0:30'],
		['12:00:40', '2026-11-21T12:01:00Z', '0:20 left'],
		['12:00:40', null, 'on'],
		['12:02:00', '2026-11-21T12:01:00Z', '0:00 left']
	])('at %s', (at, ends_at, words) => {
		const now = Date.parse(`2026-11-21T${at}Z`);
		expect(breakWords({ begins_at, ends_at }, now)).toBe(words);
	});
});

describe('what comes in', () => {
	it('is left alone while it is well', () => {
		expect(findings(good)).toEqual([]);
		expect(verdict([])).toBe('good');
	});
	it.each([
		[{ video_codec: null }, 'no picture'],
		[{ audio_codec: null }, 'no sound'],
		[{ warnings: ['A keyframe comes every 6.0 seconds only.'] }, 'every 6.0 seconds'],
		[{ frame_rate: 12 }, 'Only 12 pictures'],
		[{ bitrate_kbps: 300 }, '300 kb/s is little'],
		[{ bitrate_kbps: 30_000 }, 'More than 20 Mb/s']
	])('%o is said in words', (changed, words) => {
		const found = of(changed);
		expect(found.map(({ text }) => text).join()).toContain(words);
		expect(verdict(found)).toBe('warn');
	});
	it('is bad where viewers wait for ever', () =>
		expect(verdict(of({ keyframe_interval_s: 10, warnings: ['A keyframe comes late.'] }))).toBe(
			'bad'
		));
	it('is said once', () =>
		expect(of({ audio_codec: null, warnings: ['No sound has come yet.'] })).toHaveLength(1));
	it('is not judged by what is not known', () =>
		expect(
			of({
				width: null,
				height: null,
				frame_rate: null,
				keyframe_interval_s: null
			})
		).toEqual([]));
});

describe('where to send it', () => {
	const address = addressOf('rtmp://example.org:1935/live/s3cret', 's3cret');
	it('is two fields', () =>
		expect(address).toEqual({ server: 'rtmp://example.org:1935/live', key: 's3cret' }));
	it('is the whole address where the key is not in it', () =>
		expect(addressOf('rtmp://example.org/live/', null)).toEqual({
			server: 'rtmp://example.org/live',
			key: ''
		}));
	it('is a command that can be run', () => {
		for (const command of [testCommand(address), fileCommand(address)]) {
			expect(command).toMatch(/^ffmpeg -re /);
			expect(command).toContain('-f flv rtmp://example.org:1935/live/s3cret');
		}
	});
	it('is quoted where a shell would stumble', () =>
		expect(testCommand({ server: 'rtmp://h/live', key: "a'b c" })).toContain(
			`'rtmp://h/live/a'\\''b c'`
		));
});

describe('other ways', () => {
	const stream = {
		rtmp_url: 'rtmp://host:1935/live/KEY',
		rtmps_url: null,
		srt_url: 'srt://host:9998?streamid=publish:KEY',
		whip_url: 'https://host/whip',
		stream_key: 'KEY'
	};
	it('are those that there are, with the key hidden where it is not to be read', () => {
		const ways = otherWays(stream, '•••');
		expect(ways.map(({ name }) => name)).toEqual(['RTMP', 'SRT', 'WHIP']);
		expect(ways.map(({ url }) => url)).toContain('https://host/whip/KEY');
		expect(ways.some(({ shows }) => shows.includes('KEY'))).toBe(false);
	});
	it('show the key to whoever asks', () => {
		expect(otherWays(stream)[0]?.shows).toBe('rtmp://host:1935/live/KEY');
	});
});
