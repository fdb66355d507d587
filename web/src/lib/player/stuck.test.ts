import { describe, expect, it } from 'vitest';
import { Stuck } from './stuck';

describe('a broadcast that goes on while nothing plays', () => {
	const told = (stuck: Stuck, from: number, to: number): number[] => {
		const at: number[] = [];
		for (let edge = from; edge <= to; edge += 1)
			if (stuck.look({ time: 5, edge, wanting: true })) at.push(edge);
		return at;
	};

	it('is read anew, and less often from one time to the next', () => {
		expect(told(new Stuck(), 100, 200)).toEqual([110, 131, 172]);
	});

	it('is left alone once it plays, and begins with little patience again', () => {
		const stuck = new Stuck();
		expect(told(stuck, 100, 115)).toEqual([110]);
		expect(stuck.look({ time: 6, edge: 116, wanting: false })).toBe(false);
		expect(told(stuck, 117, 130)).toEqual([127]);
	});

	it('is left alone while the clock moves, or nothing comes', () => {
		const stuck = new Stuck();
		for (let edge = 0; edge < 60; edge += 1)
			expect(stuck.look({ time: edge, edge, wanting: true })).toBe(false);
		for (let n = 0; n < 60; n += 1)
			expect(stuck.look({ time: 60, edge: 60, wanting: true })).toBe(false);
	});
});
