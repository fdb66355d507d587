/** What a browser shows of a message that was pushed to it. */
export interface Shown {
	title: string;
	body: string;
	/** A later one of the same takes its place. */
	tag: string;
	icon: string;
	timestamp?: number;
	data: { url: string };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads a message. Browsers want something shown for each of them, so there is always something. */
export function noticeOf(pushed: string): Shown {
	let said: Record<string, unknown> = {};
	try {
		const read: unknown = JSON.parse(pushed);
		if (typeof read === 'object' && read !== null) said = read as Record<string, unknown>;
	} catch {
		// What cannot be read says at least that there is something.
	}
	const at = Date.parse(text(said.at));
	return {
		title: text(said.title) || 'Matinee',
		body: text(said.body),
		tag: text(said.subject) || 'matinee',
		icon: '/favicon.svg',
		...(Number.isNaN(at) ? {} : { timestamp: at }),
		data: { url: text(said.url) || '/' }
	};
}
