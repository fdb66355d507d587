import { expect, it } from 'vitest';
import { readFlash } from './flash';

it.each([
	['', null],
	['other=1', null],
	['matinee_flash=', null],
	['matinee_flash=%E0%A4%A', null],
	['a=b; matinee_flash=The%20film%20is%20in.', { text: 'The film is in.', tone: 'info' }],
	['matinee_flash="quoted%20words"', { text: 'quoted words', tone: 'info' }],
	[
		`matinee_flash=${encodeURIComponent('{"level":"error","message":"No file"}')}; x=y`,
		{ text: 'No file', tone: 'bad' }
	],
	[
		`matinee_flash=${encodeURIComponent('{"level":"success","message":"In; done"}')}`,
		{ text: 'In; done', tone: 'good' }
	]
])('%s', (cookies, flash) => expect(readFlash(cookies)).toEqual(flash));
