import { expect, it } from 'vitest';
import { ceilingName, ceilings, goodPin, guard, pressed } from './rules';

it('builds a PIN key by key', () => {
	let pin = '';
	for (const key of ['1', '2', 'x', 'Enter', '3', 'Backspace', '4']) pin = pressed(pin, key);
	expect(pin).toBe('124');
	expect(pressed('12345678', '9')).toBe('12345678');
	expect(pressed('', 'Backspace')).toBe('');
});

it.each([
	['1234', true],
	['12345678', true],
	['123', false],
	['123456789', false],
	['12a4', false]
])('%s as a PIN: %s', (pin, good) => expect(goodPin(pin)).toBe(good));

it('offers children less', () => {
	expect(ceilings(true).every(({ value }) => value <= 16)).toBe(true);
	expect(ceilings(false).length).toBeGreaterThan(ceilings(true).length);
	expect(ceilingName(null)).toBe('Everything');
	expect(ceilingName(9)).toBe('Up to 9');
});

const open = { id: 'a', kids: false, has_pin: false };
const locked = { id: 'b', kids: false, has_pin: true };
const child = { id: 'c', kids: true, has_pin: true };
const free = { id: 'd', kids: true, has_pin: false };
it.each([
	['nobody', undefined, locked, locked],
	['a grown-up', open, locked, locked],
	['a grown-up', open, open, undefined],
	['a grown-up', locked, open, undefined],
	['a grown-up', open, child, undefined],
	['a child', child, open, child],
	['a child without a PIN', free, locked, locked],
	['the same', locked, locked, undefined]
])('%s meets the right PIN', (_, from, to, expected) => expect(guard(from, to)).toBe(expected));
