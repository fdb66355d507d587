import type { ChatMessage } from './types';

/** As many rows as stand on a page at once; older ones are with the server. */
export const ROWS = 300;
/** As many while somebody reads further up: taking rows away there would move what is read. */
export const ROWS_READING = 900;

/** Messages in the order in which they were sent, each of them once; a newer copy takes its place. */
export function merged(known: ChatMessage[], came: ChatMessage[]): ChatMessage[] {
	if (came.length === 0) return known;
	const last = known.at(-1);
	const [only] = came;
	// The usual case: one more at the end.
	if (
		came.length === 1 &&
		only &&
		(!last || last.timestamp <= only.timestamp) &&
		!known.some(({ id }) => id === only.id)
	)
		return [...known, only];
	const all = new Map(known.map((message) => [message.id, message]));
	for (const message of came) all.set(message.id, message);
	return [...all.values()].sort(
		(a, b) => a.timestamp.localeCompare(b.timestamp) || a.id.localeCompare(b.id)
	);
}

/** The newest of them. */
export const newest = <T>(list: T[], most: number): T[] =>
	list.length > most ? list.slice(-most) : list;

/**
 * The log after a message was taken away: its place is kept, its words are gone, also where they are
 * quoted.
 */
export const withoutWords = (list: ChatMessage[], id: string): ChatMessage[] =>
	list.map((message) =>
		message.id === id
			? { ...message, is_deleted: true, message: '', reply_to: null }
			: message.reply_to?.id === id
				? { ...message, reply_to: null }
				: message
	);

/** Whether a message speaks to somebody: `@name`, as a word of its own. */
export function speaksTo(message: string, name: string | undefined): boolean {
	if (!name) return false;
	const wanted = `@${name.toLowerCase()}`;
	const text = message.toLowerCase();
	for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
		const before = text[at - 1] ?? ' ';
		const after = text[at + wanted.length] ?? ' ';
		if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_-]/u.test(after)) return true;
	}
	return false;
}

/** What a screen reader is told of the messages of the last while: how many, and who spoke to it. */
export function spoken(came: ChatMessage[], name: string | undefined): string {
	const heard = came.filter(({ username, is_deleted }) => username !== name && !is_deleted);
	if (heard.length === 0) return '';
	const toMe = heard.filter(
		({ message, reply_to }) => speaksTo(message, name) || (name && reply_to?.username === name)
	);
	const last = toMe.at(-1) ?? (heard.length === 1 ? heard[0] : undefined);
	if (last) {
		const others = heard.length - 1;
		return `${last.username}: ${last.message}${others ? `. And ${others} more.` : ''}`;
	}
	return `${heard.length} new messages`;
}
