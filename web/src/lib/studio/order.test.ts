import { describe, expect, it } from 'vitest';
import { moved, placeAt, placeByKey } from './order';

describe('moved', () => {
	it.each([
		[0, 2, 'bcad'],
		[3, 0, 'dabc'],
		[1, 1, 'abcd'],
		[1, 99, 'acdb'],
		[2, -5, 'cabd'],
		[9, 0, 'abcd']
	])('%i → %i', (from, to, made) => expect(moved([...'abcd'], from, to).join('')).toBe(made));
	it('leaves what it was given alone', () => {
		const items = [1, 2, 3];
		moved(items, 0, 2);
		expect(items).toEqual([1, 2, 3]);
	});
});

describe('placeAt', () => {
	const middles = [10, 30, 50, 70];
	it.each([
		[0, 12, 0],
		[0, 31, 1],
		[0, 500, 3],
		[3, 5, 0],
		[3, 55, 3],
		[2, 29, 1]
	])('from %i at y = %i: %i', (from, y, place) => expect(placeAt(middles, from, y)).toBe(place));
});

it('goes by keys, and not over the edges', () => {
	expect(placeByKey('ArrowDown', 0, 3)).toBe(1);
	expect(placeByKey('ArrowUp', 0, 3)).toBeUndefined();
	expect(placeByKey('End', 0, 3)).toBe(2);
	expect(placeByKey('Home', 2, 3)).toBe(0);
	expect(placeByKey('Enter', 1, 3)).toBeUndefined();
});
