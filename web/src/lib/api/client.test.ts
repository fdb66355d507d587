import { describe, expect, it } from 'vitest';
import { nextCursor } from './client';
import { ApiError, asApiError, problemOf } from './problem';

describe('nextCursor', () => {
	it('reads the next page out of several links', () => {
		const link =
			'</api/videos?limit=2>; rel="prev", </api/videos?cursor=a%2Cb&limit=2>; rel="next"';
		expect(nextCursor(link)).toBe('a,b');
	});
	it.each([[null], [''], ['</api/videos?cursor=x>; rel="prev"'], ['nonsense']])(
		'%s: none',
		(link) => expect(nextCursor(link)).toBeNull()
	);
});

describe('problemOf', () => {
	it('keeps fields and reasons', () => {
		const error = problemOf(422, {
			title: 'Invalid input',
			detail: 'Some values were refused.',
			errors: [{ field: 'release_year', reason: 'must be 1870 or later' }, 'junk', { field: 1 }]
		});
		expect(error.reason('release_year')).toBe('must be 1870 or later');
		expect(error.reason('title')).toBeUndefined();
		expect(error.sentence).toBe('Some values were refused. · release_year: must be 1870 or later');
	});
	it('survives what proxies answer', () => {
		expect(problemOf(502, '<html>Bad gateway</html>').title).toBe('The server is not answering');
		expect(problemOf(502, null).unavailable).toBe(true);
		expect(problemOf(418, undefined).title).toBe('The request failed');
	});
	it('reads problem documents given as text', () =>
		expect(problemOf(404, '{"title":"Video not found"}').title).toBe('Video not found'));
});

it('calls a failed fetch unreachable', () => {
	expect(asApiError(new TypeError('Failed to fetch')).unreachable).toBe(true);
	expect(asApiError(new Error('odd')).message).toBe('odd');
	const same = new ApiError(404, 'x');
	expect(asApiError(same)).toBe(same);
});
