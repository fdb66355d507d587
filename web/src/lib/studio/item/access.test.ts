import { describe, expect, it } from 'vitest';
import {
	accessChangeOf,
	accessFieldsOf,
	accessMistakes,
	isoOf,
	listed,
	localOf,
	summary,
	type Access,
	type AccessFields
} from './access';

const access: Access = {
	visibility: 'public',
	groups: [],
	has_password: false,
	publish_at: null,
	expires_at: null,
	regions: null,
	networks: [],
	rating_level: null
};
const form = (part: Partial<AccessFields>): AccessFields => ({
	...accessFieldsOf(access),
	...part
});
const NOW = Date.parse('2026-11-21T12:00:00Z');
const say = (part: Partial<AccessFields>): string =>
	summary(form(part), (id) => ({ group_1: 'Friends', group_2: 'Press' })[id] ?? id, NOW).join(' ');

it('brings an instant there and back', () => {
	const iso = '2026-12-24T18:30:00.000Z';
	expect(isoOf(localOf(iso))).toBe(iso);
	expect(localOf(null)).toBe('');
	expect(localOf('nonsense')).toBe('');
	expect(isoOf(' ')).toBeNull();
});

it('leaves a form untouched on the way back', () =>
	expect(
		accessChangeOf(
			accessFieldsOf({
				...access,
				visibility: 'groups',
				groups: ['group_1'],
				regions: { deny: ['DE'] }
			})
		)
	).toEqual({
		visibility: 'groups',
		groups: ['group_1'],
		publish_at: null,
		expires_at: null,
		regions: { deny: ['DE'] },
		networks: []
	}));

it('sends a password only where there is a new one', () => {
	expect(accessChangeOf(form({ visibility: 'password' }))).not.toHaveProperty('password');
	expect(accessChangeOf(form({ visibility: 'password', password: 'sesame' })).password).toBe(
		'sesame'
	);
	expect(accessChangeOf(form({ visibility: 'public', password: 'sesame' }))).not.toHaveProperty(
		'password'
	);
});

describe('accessMistakes', () => {
	it.each([
		[{ visibility: 'groups' }, 'groups'],
		[{ visibility: 'password' }, 'password'],
		[{ visibility: 'password', password: 'abc' }, 'password'],
		[{ publish_at: '2026-12-02T10:00', expires_at: '2026-12-01T10:00' }, 'expires_at'],
		[{ where: 'allow', countries: ['Germany'] }, 'countries'],
		[{ where: 'deny', countries: [] }, 'countries']
	] as [Partial<AccessFields>, string][])('%j: %s', (part, field) =>
		expect(Object.keys(accessMistakes(form(part), false))).toEqual([field])
	);
	it('keeps the password that is there', () =>
		expect(accessMistakes(form({ visibility: 'password' }), true)).toEqual({}));
	it('says nothing of a form that is right', () =>
		expect(accessMistakes(form({}), false)).toEqual({}));
});

describe('summary', () => {
	it('names groups', () =>
		expect(say({ visibility: 'groups', groups: ['group_1', 'group_2'] })).toContain(
			'Friends or Press'
		));
	it('speaks of the days', () => {
		expect(say({ publish_at: localOf('2026-12-24T18:00:00Z') })).toContain(
			'as if it were not there'
		);
		expect(say({ publish_at: localOf('2026-01-01T18:00:00Z') })).not.toContain('not there');
		expect(say({ expires_at: localOf('2026-11-01T18:00:00Z') })).toContain('It went off');
	});
	it('speaks of places', () => {
		expect(say({ where: 'allow', countries: ['de', 'AT'] })).toContain(
			'only in Germany and Austria'
		);
		expect(say({ where: 'deny', countries: ['JP'] })).toContain('everywhere but in Japan');
		expect(say({ networks: ['10.0.0.0/8'] })).toContain('the network 10.0.0.0/8');
	});
	it('says no more of what is private', () =>
		expect(say({ visibility: 'private', networks: ['10.0.0.0/8'] })).not.toContain('network'));
});

it('lists like people do', () => {
	expect(listed([])).toBe('');
	expect(listed(['a'])).toBe('a');
	expect(listed(['a', 'b', 'c'], 'or')).toBe('a, b or c');
});
