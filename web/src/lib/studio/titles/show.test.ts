import { describe, expect, it } from 'vitest';
import type { Show } from './model';
import { showChanges, showFieldsOf, showMistakes, yearMistake } from './show';

const show = {
	kind: 'show',
	title: 'Cosmos',
	sort_title: null,
	original_title: null,
	tagline: null,
	overview: '',
	studio: 'KCET',
	release_date: '1980-09-28',
	release_year: 1980,
	status: 'ended',
	rating: null,
	languages: ['en'],
	genres: ['Documentary'],
	tags: []
} as unknown as Show;

describe('showChanges', () => {
	const before = showFieldsOf(show);
	it('are none where nothing was changed', () =>
		expect(showChanges(before, { ...before })).toEqual({}));
	it('clear what stands empty and keep numbers as numbers', () =>
		expect(
			showChanges(before, { ...before, studio: ' ', release_year: '1981', genres: ['Science'] })
		).toEqual({ studio: null, release_year: 1981, genres: ['Science'] }));
});

it('points at what is wrong', () =>
	expect(
		Object.keys(
			showMistakes({ ...showFieldsOf(show), title: ' ', release_year: '80', release_date: 'soon' })
		)
	).toEqual(['title', 'release_year', 'release_date']));

it.each([
	['', false],
	['1980', false],
	['1492', true],
	['198', true],
	['1980.5', true]
])('year %s', (text, wrong) => expect(yearMistake(text) !== undefined).toBe(wrong));
