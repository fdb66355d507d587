import { parseTime } from '$lib/player/words';

/** A piece of what somebody wrote: plain words, or a moment of the film in them. */
export interface Piece {
	text: string;
	/** In seconds, if it is a moment. */
	at?: number;
}

const MOMENT = /(?<![\d:.])(?:\d{1,2}:)?\d{1,2}:\d{2}(?![\d:])/g;

/** The text in pieces, so that the moments in it can be gone to. Beyond `length` there is none. */
export function pieces(text: string, length = Infinity): Piece[] {
	const found: Piece[] = [];
	let from = 0;
	for (const match of text.matchAll(MOMENT)) {
		const at = parseTime(match[0]);
		if (at === null || at > length) continue;
		if (match.index > from) found.push({ text: text.slice(from, match.index) });
		found.push({ text: match[0], at });
		from = match.index + match[0].length;
	}
	if (from < text.length) found.push({ text: text.slice(from) });
	return found;
}

export const REASONS = [
	{ value: 'spam', label: 'Spam or advertising' },
	{ value: 'abuse', label: 'Insult or harassment' },
	{ value: 'hate', label: 'Hatred of a group' },
	{ value: 'sexual', label: 'Sexual content' },
	{ value: 'violence', label: 'Violence' },
	{ value: 'misleading', label: 'Misleading' },
	{ value: 'copyright', label: 'Copyright' },
	{ value: 'privacy', label: 'Somebody’s privacy' },
	{ value: 'other', label: 'Something else' }
] as const;

const SHARING: Record<string, string> = {
	public: 'Public',
	unlisted: 'By link',
	members: 'Members',
	private: 'Private'
};
export const sharingName = (value: string): string => SHARING[value] ?? value;
export const SHARINGS = Object.entries(SHARING).map(([value, label]) => ({ value, label }));

/** Two letters that stand for a name. */
export function initials(name: string): string {
	const words = name
		.trim()
		.split(/[\s._-]+/)
		.filter(Boolean);
	const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
	return letters
		.map((word) => [...(word ?? '')][0] ?? '')
		.join('')
		.toUpperCase();
}
