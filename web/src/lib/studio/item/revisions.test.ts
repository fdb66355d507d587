import { expect, it } from 'vitest';
import { changesBackTo, valueText, type Revision } from './revisions';

const revision = (number: number, ...changes: [string, unknown, unknown][]): Revision => ({
	number,
	at: '2026-11-21T10:00:00Z',
	actor: null,
	via: 'edit',
	changes: changes.map(([field, before, after]) => ({ field, before, after }))
});
const history = [
	revision(4, ['title', 'B', 'C']),
	revision(3, ['genre', null, 'Noir'], ['title', 'A', 'B']),
	revision(2, ['genre', 'Drama', null]),
	revision(1)
];

it('sums up what going back would change', () => {
	expect(changesBackTo(history, 3)).toEqual([{ field: 'title', before: 'C', after: 'B' }]);
	expect(changesBackTo(history, 2)).toEqual([
		{ field: 'title', before: 'C', after: 'A' },
		{ field: 'genre', before: 'Noir', after: null }
	]);
	expect(changesBackTo(history, 4)).toEqual([]);
});

it('leaves out what came back by itself', () =>
	expect(
		changesBackTo([revision(3, ['title', 'B', 'A']), revision(2, ['title', 'A', 'B'])], 1)
	).toEqual([]));

it.each([
	[null, '–'],
	[['a', 'b'], 'a, b'],
	[true, 'yes'],
	[{ name: 'Ada', role: 'actor', character: 'Herself' }, 'Ada (actor, Herself)'],
	[{ tmdb: '12' }, 'tmdb 12'],
	[1947, '1947']
])('%j reads %s', (value, text) => expect(valueText(value)).toBe(text));
