import { describe, expect, it } from 'vitest';
import {
	ago,
	bitrate,
	bytes,
	clock,
	pick,
	plural,
	remaining,
	runtime,
	tagsOf,
	titleFromFile
} from './format';

describe('clock', () => {
	it.each([
		[0, '0:00'],
		[65.9, '1:05'],
		[3599, '59:59'],
		[3845, '1:04:05'],
		[-3, '0:00'],
		[Number.NaN, '0:00']
	])('%d s', (seconds, text) => expect(clock(seconds)).toBe(text));
});

describe('runtime', () => {
	it.each([
		[0.2, '1 s'],
		[45, '45 s'],
		[720, '12 min'],
		[3600, '1 h'],
		[5640, '1 h 34 min'],
		[null, '']
	])('%s s', (seconds, text) => expect(runtime(seconds)).toBe(text));
});

describe('bytes', () => {
	it.each([
		[0, '0 B'],
		[655_360, '640 KiB'],
		[1_288_490_189, '1.2 GiB'],
		[null, '–']
	])('%s', (count, text) => expect(bytes(count)).toBe(text));
});

describe('bitrate', () => {
	it.each([
		[350_000, '350 kb/s'],
		[999_900, '1 Mb/s'],
		[2_540_000, '2.5 Mb/s'],
		[0, '–']
	])('%d', (value, text) => expect(bitrate(value)).toBe(text));
});

it('says how long ago', () => {
	const now = Date.parse('2026-01-31T12:00:00Z');
	expect(ago('2026-01-31T11:59:50Z', now)).toBe('just now');
	expect(ago('2026-01-31T11:55:00Z', now)).toBe('5 minutes ago');
	expect(ago('2026-01-30T11:00:00Z', now)).toBe('yesterday');
	expect(ago('2025-06-01T12:00:00Z', now)).toBe('Jun 1, 2025');
	expect(ago('nonsense', now)).toBe('');
});

it('makes titles of file names', () => {
	expect(titleFromFile('my_summer-film.final.mp4')).toBe('My summer film final');
	expect(titleFromFile('.mp4')).toBe('.mp4');
	expect(titleFromFile('Ночь.mkv')).toBe('Ночь');
});

it('reads tags', () => expect(tagsOf(' a, b,,a ,c d ')).toEqual(['a', 'b', 'c d']));
it('counts', () =>
	expect([plural(1, 'video'), plural(1200, 'video')]).toEqual(['1 video', '1,200 videos']));
it('rounds what remains', () =>
	expect([remaining(3), remaining(90)]).toEqual(['a few seconds', '2 min']));
it('picks stably within bounds', () => {
	for (const id of ['video_a', 'video_b', '']) {
		expect(pick(id, 6)).toBe(pick(id, 6));
		expect(pick(id, 6)).toBeLessThan(6);
	}
});
