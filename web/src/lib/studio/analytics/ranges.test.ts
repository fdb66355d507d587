import { describe, expect, it } from 'vitest';
import {
	RANGES,
	compared,
	pointsOf,
	growth,
	longTime,
	of,
	rangeOf,
	shortTime,
	stretchBefore,
	stretchOf
} from './ranges';

const now = Date.parse('2026-11-22T07:20:00Z');

it('is four weeks unless the address says otherwise', () => {
	expect(rangeOf(null).days).toBe(28);
	expect(rangeOf('nonsense').days).toBe(28);
	expect(rangeOf('12m').days).toBe(365);
});

it('ends today, with so many points', () => {
	expect(stretchOf(rangeOf('7d'), now)).toEqual({
		from: '2026-11-16T00:00:00.000Z',
		interval: 'day'
	});
});

describe('the stretch before', () => {
	it('ends at the same hour where hours are told', () =>
		expect(stretchBefore(rangeOf('7d'), now)).toEqual({
			from: '2026-11-09T00:00:00.000Z',
			to: '2026-11-15T08:00:00.000Z',
			interval: 'hour'
		}));
	it('is of whole days where only those are told', () =>
		expect(stretchBefore(rangeOf('90d'), now)).toEqual({
			from: '2026-05-27T00:00:00.000Z',
			to: '2026-08-25T00:00:00.000Z',
			interval: 'day'
		}));
	it.each(RANGES)('does not run into that of $label', (range) => {
		const { from, to } = stretchBefore(range, now);
		expect(Date.parse(to)).toBeLessThanOrEqual(Date.parse(stretchOf(range, now).from));
		// More than the server answers is never asked for.
		expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBeLessThanOrEqual(400);
	});
});

it('grows against what there was', () => {
	expect(growth(150, 100)).toBe(0.5);
	expect(growth(0, 100)).toBe(-1);
	expect(growth(5, 0)).toBeNull();
	expect(growth(5, undefined)).toBeNull();
	expect(growth(null, 3)).toBeNull();
});

it('writes points of time in UTC', () => {
	expect(shortTime('2026-11-01T00:00:00Z')).toBe('1 Nov');
	expect(longTime('2026-11-01T00:00:00Z', 'day')).toBe('Sunday 1 November 2026');
	expect(longTime('2026-11-01T15:00:00Z', 'hour')).toBe('1 Nov, 15:00 UTC');
});

it('measures only like against like', () => {
	const week = of(rangeOf('7d'), { totals: 5 });
	expect(compared(week, of(rangeOf('7d'), { totals: 3 }))).toBe(3);
	expect(compared(week, of(rangeOf('28d'), { totals: 9 }))).toBeUndefined();
	expect(compared(week, undefined)).toBeUndefined();
});

it('knows every hour and day of a stretch', () => {
	expect(pointsOf('2026-11-01T00:00:00Z', '2026-11-01T02:30:00Z', 'hour')).toEqual([
		'2026-11-01T00:00:00.000Z',
		'2026-11-01T01:00:00.000Z',
		'2026-11-01T02:00:00.000Z'
	]);
	expect(pointsOf('2026-11-01T00:00:00Z', '2026-11-08T00:00:00Z', 'day')).toHaveLength(7);
	expect(pointsOf('2026-11-08T00:00:00Z', '2026-11-01T00:00:00Z', 'day')).toEqual([]);
	expect(pointsOf('nonsense', '2026-11-01T00:00:00Z', 'day')).toEqual([]);
});
