import type { Airing, DayPreview } from '$lib/channels/types';
import { ms } from '$lib/channels/words';

/** The date in a time zone, `2026-11-22`; of an unknown zone that of UTC. */
export function dateIn(at: number, zone: string): string {
	const parts = (timeZone: string): string =>
		new Intl.DateTimeFormat('en-CA', {
			timeZone,
			year: 'numeric',
			month: '2-digit',
			day: '2-digit'
		}).format(at);
	try {
		return parts(zone || 'UTC');
	} catch {
		return parts('UTC');
	}
}

/** A time of day in a time zone. */
export function hourIn(at: number | string, zone: string): string {
	const write = (timeZone: string): string =>
		new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
			typeof at === 'string' ? ms(at) : at
		);
	try {
		return write(zone || 'UTC');
	} catch {
		return write('UTC');
	}
}

/** So many dates after one, that one first. */
export function datesFrom(date: string, count: number): string[] {
	const first = Date.parse(`${date}T12:00:00Z`);
	return Array.from({ length: count }, (_, n) =>
		new Date(first + n * 86_400_000).toISOString().slice(0, 10)
	);
}

/** A date as people say it: `Sun 22 Nov`. */
export const dateName = (date: string): string =>
	new Intl.DateTimeFormat('en-GB', {
		timeZone: 'UTC',
		weekday: 'short',
		day: 'numeric',
		month: 'short'
	})
		.format(Date.parse(`${date}T12:00:00Z`))
		.replace(',', '');

/** How a day is filled, in parts of a whole. */
export function shares(day: Pick<DayPreview, 'from' | 'to' | 'airings'>): {
	programmes: number;
	filler: number;
	count: number;
} {
	const from = ms(day.from);
	const to = ms(day.to);
	const whole = Math.max(1, to - from);
	let programmes = 0;
	let filler = 0;
	let count = 0;
	for (const { start, end, kind } of day.airings) {
		const length = Math.max(0, Math.min(to, ms(end)) - Math.max(from, ms(start)));
		if (kind === 'filler') filler += length;
		else {
			programmes += length;
			count += 1;
		}
	}
	return { programmes: programmes / whole, filler: filler / whole, count };
}

/** An airing's place within a day, from 0 to 1. */
export function spot(
	airing: Pick<Airing, 'start' | 'end'>,
	from: number,
	to: number
): { at: number; size: number } {
	const whole = Math.max(1, to - from);
	const start = Math.max(from, ms(airing.start));
	const end = Math.min(to, ms(airing.end));
	return { at: (start - from) / whole, size: Math.max(0, end - start) / whole };
}
