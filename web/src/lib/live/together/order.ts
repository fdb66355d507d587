import type { Poll, Question } from './types';

/** What most people want to know first; of equals, what was asked first. */
export const asked = (questions: Question[]): Question[] =>
	[...questions].sort(
		(a, b) =>
			b.votes - a.votes || a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id)
	);

/** What was answered last, first. */
export const answered = (questions: Question[]): Question[] =>
	[...questions].sort(
		(a, b) => (b.answered_at ?? '').localeCompare(a.answered_at ?? '') || a.id.localeCompare(b.id)
	);

/**
 * The same in the order in which somebody looks at them: what is under their hand stays there, and
 * what is new comes at the end.
 */
export function held(questions: Question[], order: string[] | undefined): Question[] {
	if (!order) return questions;
	const place = new Map(order.map((id, at) => [id, at]));
	const at = ({ id }: Question): number => place.get(id) ?? order.length;
	return [...questions].sort((a, b) => at(a) - at(b));
}

/** What is open first, and of those the newest; so, too, of what is closed. */
export const inOrder = (polls: Poll[]): Poll[] =>
	[...polls].sort(
		(a, b) =>
			Number(a.state === 'closed') - Number(b.state === 'closed') ||
			b.created_at.localeCompare(a.created_at) ||
			a.id.localeCompare(b.id)
	);

/** A newer copy of a question: what a room tells of it does not say whether it is one's own wish. */
export const newer = (known: Question | undefined, came: Question): Question =>
	known ? { ...came, voted: known.voted } : came;

/** A newer copy of a poll, with one's own choice. */
export const newerPoll = (known: Poll | undefined, came: Poll): Poll =>
	known ? { ...came, voted: came.voted ?? known.voted } : came;

/** How much of those who voted chose it, in whole hundredths. */
export function share(votes: number, voters: number): number {
	return voters > 0 ? Math.round((Math.min(votes, voters) / voters) * 100) : 0;
}

/** What most have chosen; several where they are even, none where nobody voted. */
export function leaders(poll: Poll): number[] {
	const most = Math.max(0, ...poll.options.map(({ votes }) => votes));
	return most === 0 ? [] : poll.options.filter(({ votes }) => votes === most).map((o) => o.index);
}

/** The end of a poll in one sentence, for those who hear the page. */
export function outcome(poll: Poll): string {
	const best = leaders(poll);
	const named = poll.options.filter(({ index }) => best.includes(index)).map((o) => o.text);
	if (named.length === 0) return `The poll “${poll.question}” is closed. Nobody voted.`;
	const percent = share(
		poll.options.find(({ index }) => index === best[0])?.votes ?? 0,
		poll.total_votes
	);
	return `The poll “${poll.question}” is closed. ${named.join(' and ')}: ${percent} percent.`;
}
