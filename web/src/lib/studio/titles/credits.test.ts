import { describe, expect, it } from 'vitest';
import { creditsToSend, draftsOf, merged, newDraft, sameCredits } from './credits';
import type { Credit } from './model';

const credit = (person_id: string, role: string, character: string | null = null): Credit => ({
	person_id,
	name: person_id,
	role,
	character,
	avatar_url: null
});

describe('creditsToSend', () => {
	it('names new people and points at known ones', () =>
		expect(
			creditsToSend([
				...draftsOf([credit('person_1', 'director')]),
				{ ...newDraft({ name: ' Buster Keaton ' }), character: ' The boy ' }
			])
		).toEqual([
			{ person_id: 'person_1', role: 'director' },
			{ name: 'Buster Keaton', role: 'actor', character: 'The boy' }
		]));
});

it('tells whether anything has changed, the order too', () => {
	const all = draftsOf([credit('person_1', 'actor'), credit('person_2', 'actor')]);
	expect(sameCredits(all, [...all])).toBe(true);
	expect(sameCredits(all, [...all].reverse())).toBe(false);
});

it('merges two people into one, and says the same thing once only', () =>
	expect(
		merged(
			[
				credit('person_1', 'actor', 'The boy'),
				credit('person_2', 'actor', 'the boy'),
				credit('person_2', 'director')
			],
			'person_2',
			'person_1'
		).map(({ person_id, role }) => [person_id, role])
	).toEqual([
		['person_1', 'actor'],
		['person_1', 'director']
	]));

it('gives every line a key of its own', () => {
	const keys = draftsOf([credit('person_1', 'actor'), credit('person_1', 'actor')]);
	expect(keys[0]?.key).not.toBe(keys[1]?.key);
});
