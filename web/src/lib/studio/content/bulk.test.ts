import { describe, expect, it } from 'vitest';
import { between, blankBulk, bulkMistake, bulkPatch, inTurns } from './bulk';

describe('bulkPatch', () => {
	const video = { tags: ['Silent', 'comedy'] };
	it('leaves alone what was not touched', () => expect(bulkPatch(blankBulk(), video)).toEqual({}));
	it('adds and removes tags of each video by itself, whatever their case', () => {
		const fields = { ...blankBulk(), add_tags: 'Comedy, 1920s', remove_tags: 'silent' };
		expect(bulkPatch(fields, video)).toEqual({ tags: ['comedy', '1920s'] });
		expect(bulkPatch(fields, { tags: ['comedy', '1920s'] })).toEqual({});
	});
	it('sets what was chosen', () =>
		expect(
			bulkPatch(
				{ ...blankBulk(), genre: ' Noir ', release_year: '1947', visibility: 'private' },
				video
			)
		).toEqual({ genre: 'Noir', release_year: 1947, is_public: false }));
});

it.each([
	['', false],
	['1947', false],
	['soon', true],
	['1492', true]
])('year %s', (release_year, wrong) =>
	expect(bulkMistake({ ...blankBulk(), release_year }) !== undefined).toBe(wrong)
);

it('goes on where one fails, never with more at once than said', async () => {
	let busy = 0;
	let most = 0;
	const counts: number[] = [];
	const { well, failed } = await inTurns(
		[1, 2, 3, 4, 5, 6],
		2,
		async (n) => {
			most = Math.max(most, (busy += 1));
			await Promise.resolve();
			busy -= 1;
			if (n === 4) throw new Error('no');
		},
		(count) => counts.push(count)
	);
	expect(most).toBe(2);
	expect([...well].sort()).toEqual([1, 2, 3, 5, 6]);
	expect(failed.map(({ item }) => item)).toEqual([4]);
	expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
});

it('takes a range in either direction', () => {
	const ids = [...'abcde'];
	expect(between(ids, 'b', 'd')).toEqual(['b', 'c', 'd']);
	expect(between(ids, 'd', 'b')).toEqual(['b', 'c', 'd']);
	expect(between(ids, 'gone', 'c')).toEqual(['c']);
	expect(between(ids, 'a', 'gone')).toEqual([]);
});
