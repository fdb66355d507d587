import { describe, expect, it } from 'vitest';
import {
	changedPlaces,
	dateMistake,
	lastPlace,
	nextSeason,
	placesOf,
	portions,
	seasonLabel
} from './episodes';
import type { Season } from './model';

const episode = (id: string, season_number: number | null, episode_number: number | null) => ({
	id,
	season_number,
	episode_number
});

describe('places', () => {
	it('count from one, in their order', () =>
		expect(placesOf(2, [episode('b', null, null), episode('a', 2, 1)])).toEqual([
			{ video_id: 'b', season_number: 2, episode_number: 1 },
			{ video_id: 'a', season_number: 2, episode_number: 2 }
		]));
	it('keep a season that begins at nought', () =>
		expect(placesOf(1, [episode('b', 1, 1), episode('a', 1, 0)])[0]?.episode_number).toBe(0));
	it('are told only where they changed', () =>
		expect(
			changedPlaces(1, [episode('a', 1, 1), episode('c', 1, 3), episode('b', 1, 2)]).map(
				({ video_id, episode_number }) => [video_id, episode_number]
			)
		).toEqual([
			['c', 2],
			['b', 3]
		]));
});

it('sends no more at once than the server takes', () =>
	expect(portions([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]));

it('puts what joins a season at its end', () => {
	const season = { number: 2, episodes: [episode('a', 2, 4), episode('b', 2, null)] };
	expect(lastPlace(season as Season, 2)).toBe(5);
	expect(lastPlace(undefined, 2)).toBe(1);
});

it('counts seasons on, whatever the specials are', () => {
	expect(nextSeason([{ number: 1 }, { number: 3 }, { number: 0 }, { number: null }])).toBe(4);
	expect(nextSeason([])).toBe(1);
});

it.each([
	[null, null, 'Without a season'],
	[0, null, 'Specials'],
	[2, null, 'Season 2'],
	[2, 'The Return', 'Season 2: The Return']
])('season %s %s is %s', (number, title, label) => expect(seasonLabel(number, title)).toBe(label));

it.each([
	['', false],
	['2008-01-20', false],
	['2008-02-30', true],
	['20.1.2008', true]
])('date %s', (date, wrong) => expect(dateMistake(date) !== undefined).toBe(wrong));
