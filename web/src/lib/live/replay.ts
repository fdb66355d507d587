import type { Page } from '$lib/api/client';
import type { ChatMessage } from './types';

/** Something that was said at a place of a recording. */
export type Said = ChatMessage & {
	/** Milliseconds from the beginning of the recording. */
	offset_ms: number;
};

/** Where a reading begins: at a place of the recording, or where another one stopped. */
export type Start = { from_ms: number } | { cursor: string };

/** What is known of the talk: everything that was said from one place to another. */
export interface Stretch {
	from: number;
	/** Up to here, in milliseconds; there is nothing after the last message of all. */
	to: number;
	/** Leads on. */
	next: string | null;
	said: Said[];
}

/** So much of what was said before is shown to somebody who comes into the middle. */
const BEFORE_MS = 90_000;
/** So long before the end of what is known more is asked for. */
const AHEAD_MS = 20_000;
/** As many stand on the page at once, */
const ROWS = 150;
/** and as many are kept. */
const KEPT = 1000;

/** What to read for a place of the film; undefined if enough is known. */
export function wanted(known: Stretch | undefined, at: number): Start | undefined {
	// Much may be said in a while: one goes on through it, and leaps only where it is far.
	if (!known || at < known.from || at > known.to + BEFORE_MS)
		return { from_ms: Math.max(0, at - BEFORE_MS) };
	return known.next !== null && at + AHEAD_MS > known.to ? { cursor: known.next } : undefined;
}

/** What is known after a page was read: it goes on with what was known, or begins another stretch. */
export function known(before: Stretch | undefined, start: Start, page: Page<Said>): Stretch {
	const on = 'cursor' in start;
	const all = on ? [...(before?.said ?? []), ...page.items] : page.items;
	const said = all.slice(-KEPT);
	const from = on ? (before?.from ?? 0) : start.from_ms;
	return {
		from: said.length < all.length ? (said[0]?.offset_ms ?? from) : from,
		to: page.next === null ? Infinity : (said.at(-1)?.offset_ms ?? from),
		next: page.next,
		said
	};
}

/** What had been said by then, the last of it. */
export function heard(stretch: Stretch | undefined, at: number): Said[] {
	if (!stretch) return [];
	const count = stretch.said.findLastIndex(({ offset_ms }) => offset_ms <= at) + 1;
	return stretch.said.slice(Math.max(0, count - ROWS), count);
}
