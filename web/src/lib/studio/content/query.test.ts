import { describe, expect, it } from 'vitest';
import { addressOf, isFiltered, queryOf } from './query';

const params = (text: string): URLSearchParams => new URLSearchParams(text);

describe('queryOf', () => {
	it('asks for the newest, extras among them, unless told otherwise', () =>
		expect(queryOf(params(''), false)).toEqual({ sort: '-created_at', limit: 50, extras: true }));
	it('asks for nothing of others for those who may not change it', () =>
		expect(queryOf(params(''), true)).toMatchObject({ mine: true }));
	it('takes over what the address says and nothing else', () =>
		expect(queryOf(params('status=failed&is_public=false&sort=title&page=3'), false)).toEqual({
			sort: 'title',
			limit: 50,
			extras: true,
			status: 'failed',
			is_public: false
		}));
});

it('knows whether anything is left out', () => {
	expect(isFiltered(params('sort=title'))).toBe(false);
	expect(isFiltered(params('tag=silent'))).toBe(true);
});

it('changes the address and keeps the rest', () => {
	expect(addressOf(params('q=keaton&sort=title'), { sort: '-title', status: 'failed' })).toBe(
		'/studio/content?q=keaton&sort=-title&status=failed'
	);
	expect(addressOf(params('q=keaton'), { q: null })).toBe('/studio/content');
});
