import { describe, expect, it } from 'vitest';
import type { Airing } from './types';
import {
	dayLater,
	dayName,
	lineOf,
	progress,
	standing,
	startOfDay,
	titleOf,
	withQuery
} from './words';

const airing: Airing = {
	id: '00000000000000ab',
	kind: 'programme',
	start: '2026-11-22T20:00:00Z',
	end: '2026-11-22T21:00:00Z',
	duration: 3600,
	video_id: 'video_1',
	stream_id: null,
	title: 'Laura',
	description: null,
	image_url: null,
	type: 'movie',
	show: null,
	season: null,
	episode: null,
	year: 1944,
	rating: null,
	genres: ['Noir', 'Drama', 'Mystery']
};
const at = (clock: string): number => Date.parse(`2026-11-22T${clock}Z`);

describe('an airing', () => {
	it('is past, on or to come, and so far over', () => {
		expect(standing(airing, at('19:59:59'))).toBe('to come');
		expect(standing(airing, at('20:00:00'))).toBe('now');
		expect(standing(airing, at('21:00:00'))).toBe('past');
		expect(progress(airing, at('20:15:00'))).toBe(25);
		expect(progress(airing, at('22:00:00'))).toBe(100);
		expect(progress({ start: airing.start, end: airing.start }, at('22:00:00'))).toBe(0);
	});
	it('has a name and a line', () => {
		expect(titleOf(airing)).toBe('Laura');
		expect(titleOf({ title: '', kind: 'filler' })).toBe('Between programmes');
		expect(lineOf(airing)).toBe('1944 · Noir, Drama');
		expect(lineOf({ ...airing, show: 'Alpha', season: 1, episode: 3 })).toBe('Alpha · S1 E3');
	});
});

describe('days', () => {
	it('are named against today', () => {
		const now = new Date(2026, 10, 22, 12).getTime();
		expect(dayName(now, now)).toBe('Today');
		expect(dayName(dayLater(startOfDay(now), 1), now)).toBe('Tomorrow');
		expect(dayName(dayLater(startOfDay(now), -1), now)).toBe('Yesterday');
		expect(dayName(dayLater(startOfDay(now), 5), now)).toMatch(/27 Nov/);
	});
});

it('adds to an address that has a token already', () => {
	expect(withQuery('/a.m3u8?token=x', { from: '1' })).toBe('/a.m3u8?token=x&from=1');
	expect(withQuery('/a.m3u8', { from: '1', until: '2' })).toBe('/a.m3u8?from=1&until=2');
});
