import { expect, it } from 'vitest';
import { pollDraft, pollMistake } from './draft';

it.each([
	['', ['a', 'b'], 'Ask something.'],
	['Which?', ['a', ' '], 'Give at least two answers to choose from.'],
	['Which?', ['Yes', ' yes'], 'Two answers are the same.'],
	['Which?', ['a', '', 'b'], undefined]
])('of %j with %j it says %j', (question, options, said) =>
	expect(pollMistake(question, options)).toBe(said)
);

it('sends no answer that was left empty, and an end only if there is one', () => {
	expect(pollDraft(' Which? ', ['a', ' ', ' b'], true, '60')).toEqual({
		question: 'Which?',
		options: ['a', 'b'],
		multiple: true,
		duration_seconds: 60
	});
	expect(pollDraft('Which?', ['a', 'b'], false, '')).not.toHaveProperty('duration_seconds');
});
