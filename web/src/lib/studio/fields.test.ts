import { describe, expect, it } from 'vitest';
import { blankFields, changesOf, metadataOf, mistakes, patchOf } from './fields';

describe('mistakes', () => {
	it('wants a title', () => {
		expect(mistakes(blankFields('  ')).title).toBeDefined();
		expect(mistakes(blankFields('Film'))).toEqual({});
	});
	it.each([
		['release_year', '1869', true],
		['release_year', '1895', false],
		['release_year', 'soon', true],
		['season_number', '1.5', true],
		['season_number', '-1', true],
		['episode_number', '0', false],
		['episode_number', ' ', false]
	] as const)('%s %s', (name, value, bad) =>
		expect(name in mistakes({ ...blankFields('Film'), [name]: value })).toBe(bad)
	);
});

it('clears what stands empty and keeps episodes to episodes', () => {
	const fields = {
		...blankFields(' Pilot '),
		show_title: 'Show',
		season_number: '1',
		tags: 'a, b,a'
	};
	expect(patchOf({ ...fields, content_type: 'movie' })).toMatchObject({
		title: 'Pilot',
		description: null,
		show_title: null,
		season_number: null,
		tags: ['a', 'b']
	});
	expect(patchOf({ ...fields, content_type: 'episode' })).toMatchObject({
		show_title: 'Show',
		season_number: 1,
		episode_number: null
	});
});

it('sends only what changed', () => {
	const before = blankFields('Film');
	expect(changesOf(before, { ...before })).toEqual({});
	expect(changesOf(before, { ...before, title: 'Film ', genre: 'Noir', is_public: false })).toEqual(
		{
			genre: 'Noir',
			is_public: false
		}
	);
});

it('writes upload metadata without blanks', () =>
	expect(metadataOf({ ...blankFields('Film'), tags: 'a,b', release_year: '1959' })).toEqual({
		title: 'Film',
		release_year: '1959',
		tags: 'a,b',
		is_public: 'true'
	}));
