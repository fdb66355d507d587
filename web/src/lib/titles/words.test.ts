import { expect, it } from 'vitest';
import type { Credit } from '$lib/api/titles';
import { castAndCrew, day, extraName, roleName, seasonName } from './words';

const credit = (name: string, role: string): Credit => ({
	person_id: name,
	name,
	role,
	character: null,
	avatar_url: null
});

it('parts those on the screen from those behind it', () => {
	const { cast, crew } = castAndCrew([
		credit('Ada', 'director'),
		credit('Ben', 'actor'),
		credit('Ada', 'writer'),
		credit('Cem', 'guest'),
		credit('Dee', 'writer')
	]);
	expect(cast.map(({ name }) => name)).toEqual(['Ben', 'Cem']);
	expect(crew.map(({ role, people }) => [role, people.map(({ name }) => name)])).toEqual([
		['director', ['Ada']],
		['writer', ['Ada', 'Dee']]
	]);
});

it.each([
	[{ number: 2, title: null }, 'Season 2'],
	[{ number: 2, title: 'The Return' }, 'The Return'],
	[{ number: 0, title: null }, 'Specials'],
	[{ number: null, title: null }, 'Episodes']
])('names a season: %j', (season, name) => expect(seasonName(season)).toBe(name));

it('calls the parts of a course so', () => {
	expect(seasonName({ number: 2, title: null }, true)).toBe('Part 2');
	expect(seasonName({ number: null, title: null }, true)).toBe('Lessons');
});

it('writes days as people do', () => {
	expect(day('1974-11-11')).toBe('November 11, 1974');
	expect(day('1974')).toBe('1974');
	expect(day(null)).toBe('');
});

it('has a name for every role and extra, known or not', () => {
	expect(roleName('director')).toBe('Direction');
	expect(roleName('sound_designer')).toBe('Sound designer');
	expect(extraName('behind_the_scenes')).toBe('Behind the scenes');
	expect(extraName('blooper_reel')).toBe('Blooper reel');
	expect(extraName(null)).toBe('Extra');
});
