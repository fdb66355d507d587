import { afterEach, describe, expect, it, vi } from 'vitest';
import {
	between,
	blankBulk,
	bulkEdit,
	bulkMistakes,
	changeMany,
	changesNothing,
	inTurns
} from './bulk';

afterEach(() => vi.unstubAllGlobals());

describe('bulkEdit', () => {
	it('leaves alone what was not touched', () =>
		expect(changesNothing(bulkEdit(blankBulk()))).toBe(true));
	it('adds and removes tags beside whatever each has', () => {
		const edit = bulkEdit({ ...blankBulk(), add_tags: 'Comedy, 1920s', remove_tags: 'silent' });
		expect(edit).toEqual({ patch: {}, add_tags: ['Comedy', '1920s'], remove_tags: ['silent'] });
		expect(changesNothing(edit)).toBe(false);
	});
	it('sets what was chosen', () =>
		expect(
			bulkEdit({
				...blankBulk(),
				genre: ' Noir, Crime ',
				release_year: '1947',
				season_number: '0',
				visibility: 'private'
			}).patch
		).toEqual({
			genres: ['Noir', 'Crime'],
			release_year: 1947,
			season_number: 0,
			is_public: false
		}));
});

it.each([
	[{ release_year: '' }, []],
	[{ release_year: '1947' }, []],
	[{ release_year: 'soon' }, ['release_year']],
	[{ release_year: '1492', season_number: '-1' }, ['release_year', 'season_number']]
])('mistakes of %j', (fields, wrong) =>
	expect(Object.keys(bulkMistakes({ ...blankBulk(), ...fields }))).toEqual(wrong)
);

it('asks in portions that the server takes', async () => {
	const sizes: number[] = [];
	vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
		const { ids } = JSON.parse(body) as { ids: string[] };
		sizes.push(ids.length);
		return Promise.resolve(new Response(JSON.stringify({ videos: ids.map((id) => ({ id })) })));
	});
	const ids = Array.from({ length: 501 }, (_, at) => `video_${at}`);
	const fresh = await changeMany(ids, bulkEdit({ ...blankBulk(), genre: 'Noir' }));
	expect(sizes).toEqual([500, 1]);
	expect(fresh.map(({ id }) => id)).toEqual(ids);
});

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
