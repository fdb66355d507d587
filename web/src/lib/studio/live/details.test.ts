import { describe, expect, it } from 'vitest';
import type { Stream } from '$lib/live/types';
import { streamChanges, streamFieldsOf, streamMistakes } from './details';

const fields = streamFieldsOf({
	title: 'Friday night',
	description: '',
	content_type: null,
	category: null,
	tags: ['music'],
	language: 'en',
	scheduled_at: null,
	max_viewers: 100,
	slow_mode_s: 0
} as unknown as Stream);

it('holds a broadcast as text', () =>
	expect(fields).toMatchObject({ max_viewers: '100', slow_mode_s: '', scheduled_at: '' }));

it('sends what was changed, and nothing else', () => {
	expect(streamChanges(fields, { ...fields })).toEqual({});
	expect(streamChanges(fields, { ...fields, title: ' Saturday ', max_viewers: '' })).toEqual({
		title: 'Saturday',
		max_viewers: null
	});
	expect(streamChanges(fields, { ...fields, slow_mode_s: '10' })).toEqual({ slow_mode_s: 10 });
	const { scheduled_at } = streamChanges(fields, { ...fields, scheduled_at: '2026-12-24T20:00' });
	expect(scheduled_at).toBe(new Date('2026-12-24T20:00').toISOString());
});

describe('mistakes', () => {
	it('are none in what is well', () => expect(streamMistakes(fields)).toEqual({}));
	it.each([
		['title', ' '],
		['max_viewers', '0'],
		['max_viewers', 'many'],
		['slow_mode_s', '4000'],
		['scheduled_at', 'tomorrow']
	])('%s: %s', (name, value) =>
		expect(Object.keys(streamMistakes({ ...fields, [name]: value }))).toEqual([name])
	);
});
