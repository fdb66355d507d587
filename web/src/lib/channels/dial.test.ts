import { describe, expect, it } from 'vitest';
import { neighbour, settled, typed } from './dial';

describe('a number that is typed', () => {
	it('grows digit by digit, begins with no zero and has four at most', () => {
		expect(typed('', '0')).toBe('');
		expect(typed('', '7')).toBe('7');
		expect(typed('7', '0')).toBe('70');
		expect(typed('1234', '5')).toBe('2345');
	});
	it('is settled once no other number begins with it', () => {
		const numbers = [1, 7, 12, 120];
		expect(settled('7', numbers)).toBe(true);
		expect(settled('1', numbers)).toBe(false);
		expect(settled('12', numbers)).toBe(false);
		expect(settled('120', numbers)).toBe(true);
		expect(settled('9', numbers)).toBe(true);
		expect(settled('1234', [12345])).toBe(true);
	});
});

describe('the neighbour of a channel', () => {
	const lineup = [{ number: 2 }, { number: 5 }, { number: 9 }];
	it('goes around the corner', () => {
		expect(neighbour(lineup, 5, 1)?.number).toBe(9);
		expect(neighbour(lineup, 9, 1)?.number).toBe(2);
		expect(neighbour(lineup, 2, -1)?.number).toBe(9);
	});
	it('goes on from where an unlisted one would stand', () => {
		expect(neighbour(lineup, 6, 1)?.number).toBe(9);
		expect(neighbour(lineup, 6, -1)?.number).toBe(5);
		expect(neighbour(lineup, 12, 1)?.number).toBe(2);
		expect(neighbour(lineup, 12, -1)?.number).toBe(9);
		expect(neighbour([], 1, 1)).toBeUndefined();
	});
});
