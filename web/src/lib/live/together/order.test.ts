import { describe, expect, it } from 'vitest';
import { answered, asked, held, inOrder, leaders, newer, newerPoll, outcome, share } from './order';
import { pollOf, questionOf } from './read';
import type { Poll, Question } from './types';

const question = (id: string, facts: Partial<Question> = {}): Question => ({
	...(questionOf({ id, text: id }) as Question),
	...facts
});
const poll = (id: string, facts: Partial<Poll> = {}): Poll => ({
	...(pollOf({ id, question: 'Which?', options: [{ text: 'This' }, { text: 'That' }] }) as Poll),
	...facts
});
const ids = (list: { id: string }[]): string => list.map(({ id }) => id).join(' ');

describe('questions', () => {
	it('stand with what most want to know first, and of equals the older', () =>
		expect(
			ids(
				asked([
					question('late', { created_at: '2026-02', votes: 1 }),
					question('wanted', { created_at: '2026-03', votes: 5 }),
					question('early', { created_at: '2026-01', votes: 1 })
				])
			)
		).toBe('wanted early late'));
	it('that are answered stand with the last answer first', () =>
		expect(
			ids(answered([question('a', { answered_at: '1' }), question('b', { answered_at: '2' })]))
		).toBe('b a'));
	it('stay in their places under a hand, and new ones come at the end', () => {
		const sorted = [question('new', { votes: 9 }), question('b'), question('a')];
		expect(ids(held(sorted, ['a', 'b']))).toBe('a b new');
		expect(ids(held(sorted, undefined))).toBe('new b a');
	});
	it('keep whether they are one’s own wish when a room tells of them', () =>
		expect(
			newer(question('a', { voted: true, votes: 1 }), question('a', { votes: 4 }))
		).toMatchObject({ voted: true, votes: 4 }));
});

describe('polls', () => {
	it('that are open stand first, the newest of them at the top', () =>
		expect(
			ids(
				inOrder([
					poll('closed', { state: 'closed', created_at: '9' }),
					poll('old', { created_at: '1' }),
					poll('new', { created_at: '2' })
				])
			)
		).toBe('new old closed'));
	it('keep one’s own choice when a room tells how they stand', () => {
		const known = poll('a', { voted: [1] });
		expect(newerPoll(known, poll('a', { total_votes: 7 }))).toMatchObject({
			voted: [1],
			total_votes: 7
		});
		expect(newerPoll(known, poll('a', { voted: [0] })).voted).toEqual([0]);
	});
	it.each([
		[0, 0, 0],
		[1, 3, 33],
		[2, 3, 67],
		[3, 3, 100],
		[5, 3, 100]
	])('%i of %i are %i hundredths', (votes, voters, percent) =>
		expect(share(votes, voters)).toBe(percent)
	);
	it('say who leads, and nobody where nobody voted', () => {
		const votes = (...counts: number[]): Poll =>
			poll('a', {
				options: counts.map((votes, index) => ({ index, text: `${index}`, votes })),
				total_votes: counts.reduce((a, b) => a + b, 0)
			});
		expect(leaders(votes(1, 3, 3))).toEqual([1, 2]);
		expect(leaders(votes(0, 0))).toEqual([]);
		expect(outcome(votes(1, 3))).toBe('The poll “Which?” is closed. 1: 75 percent.');
		expect(outcome(votes(0, 0))).toContain('Nobody voted');
	});
});
