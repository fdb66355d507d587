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
