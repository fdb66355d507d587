import { expect, it } from 'vitest';
import { adAt, countdown, eventsAt, landing, type Ad, type Break } from './breaks';

const ad = (offset: number, duration: number): Ad => ({
	title: `${duration} s`,
	advertiser: '',
	offset,
	duration,
	click_url: null,
	hls_url: '/media/spot/master.m3u8',
	token: 't',
	tracking: {}
});
const start = Date.parse('2026-11-22T10:00:00Z');
const breaks: Break[] = [
	{
		id: 7,
		start: '2026-11-22T10:00:00Z',
		end: '2026-11-22T10:01:00Z',
		ads: [ad(0, 15), ad(15, 30)]
	}
];

it('knows which one is on, and how long', () => {
	expect(adAt(breaks, start - 1)).toBeUndefined();
	expect(adAt(breaks, start)).toMatchObject({ key: '7/0', nth: 1, of: 2, left: 15 });
	expect(adAt(breaks, start + 20_000)).toMatchObject({ key: '7/1', nth: 2, past: 5, left: 25 });
	expect(adAt(breaks, start + 45_000)).toBeUndefined();
});

it('lets nobody jump past one that they have not seen', () => {
	const later = breaks.map((one) => ({ ...one, id: 9, start: '2026-11-22T10:10:00Z' }));
	const all = [...breaks, ...later];
	const none = new Set<number>();
	const minute = 60_000;
	expect(landing(all, none, start - 5000, start - 1000)).toBe(start - 1000);
	expect(landing(all, none, start - 5000, start + 5 * minute)).toBe(start);
	expect(landing(all, none, start - 5000, start + 15 * minute)).toBe(start + 10 * minute);
	expect(landing(all, new Set([7, 9]), start - 5000, start + 15 * minute)).toBe(
		start + 15 * minute
	);
	// While one is on, nothing goes on; back is another matter.
	expect(landing(all, none, start + 5000, start + 50_000)).toBe(start + 5000);
	expect(landing(all, none, start + 5000, start - 50_000)).toBe(start - 50_000);
	// Its slate is nothing that has to be seen.
	expect(landing(all, none, start + 46_000, start + 5 * minute)).toBe(start + 5 * minute);
});

it('tells what has happened', () => {
	expect(eventsAt(0, 20)).toEqual(['impression', 'start']);
	expect(eventsAt(10, 20)).toContain('midpoint');
	expect(eventsAt(10, 20)).not.toContain('third_quartile');
	expect(eventsAt(19.5, 20)).toContain('complete');
});

it('counts down', () => {
	expect(countdown(14.2)).toBe('0:15');
	expect(countdown(75)).toBe('1:15');
	expect(countdown(-1)).toBe('0:00');
});
