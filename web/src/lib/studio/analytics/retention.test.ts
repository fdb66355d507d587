import { describe, expect, it } from 'vitest';
import { frameAt, halfGone, mostReplayed } from './retention';
import type { Retention } from './model';

const curve = (
	replays: Record<number, number>,
	share = (at: number) => 1 - at / 100
): Retention[] =>
	Array.from({ length: 100 }, (_, percent) => ({
		percent,
		share: share(percent),
		plays: 10,
		replays: replays[percent] ?? 0
	}));

describe('mostReplayed', () => {
	it('names peaks, not their slopes', () =>
		expect(mostReplayed(curve({ 29: 3, 30: 9, 31: 5, 70: 6, 71: 2, 90: 1 }), 200)).toEqual([
			{ percent: 30, at: 60, replays: 9 },
			{ percent: 70, at: 140, replays: 6 },
			{ percent: 90, at: 180, replays: 1 }
		]));
	it('names a plateau once, where it begins', () =>
		expect(
			mostReplayed(curve({ 40: 7, 41: 7, 42: 7, 43: 7, 44: 6, 45: 7, 46: 7, 47: 2 }), 100).map(
				({ percent }) => percent
			)
		).toEqual([40]));
	it('names nothing where nobody goes back', () => {
		expect(mostReplayed(curve({}), 100)).toEqual([]);
		expect(mostReplayed([], 100)).toEqual([]);
	});
	it('names no more than asked for', () =>
		expect(mostReplayed(curve({ 5: 1, 20: 2, 40: 3, 60: 4, 80: 5 }), 100, 2)).toHaveLength(2));
});

it('says when half are gone', () => {
	expect(halfGone(curve({}))).toBe(51);
	expect(halfGone(curve({}, () => 1))).toBeUndefined();
	expect(halfGone([])).toBeUndefined();
});

it('finds the picture of a moment', () => {
	const frames = [0, 5, 10].map((start) => ({
		start,
		end: start + 5,
		url: `${start}`,
		x: 0,
		y: 0,
		w: 160,
		h: 90
	}));
	expect(frameAt(frames, 7)?.url).toBe('5');
	expect(frameAt(frames, 99)?.url).toBe('10');
	expect(frameAt([], 7)).toBeUndefined();
});
