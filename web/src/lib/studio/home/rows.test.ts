import { expect, it } from 'vitest';
import { rowMistakes, rowName, rowsToSend, type HomeRow } from './rows';

const row = (part: Partial<HomeRow>): HomeRow => ({
	id: 'row_1',
	kind: 'new',
	title: null,
	settings: {},
	size: 20,
	enabled: true,
	...part
});

it('names rows', () => {
	expect(rowName(row({}))).toBe('New');
	expect(rowName(row({ title: 'Fresh' }))).toBe('Fresh');
	expect(rowName(row({ kind: 'genre', settings: { value: 'Noir' } }))).toBe('A genre: Noir');
	expect(rowName(row({ kind: 'something_newer' }))).toBe('something_newer');
});

it('wants to know of which titles', () => {
	expect(rowMistakes([row({})])).toEqual({});
	expect(rowMistakes([row({ kind: 'tag' })])).toEqual({ row_1: 'Say which tag.' });
	expect(rowMistakes([row({ size: 99 })])).toEqual({ row_1: 'From 1 to 50 titles, please.' });
});

it('lets the server name new rows and sends no blanks', () =>
	expect(
		rowsToSend([
			row({ title: ' ', settings: { value: '', count: 3 } }),
			row({ id: 'new-1', kind: 'trending' })
		])
	).toEqual([
		{ id: 'row_1', kind: 'new', title: null, settings: { count: 3 }, size: 20, enabled: true },
		{ kind: 'trending', title: null, settings: {}, size: 20, enabled: true }
	]));
