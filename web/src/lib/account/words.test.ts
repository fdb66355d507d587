import { expect, it } from 'vitest';
import { carried, deviceCode, passwordMistakes, strength, wayBack } from './words';

it.each([
	['https://a.example/reset#abc-DEF_1', 'abc-DEF_1'],
	['https://a.example/reset#token=abc', 'abc'],
	['https://a.example/reset?token=abc', 'abc'],
	['https://a.example/reset#other=1', ''],
	['https://a.example/reset', '']
])('%s carries %j', (url, token) => expect(carried(new URL(url))).toBe(token));

it.each([
	['/browse?q=x', '/browse?q=x'],
	[null, '/'],
	['', '/'],
	['//evil.example', '/'],
	['/\\evil.example', '/'],
	['https://evil.example', '/'],
	['javascript:alert(1)', '/']
])('%j leads to %j', (wanted, way) => expect(wayBack(wanted)).toBe(way));

it.each([
	['bcdf', 'BCDF'],
	['bcdfg', 'BCDF-G'],
	[' bcdf-ghjk ', 'BCDF-GHJK'],
	['BCDFGHJKLMN', 'BCDF-GHJK'],
	['', '']
])('reads the code %j as %j', (typed, code) => expect(deviceCode(typed)).toBe(code));

it('says what is wrong with a new password', () => {
	expect(passwordMistakes('short', 'other')).toEqual({
		password: 'At least 8 characters, please.',
		again: 'The two are not the same.'
	});
	expect(passwordMistakes('long enough', 'long enough')).toEqual({});
});

it.each([
	['', 0],
	['abc', 1],
	['aaaaaaaaaaaa', 1],
	['abcdefgh', 2],
	['abcdefghij', 3],
	['correct horse battery staple', 4]
])('%j is worth %i', (password, worth) => expect(strength(password)).toBe(worth));
