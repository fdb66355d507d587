import { expect, it } from 'vitest';
import { commandOf, nextRate } from './shortcuts';

const key = (
	name: string,
	held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}
) => ({
	key: name,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	...held
});

it.each([
	[' ', { do: 'play' }],
	['K', { do: 'play' }],
	['ArrowLeft', { do: 'seek', by: -5 }],
	['7', { do: 'jump', part: 0.7 }],
	['?', { do: 'help' }],
	['q', null],
	['Tab', null]
])('%s', (name, command) => expect(commandOf(key(name))).toEqual(command));

it('leaves the browser its own', () => {
	expect(commandOf(key('f', { ctrlKey: true }))).toBeNull();
	expect(commandOf(key('ArrowLeft', { altKey: true }))).toBeNull();
	expect(commandOf(key('1', { metaKey: true }))).toBeNull();
});

it.each([
	[1, 1, 1.25],
	[1, -1, 0.75],
	[2, 1, 2],
	[0.5, -1, 0.5],
	[1.1, 1, 1.25]
] as const)('from %d by %i', (rate, by, next) => expect(nextRate(rate, by)).toBe(next));
