import { describe, expect, it } from 'vitest';
import { dateIn, dateName, datesFrom, hourIn, shares, spot } from './week';

const late = Date.parse('2026-11-22T23:30:00Z');

describe('days of a zone', () => {
	it('are those of its clocks', () => {
		expect(dateIn(late, 'UTC')).toBe('2026-11-22');
		expect(dateIn(late, 'Europe/Berlin')).toBe('2026-11-23');
		expect(dateIn(late, 'No/Where')).toBe('2026-11-22');
		expect(hourIn(late, 'Europe/Berlin')).toBe('00:30');
	});
	it('follow each other over the end of a year', () => {
		expect(datesFrom('2026-12-30', 4)).toEqual([
			'2026-12-30',
			'2026-12-31',
			'2027-01-01',
			'2027-01-02'
		]);
		expect(dateName('2026-11-22')).toBe('Sun 22 Nov');
	});
});

describe('a day', () => {
	const airing = (start: string, end: string, kind: 'programme' | 'filler') =>
		({ start: `2026-11-22T${start}:00Z`, end: `2026-11-22T${end}:00Z`, kind }) as never;
	it('is filled so far', () => {
		const day = {
			from: '2026-11-22T00:00:00Z',
			to: '2026-11-22T10:00:00Z',
			airings: [airing('00:00', '05:00', 'programme'), airing('05:00', '06:00', 'filler')]
		};
		expect(shares(day)).toEqual({ programmes: 0.5, filler: 0.1, count: 1 });
	});
	it('has a place for each', () => {
		const from = Date.parse('2026-11-22T00:00:00Z');
		expect(spot(airing('06:00', '12:00', 'programme'), from, from + 86_400_000)).toEqual({
			at: 0.25,
			size: 0.25
		});
	});
});
