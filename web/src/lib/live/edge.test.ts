import { describe, expect, it } from 'vitest';
import { atEdge, behind, canRewind, placeOf, shouldJump } from './edge';

describe('the edge', () => {
	it('is where a broadcast is usually watched', () => {
		expect(atEdge(2, 1.5, true)).toBe(true);
		expect(atEdge(30, 1.5, true)).toBe(false);
	});
	it('does not flicker', () => {
		expect(atEdge(5, 1.5, true)).toBe(true);
		expect(atEdge(5, 1.5, false)).toBe(false);
		expect(atEdge(3.9, 1.5, false)).toBe(true);
	});
	it('is come back to at once after a long stall, but only by those who follow it', () => {
		expect(shouldJump(12, 1.5, true)).toBe(true);
		expect(shouldJump(12, 1.5, false)).toBe(false);
		expect(shouldJump(4, 1.5, true)).toBe(false);
	});
});

it.each([
	[0, '0 s'],
	[-3, '0 s'],
	[12.4, '12 s'],
	[65, '1:05'],
	[3720, '1:02:00']
])('%d seconds behind is %s', (seconds, words) => expect(behind(seconds)).toBe(words));

it('knows a place in the window', () => {
	expect(placeOf(50, 0, 100)).toBe(0.5);
	expect(placeOf(-5, 0, 100)).toBe(0);
	expect(placeOf(105, 0, 100)).toBe(1);
	expect(placeOf(5, 10, 10)).toBe(1);
	expect(canRewind(0, 6)).toBe(false);
	expect(canRewind(0, 60)).toBe(true);
});
