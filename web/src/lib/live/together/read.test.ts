import { expect, it } from 'vitest';
import { eventOf } from '../events';
import { pollOf, questionOf } from './read';

const read = (facts: object): unknown => eventOf(JSON.stringify(facts));

it('reads questions and polls with every field, whoever sent them', () => {
	expect(questionOf({ id: 'question_1', text: '<b>Why?</b>', votes: '9', state: 'odd' })).toEqual({
		id: 'question_1',
		text: '<b>Why?</b>',
		username: 'Somebody',
		author_id: '',
		created_at: '',
		votes: 0,
		voted: false,
		state: 'open',
		answer: null,
		answered_at: null
	});
	expect(
		pollOf({ id: 'poll_1', question: 'Which?', options: [{ text: 'This' }, 7], voted: [0, 'x'] })
	).toEqual({
		id: 'poll_1',
		question: 'Which?',
		options: [{ index: 0, text: 'This', votes: 0 }],
		total_votes: 0,
		multiple: false,
		state: 'open',
		closes_at: null,
		voted: [0],
		created_at: ''
	});
});

it.each([{}, { id: 'poll_1' }, null, 'poll', []])('takes %j for no poll', (value) =>
	expect(pollOf(value)).toBeUndefined()
);

it('reads what a room tells of them, and nothing of what is broken', () => {
	expect(read({ type: 'question_updated', question: { id: 'q', votes: 3 } })).toMatchObject({
		type: 'question_updated',
		question: { id: 'q', votes: 3 }
	});
	expect(read({ type: 'question_deleted', question_id: 'q' })).toEqual({
		type: 'question_deleted',
		id: 'q'
	});
	expect(read({ type: 'poll_results', poll: { id: 'p', options: [] } })).toMatchObject({
		type: 'poll_results',
		poll: { id: 'p' }
	});
	expect(read({ type: 'poll_deleted', poll_id: 'p' })).toEqual({ type: 'poll_deleted', id: 'p' });
	expect(read({ type: 'poll_opened', poll: 'p' })).toBeUndefined();
	expect(read({ type: 'question_deleted' })).toBeUndefined();
});
