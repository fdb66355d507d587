import { describe, expect, it } from 'vitest';
import type { Airing } from '../types';
import { cellsOf, indexAt, merged, rowsIn, walk, within } from './cells';

const ZERO = Date.parse('2026-11-22T20:00:00Z');
const MINUTE = 60_000;

/** Airings that follow each other: a name, how many minutes, and `~` for filler. */
function row(text: string, from = 0): Airing[] {
	let at = from;
	return text.split(' ').map((word) => {
		const [, mark = '', name = '', length = ''] = /^(~?)([a-z]*)(\d+(?:\.\d+)?)$/.exec(word) ?? [];
		const start = at;
		at += Number(length);
		return {
			id: `${name}${start}`,
			kind: mark ? 'filler' : 'programme',
			start: new Date(ZERO + start * MINUTE).toISOString(),
			end: new Date(ZERO + at * MINUTE).toISOString(),
			duration: Number(length) * 60,
			video_id: null,
			stream_id: null,
			title: name,
			description: null,
			image_url: null,
			type: 'movie',
			show: null,
			season: null,
			episode: null,
			year: null,
			rating: null,
			genres: []
		};
	});
}
const minute = (n: number): number => ZERO + n * MINUTE;
const shape = (airings: Airing[]): string[] =>
	cellsOf(airings).map(
		(cell) =>
			`${cell.airings.map((one) => one.title || '~').join('+')} ${(cell.start - ZERO) / MINUTE}-${(cell.end - ZERO) / MINUTE}`
	);

describe('cells', () => {
	it('take in what fills up, and leave what is long apart', () => {
		expect(shape(row('a50 ~5 b20 ~15 c30'))).toEqual(['a 0-55', 'b 55-75', '~ 75-90', 'c 90-120']);
	});
	it('hold short programmes together within a quarter of an hour', () => {
		expect(shape(row('a3 b3 ~1 c3 f30'))).toEqual(['a+b+c 0-10', 'f 10-40']);
		expect(shape(row('a3 b3 c3 d3 e3 f3'))).toEqual(['a+b+c+d+e 0-15', 'f 15-18']);
	});
	it('are found by the moment', () => {
		const cells = cellsOf(row('a30 b30 c30'));
		expect(indexAt(cells, minute(-5))).toBe(0);
		expect(indexAt(cells, minute(30))).toBe(1);
		expect(indexAt(cells, minute(89))).toBe(2);
		expect(indexAt(cells, minute(500))).toBe(2);
		expect(indexAt([], ZERO)).toBe(-1);
		expect(within(cells, minute(40), minute(60)).map((cell) => cell.id)).toEqual(['b30']);
		expect(within(cells, minute(100), minute(120))).toEqual([]);
	});
});

describe('answers', () => {
	it('are put together without repeats', () => {
		const all = row('a30 b30 c30 d30');
		const titles = (airings: Airing[]): string => airings.map((one) => one.title).join('');
		expect(titles(merged(all.slice(0, 2), all.slice(1, 3)))).toBe('abc');
		expect(titles(merged(all.slice(2), all.slice(0, 2)))).toBe('abcd');
		expect(titles(merged(all, row('x30', 30)))).toBe('axcd');
		expect(titles(merged(all, []))).toBe('abcd');
	});
});

it('draws the rows in sight and a few beside them', () => {
	expect(rowsIn(0, 400, 80, 300)).toEqual([0, 8]);
	expect(rowsIn(8000, 400, 80, 300)).toEqual([97, 108]);
	expect(rowsIn(23_900, 400, 80, 300)).toEqual([295, 300]);
	expect(rowsIn(0, 400, 80, 2)).toEqual([0, 2]);
	expect(rowsIn(0, 400, 0, 2)).toEqual([0, 0]);
});

describe('keys', () => {
	const cells = cellsOf(row('a30 b30 c30'));
	const about = { rows: 20, cells, seen: minute(0), now: minute(40) };
	it('lead along a row and end at its ends', () => {
		expect(walk('ArrowRight', { row: 3, at: minute(10) }, about)).toEqual({
			row: 3,
			at: minute(30)
		});
		expect(walk('ArrowLeft', { row: 3, at: minute(40) }, about)).toEqual({ row: 3, at: minute(0) });
		expect(walk('ArrowLeft', { row: 3, at: minute(0) }, about)).toBeUndefined();
		expect(walk('ArrowRight', { row: 3, at: minute(80) }, about)).toBeUndefined();
	});
	it('lead up and down at the moment where one reads', () => {
		expect(walk('ArrowDown', { row: 0, at: minute(30) }, { ...about, seen: minute(45) })).toEqual({
			row: 1,
			at: minute(45)
		});
		expect(walk('ArrowUp', { row: 0, at: minute(30) }, about)).toBe('out');
		expect(walk('ArrowDown', { row: 19, at: minute(30) }, about)).toBeUndefined();
		expect(walk('PageDown', { row: 17, at: minute(30) }, about)).toEqual({
			row: 19,
			at: minute(30)
		});
		expect(walk('PageUp', { row: 2, at: minute(30) }, about)).toEqual({ row: 0, at: minute(30) });
	});
	it('lead to now and to the end, and leave others alone', () => {
		expect(walk('Home', { row: 1, at: minute(0) }, about)).toEqual({ row: 1, at: minute(40) });
		expect(walk('End', { row: 1, at: minute(0) }, about)).toEqual({ row: 1, at: minute(60) });
		expect(walk('x', { row: 1, at: minute(0) }, about)).toBeUndefined();
	});
});
