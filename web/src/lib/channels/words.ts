import { runtime } from '$lib/format';
import type { Airing, Station } from './types';

const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });

/** An instant in milliseconds. */
export const ms = (iso: string): number => Date.parse(iso);

/** A time of day, in the time of whoever looks: `20:15`. */
export const hour = (at: number | string): string =>
	HOUR.format(typeof at === 'string' ? ms(at) : at);

export const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** So many days later, at midnight: days have 23, 24 or 25 hours. */
export function dayLater(midnight: number, days: number): number {
	const at = new Date(midnight);
	at.setDate(at.getDate() + days);
	return at.setHours(0, 0, 0, 0);
}

/** A day against today: `Today`, `Tomorrow`, `Fri 28 Nov`. */
export function dayName(at: number, now: number): string {
	const days = Math.round((startOfDay(at) - startOfDay(now)) / 86_400_000);
	if (days === 0) return 'Today';
	if (days === 1) return 'Tomorrow';
	if (days === -1) return 'Yesterday';
	return DAY.format(at).replace(',', '');
}

/** From when to when: `20:15 – 21:45`. */
export const span = ({ start, end }: Pick<Airing, 'start' | 'end'>): string =>
	`${hour(start)} – ${hour(end)}`;

/** How much of it is over, from 0 to 100. */
export function progress({ start, end }: Pick<Airing, 'start' | 'end'>, now: number): number {
	const from = ms(start);
	const length = ms(end) - from;
	return length > 0 ? Math.min(100, Math.max(0, ((now - from) / length) * 100)) : 0;
}

/** What an airing is called; stretches between programmes may have no name of their own. */
export const titleOf = (airing: Pick<Airing, 'title' | 'kind'>): string =>
	airing.title || (airing.kind === 'live' ? 'Live broadcast' : 'Between programmes');

/** The quiet line: `Show · S1 E3`, or `1940 · Drama`. */
export function lineOf(airing: Airing): string {
	const number = [
		airing.season !== null ? `S${airing.season}` : '',
		airing.episode !== null ? `E${airing.episode}` : ''
	]
		.filter(Boolean)
		.join(' ');
	if (airing.show) return [airing.show, number].filter(Boolean).join(' · ');
	return [airing.year, airing.genres.slice(0, 2).join(', ')].filter(Boolean).join(' · ');
}

/** What is left of it: `12 min left`. */
export function left(airing: Pick<Airing, 'end'>, now: number): string {
	const seconds = Math.max(0, (ms(airing.end) - now) / 1000);
	return seconds < 60 ? 'ends in a moment' : `${runtime(seconds)} left`;
}

/** How an airing stands to an instant. */
export function standing(
	{ start, end }: Pick<Airing, 'start' | 'end'>,
	now: number
): 'past' | 'now' | 'to come' {
	if (ms(end) <= now) return 'past';
	return ms(start) <= now ? 'now' : 'to come';
}

/** The address of a channel's page; its number is what people remember. */
export const hrefOf = (station: Pick<Station, 'number'>): string => `/channels/${station.number}`;

/** An address with parameters more. */
export function withQuery(url: string, more: Record<string, string>): string {
	const [before = '', hash] = url.split('#');
	const query = new URLSearchParams(more).toString();
	return `${before}${before.includes('?') ? '&' : '?'}${query}${hash ? `#${hash}` : ''}`;
}

/** Whether it is the viewer's own channel, which has no number. */
export const isMine = (station: { id: string }): boolean => station.id.startsWith('channel_mine_');
/** What a channel goes by: its number and its name. */
export const nameOf = (station: { id: string; number: number; name: string }): string =>
	isMine(station) ? station.name : `${station.number} ${station.name}`;
