import { describe, expect, it } from 'vitest';
import { heard, known, wanted, type Said } from './replay';

const said = (...offsets: number[]): Said[] =>
	offsets.map((offset_ms) => ({ id: `msg_${offset_ms}`, offset_ms }) as Said);
const page = (items: Said[], next: string | null = null) => ({ items, next, total: null });

describe('the talk beside a recording', () => {
	it('begins a little before the place at which somebody comes in', () => {
		expect(wanted(undefined, 0)).toEqual({ from_ms: 0 });
		expect(wanted(undefined, 600_000)).toEqual({ from_ms: 510_000 });
	});
	it('goes on before it is at its end, and begins anew after a leap', () => {
		const stretch = { from: 100_000, to: 200_000, next: 'on', said: [] };
		expect(wanted(stretch, 150_000)).toBeUndefined();
		expect(wanted(stretch, 190_000)).toEqual({ cursor: 'on' });
		expect(wanted(stretch, 280_000)).toEqual({ cursor: 'on' });
		expect(wanted(stretch, 500_000)).toEqual({ from_ms: 410_000 });
		expect(wanted(stretch, 99_000)).toEqual({ from_ms: 9000 });
	});
	it('is known to its end after the last page', () => {
		const stretch = known(undefined, { from_ms: 0 }, page(said(5, 9)));
		expect(stretch).toMatchObject({ from: 0, to: Infinity });
		expect(wanted(stretch, 10_000_000)).toBeUndefined();
	});
	it('puts pages together that follow one another, and those alone', () => {
		const first = known(undefined, { from_ms: 3 }, page(said(5, 9), 'on'));
		expect(first).toMatchObject({ from: 3, to: 9, next: 'on' });
		const both = known(first, { cursor: 'on' }, page(said(9, 12)));
		expect(both).toMatchObject({ from: 3, to: Infinity, next: null });
		expect(both.said).toHaveLength(4);
		expect(known(both, { from_ms: 50 }, page(said(60))).said).toHaveLength(1);
	});
	it('lets go of what was said long ago', () => {
		const many = said(...Array.from({ length: 1000 }, (_, at) => at));
		const first = known(undefined, { from_ms: 0 }, page(many, 'on'));
		const both = known(first, { cursor: 'on' }, page(said(2000, 2001)));
		expect(both).toMatchObject({ from: 2, to: Infinity });
		expect(wanted(both, 1)).toEqual({ from_ms: 0 });
	});
	it('shows what had been said by then, the last of it', () => {
		const stretch = known(undefined, { from_ms: 0 }, page(said(10, 20, 30)));
		expect(heard(stretch, 5)).toEqual([]);
		expect(heard(stretch, 20).map(({ offset_ms }) => offset_ms)).toEqual([10, 20]);
		const many = said(...Array.from({ length: 400 }, (_, at) => at));
		expect(heard(known(undefined, { from_ms: 0 }, page(many)), 1000)).toHaveLength(150);
	});
});
