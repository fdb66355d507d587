import type { ApiError } from '$lib/api/problem';
import { plural, runtime } from '$lib/format';
import type { Stream } from './types';

/** What a broadcast can be, in the words that people read. */
export const STREAM_KINDS = [
	{ value: 'live_stream', label: 'Live' },
	{ value: 'webinar', label: 'Webinar' },
	{ value: 'conference', label: 'Conference' },
	{ value: 'gaming', label: 'Gaming' },
	{ value: 'education', label: 'Education' },
	{ value: 'entertainment', label: 'Entertainment' }
];
export const kindName = (kind: string | null): string =>
	STREAM_KINDS.find(({ value }) => value === kind)?.label ?? '';

/** What is left until a moment. */
export interface Left {
	days: number;
	hours: number;
	minutes: number;
	seconds: number;
	/** Whether the moment has come. */
	over: boolean;
}

export function leftUntil(iso: string, now: number): Left {
	const ms = Date.parse(iso) - now;
	const whole = Number.isFinite(ms) ? Math.max(0, Math.ceil(ms / 1000)) : 0;
	return {
		days: Math.floor(whole / 86_400),
		hours: Math.floor((whole % 86_400) / 3600),
		minutes: Math.floor((whole % 3600) / 60),
		seconds: whole % 60,
		over: whole === 0
	};
}

/** Roughly when it begins: `in 3 days`, `in 2 h 5 min`, `in a minute`, `any moment`. */
export function soon(iso: string, now: number): string {
	const left = leftUntil(iso, now);
	if (left.over) return 'any moment';
	if (left.days > 1) return `in ${left.days} days`;
	const minutes = left.days * 1440 + left.hours * 60 + left.minutes;
	return minutes < 1 ? 'in less than a minute' : `in ${runtime(minutes * 60)}`;
}

/** When it begins, with its day: `Today, 20:00`, `Tomorrow, 20:00`, `Fri, 28 Nov, 20:00`. */
export function dayAndHour(iso: string, now: number): string {
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return '';
	const midnight = new Date(now);
	midnight.setHours(0, 0, 0, 0);
	const days = Math.floor((at.getTime() - midnight.getTime()) / 86_400_000);
	const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);
	const day =
		days === 0
			? 'Today'
			: days === 1
				? 'Tomorrow'
				: new Intl.DateTimeFormat('en-GB', {
						weekday: 'short',
						day: 'numeric',
						month: 'short'
					}).format(at);
	return `${day}, ${hour}`;
}

/** Since when it is on the air, as a clock. */
export function onAirFor(stream: Pick<Stream, 'started_at'>, now: number): number {
	const since = Date.parse(stream.started_at ?? '');
	return Number.isNaN(since) ? 0 : Math.max(0, (now - since) / 1000);
}

/** A number that a card has room for: `12`, `1.2K`, `14K`. */
export function short(count: number): string {
	return new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 }).format(
		count
	);
}

export const watchingNow = (count: number): string =>
	count === 1 ? '1 watching' : `${count.toLocaleString('en')} watching`;

/** The quiet line below a broadcast's title. */
export function streamLine(stream: Stream): string {
	return [stream.streamer_name, stream.category || kindName(stream.content_type)]
		.filter(Boolean)
		.join(' · ');
}

/** Why a chat message was not taken, and for how many seconds nothing more is. */
export function chatRefusal(error: ApiError, slow = 0): { text: string; wait: number } {
	const wait = Math.min(3600, Math.max(0, error.retryAfter ?? 0));
	if (error.status === 429)
		return {
			text: slow
				? `Slow mode is on: one message every ${plural(slow, 'second')}.`
				: 'That is a lot at once. A moment, please.',
			wait: wait || 5
		};
	if (error.is('chat-banned')) {
		const until = /until (\S+?)\.?$/.exec(error.detail ?? '')?.[1];
		return { text: chatSilence(until ?? null), wait };
	}
	if (error.status === 401) return { text: 'Sign in to take part.', wait: 0 };
	return { text: error.sentence, wait };
}

/** What somebody is told who may not write: for now, or for ever. */
export function chatSilence(until: string | null): string {
	const at = Date.parse(until ?? '');
	return Number.isNaN(at)
		? 'A moderator has closed this chat to you.'
		: `A moderator asked you to pause until ${hourOf(at)}.`;
}

const hourOf = (at: number): string =>
	new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(at);

/** What is left of a pause, for the field that waits. */
export const waitWords = (seconds: number): string => `${plural(seconds, 'second')} left`;
