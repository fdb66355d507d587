import { describe, expect, it } from 'vitest';
import type { Video } from '$lib/api/types';
import { detailChanges, detailFieldsOf, detailMistakes, hasShow } from './details';

const fields = detailFieldsOf({
	title: 'Sherlock Jr.',
	sort_title: null,
	original_title: null,
	tagline: null,
	description: '',
	content_type: 'movie',
	show_title: null,
	season_number: null,
	episode_number: null,
	genres: ['Comedy'],
	tags: [],
	category: null,
	studio: 'Metro',
	release_date: '1924-04-21',
	release_year: 1924,
	rating: null,
	languages: []
} as unknown as Video);

describe('detailChanges', () => {
	it('are none where nothing was touched, or only blanks were typed', () =>
		expect(detailChanges(fields, { ...fields, title: ' Sherlock Jr. ', tagline: ' ' })).toEqual(
			{}
		));
	it('clear what stands empty and keep numbers as numbers', () =>
		expect(
			detailChanges(fields, {
				...fields,
				studio: '',
				content_type: 'episode',
				show_title: 'Keaton',
				season_number: '0',
				episode_number: '3',
				genres: ['Comedy', 'Silent']
			})
		).toEqual({
			studio: null,
			content_type: 'episode',
			show_title: 'Keaton',
			season_number: 0,
			episode_number: 3,
			genres: ['Comedy', 'Silent']
		}));
});

it('points at what is wrong', () => {
	expect(detailMistakes(fields)).toEqual({});
	expect(
		Object.keys(
			detailMistakes({
				...fields,
				title: '',
				season_number: '-1',
				episode_number: '1.5',
				release_year: '24',
				release_date: '1924'
			})
		)
	).toEqual(['title', 'season_number', 'episode_number', 'release_year', 'release_date']);
});

it('asks for a show where there can be one', () => {
	expect(hasShow(fields)).toBe(false);
	expect(hasShow({ ...fields, content_type: 'lesson' })).toBe(true);
	expect(hasShow({ ...fields, show_title: 'Keaton' })).toBe(true);
});
