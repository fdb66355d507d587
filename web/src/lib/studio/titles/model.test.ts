import { expect, it } from 'vitest';
import type { Video } from '$lib/api/types';
import { SHOW_KINDS, clearedBlanks, itemOf, labelOf, partWord, type Show } from './model';

it('clears what stands empty', () =>
	expect(clearedBlanks({ tagline: ' ', overview: '', studio: ' A ' }, ['overview'])).toEqual({
		tagline: null,
		overview: '',
		studio: 'A'
	}));

it('names a choice, and says what it does not know as it is', () => {
	expect(labelOf(SHOW_KINDS, 'course')).toBe('Course');
	expect(labelOf(SHOW_KINDS, 'radio_play')).toBe('Radio play');
	expect(labelOf([{ value: '', label: 'Not said' }], null)).toBe('Not said');
});

it('calls the parts of a course lessons', () =>
	expect(['course', 'show', 'podcast'].map(partWord)).toEqual(['lesson', 'episode', 'episode']));

it('shows what lies in a collection, whichever it is', () => {
	const video = { id: 'video_1', title: 'Sherlock Jr.', genres: ['Comedy'], release_year: 1924 };
	expect(itemOf({ video: video as Video, show: null })).toMatchObject({
		href: '/studio/videos/video_1',
		hint: '1924 · Comedy'
	});
	const show = { id: 'show_1', title: 'Cosmos', kind: 'show', backdrop_url: null };
	expect(itemOf({ video: null, show: show as Show })).toMatchObject({
		href: '/studio/shows/show_1',
		hint: 'Show'
	});
	expect(itemOf({ video: null, show: null })).toBeUndefined();
});
