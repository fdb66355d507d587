import type { ChatFrom, Stream, StreamDraft } from '$lib/live/types';
import { isoOf, localOf } from '../item/access';
import { differing } from '../titles/show';

export const CHAT_FROM: { value: ChatFrom; label: string }[] = [
	{ value: 'everybody', label: 'Everybody' },
	{ value: 'signed_in', label: 'Those who have signed in' },
	{ value: 'moderators', label: 'Those who look after it' },
	{ value: 'nobody', label: 'Nobody' }
];

/** What is said about a broadcast, as it stands in its form. */
export interface StreamFields {
	title: string;
	description: string;
	content_type: string;
	category: string;
	tags: string[];
	language: string;
	scheduled_at: string;
	max_viewers: string;
	record: boolean;
	chat_from: ChatFrom;
	slow_mode_s: string;
	followers_only: boolean;
}

export const streamFieldsOf = (stream: Stream): StreamFields => ({
	title: stream.title,
	description: stream.description,
	content_type: stream.content_type ?? '',
	category: stream.category ?? '',
	tags: [...stream.tags],
	language: stream.language ?? '',
	scheduled_at: localOf(stream.scheduled_at),
	max_viewers: stream.max_viewers?.toString() ?? '',
	record: stream.record,
	chat_from: stream.chat_from,
	slow_mode_s: stream.slow_mode_s ? stream.slow_mode_s.toString() : '',
	followers_only: stream.followers_only
});

const VIEWERS_MAX = 1_000_000;
const SLOW_MAX_S = 3600;

type Mistakes = Partial<Record<keyof StreamFields, string>>;

export function streamMistakes(fields: StreamFields): Mistakes {
	const found: Mistakes = {};
	const whole = (text: string, most: number): boolean =>
		/^\d+$/.test(text.trim()) && Number(text) <= most;
	if (fields.title.trim() === '') found.title = 'Give it a title.';
	if (fields.scheduled_at.trim() !== '' && isoOf(fields.scheduled_at) === null)
		found.scheduled_at = 'This is no day and hour.';
	if (
		fields.max_viewers.trim() !== '' &&
		(!whole(fields.max_viewers, VIEWERS_MAX) || Number(fields.max_viewers) < 1)
	)
		found.max_viewers = `A whole number from 1 to ${VIEWERS_MAX.toLocaleString('en')}, please.`;
	if (fields.slow_mode_s.trim() !== '' && !whole(fields.slow_mode_s, SLOW_MAX_S))
		found.slow_mode_s = `Seconds, up to ${SLOW_MAX_S.toLocaleString('en')}, please.`;
	return found;
}

function whole(fields: StreamFields): StreamDraft {
	const orNull = (text: string): string | null => text.trim() || null;
	const number = (text: string): number | null => (text.trim() ? Number(text) : null);
	return {
		title: fields.title.trim(),
		description: fields.description.trim(),
		content_type: orNull(fields.content_type),
		category: orNull(fields.category),
		tags: fields.tags,
		language: orNull(fields.language),
		scheduled_at: isoOf(fields.scheduled_at),
		max_viewers: number(fields.max_viewers),
		record: fields.record,
		chat_from: fields.chat_from,
		slow_mode_s: number(fields.slow_mode_s) ?? 0,
		followers_only: fields.followers_only
	};
}

/** The part of the form that differs from what is kept, so that nothing else is overwritten. */
export const streamChanges = (before: StreamFields, after: StreamFields): StreamDraft =>
	differing(whole(before), whole(after));
