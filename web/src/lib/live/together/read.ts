import { isFacts, text, type Facts } from '../facts';
import type { Poll, Question, TogetherEvent } from './types';

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A question with every field, whoever sent it; undefined if it is none. */
export function questionOf(value: unknown): Question | undefined {
	if (!isFacts(value) || !text(value.id)) return undefined;
	const { state } = value;
	return {
		id: text(value.id),
		text: text(value.text),
		username: text(value.username) || 'Somebody',
		author_id: text(value.author_id),
		created_at: text(value.created_at),
		votes: number(value.votes),
		voted: value.voted === true,
		state: state === 'answered' || state === 'dismissed' ? state : 'open',
		answer: text(value.answer) || null,
		answered_at: text(value.answered_at) || null
	};
}

/** A poll with every field; undefined if it is none. */
export function pollOf(value: unknown): Poll | undefined {
	if (!isFacts(value) || !text(value.id) || !Array.isArray(value.options)) return undefined;
	return {
		id: text(value.id),
		question: text(value.question),
		options: value.options.filter(isFacts).map((option, at) => ({
			index: typeof option.index === 'number' ? option.index : at,
			text: text(option.text),
			votes: number(option.votes)
		})),
		total_votes: number(value.total_votes),
		multiple: value.multiple === true,
		state: value.state === 'closed' ? 'closed' : 'open',
		closes_at: text(value.closes_at) || null,
		voted: Array.isArray(value.voted)
			? value.voted.filter((index) => typeof index === 'number')
			: null,
		created_at: text(value.created_at)
	};
}

/** Reads what a room tells of questions and polls; undefined for all else. */
export function togetherOf(facts: Facts): TogetherEvent | undefined {
	switch (facts.type) {
		case 'question_asked':
		case 'question_updated': {
			const question = questionOf(facts.question);
			return question && { type: facts.type, question };
		}
		case 'poll_opened':
		case 'poll_results':
		case 'poll_closed': {
			const poll = pollOf(facts.poll);
			return poll && { type: facts.type, poll };
		}
		case 'question_deleted': {
			const id = text(facts.question_id);
			return id ? { type: facts.type, id } : undefined;
		}
		case 'poll_deleted': {
			const id = text(facts.poll_id);
			return id ? { type: facts.type, id } : undefined;
		}
		default:
			return undefined;
	}
}
