import { describe, expect, it } from 'vitest';
import { area, labelled, line, moved, nearest, runs, spots, ticks } from './scale';

describe('ticks', () => {
	it.each([
		[0, 'count', [0, 1, 2, 3, 4]],
		[3, 'count', [0, 1, 2, 3, 4]],
		[42, 'count', [0, 20, 40, 60]],
		[9, 'count', [0, 5, 10]],
		[1000, 'count', [0, 250, 500, 750, 1000]],
		[1, 'share', [0, 0.25, 0.5, 0.75, 1]],
		[0, 'share', [0, 0.01, 0.02, 0.03, 0.04]],
		[50, 'seconds', [0, 15, 30, 45, 60]],
		[10_000, 'seconds', [0, 3600, 7200, 10_800]],
		[3_600_000, 'seconds', [0, 900_000, 1_800_000, 2_700_000, 3_600_000]],
		[1660, 'ms', [0, 500, 1000, 1500, 2000]]
	] as const)('up to %s of %s', (most, kind, expected) =>
		expect(ticks(most, kind)).toEqual(expected)
	);
	it.each(['count', 'seconds', 'share', 'ms'] as const)('holds every value of %s', (kind) => {
		for (const most of [0.003, 0.7, 1, 2.2, 13, 99, 101, 4321, 77_777, 1e7]) {
			const lines = ticks(most, kind);
			expect(lines[0]).toBe(0);
			expect(lines.at(-1)).toBeGreaterThanOrEqual(most);
			expect(lines.length).toBeLessThanOrEqual(6);
		}
	});
	it('bears what is no number', () => expect(ticks(NaN, 'count')).toEqual([0, 1, 2, 3, 4]));
});

describe('labelled', () => {
	it('names the last, and no more than there is room for', () => {
		expect(labelled(7, 10)).toEqual([0, 1, 2, 3, 4, 5, 6]);
		expect(labelled(28, 4)).toEqual([6, 13, 20, 27]);
		expect(labelled(365, 5)).toHaveLength(5);
		expect(labelled(0, 5)).toEqual([]);
		expect(labelled(3, 0)).toEqual([2]);
	});
});

describe('lines', () => {
	it('go from edge to edge, and stand on the ground at nothing', () => {
		expect(spots([0, 5, 10], 100, 50, 10)).toEqual([
			{ x: 0, y: 50 },
			{ x: 50, y: 25 },
			{ x: 100, y: 0 }
		]);
		expect(spots([5], 100, 50, 10)).toEqual([{ x: 50, y: 25 }]);
	});
	it('end where nothing is known', () => {
		const found = runs(spots([1, 2, null, 3, null, null, 4, 5], 70, 10, 5));
		expect(found.map((run) => run.length)).toEqual([2, 1, 2]);
		expect(runs([])).toEqual([]);
	});
	it('close to a surface', () => {
		const run = [
			{ x: 0, y: 5 },
			{ x: 10, y: 2 }
		];
		expect(line(run)).toBe('0.00,5.00 10.00,2.00');
		expect(area(run, 20)).toBe('0.00,20 0.00,5.00 10.00,2.00 10.00,20');
		expect(area([], 20)).toBe('');
	});
});

describe('the pointer', () => {
	it('finds the nearest point, also beyond the edges', () => {
		expect(nearest(49, 100, 3)).toBe(1);
		expect(nearest(-20, 100, 3)).toBe(0);
		expect(nearest(400, 100, 3)).toBe(2);
		expect(nearest(50, 100, 1)).toBe(0);
		expect(nearest(50, 0, 3)).toBe(0);
	});
	it('follows the keys', () => {
		expect(moved('ArrowRight', 3, 10)).toBe(4);
		expect(moved('ArrowRight', 9, 10)).toBe(9);
		expect(moved('ArrowLeft', 0, 10)).toBe(0);
		expect(moved('PageDown', 50, 100)).toBe(40);
		expect(moved('Home', 5, 10)).toBe(0);
		expect(moved('End', 5, 10)).toBe(9);
		expect(moved('Tab', 5, 10)).toBeUndefined();
	});
});
