import type { Card, Why } from '$lib/api/home';

export interface Suggested {
	video: Card;
	why: Why;
}
/** Suggestions that have the same reason. */
export interface Reason {
	title: string;
	/** The title that it comes from. */
	href?: string;
	items: Suggested[];
}

/** The suggestions by their reasons, in the order in which the first of each came. */
export function grouped(suggested: readonly Suggested[]): Reason[] {
	const reasons = new Map<string, Reason>();
	for (const one of suggested) {
		const { because, text } = one.why;
		const known = reasons.get(text);
		if (known) known.items.push(one);
		else
			reasons.set(text, {
				title: text,
				...(because ? { href: `/watch/${because.id}` } : {}),
				items: [one]
			});
	}
	return [...reasons.values()];
}

/** A reason of its own is worth a heading from so many on. */
const ENOUGH = 3;

/** The reasons with enough behind them, and what is left, in its order. */
export function arranged(suggested: readonly Suggested[]): {
	reasons: Reason[];
	rest: Suggested[];
} {
	const all = grouped(suggested);
	const reasons = all.filter(({ items }) => items.length >= ENOUGH);
	const told = new Set(reasons.flatMap(({ items }) => items));
	return { reasons, rest: suggested.filter((one) => !told.has(one)) };
}
