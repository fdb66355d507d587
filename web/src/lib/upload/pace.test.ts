import { expect, it } from 'vitest';
import { Pace } from './pace';

it('knows nothing at first', () => {
	const pace = new Pace();
	expect(pace.speed).toBeNull();
	pace.note(0, 0);
	pace.note(1000, 100);
	expect(pace.speed).toBeNull();
	expect(pace.eta(5000)).toBeNull();
});

it('judges by the last seconds only', () => {
	const pace = new Pace();
	for (let s = 0; s <= 20; s += 1) pace.note(s * 100, s * 1000);
	expect(pace.speed).toBeCloseTo(100);
	for (let s = 1; s <= 7; s += 1) pace.note(2000 + s * 900, (20 + s) * 1000);
	expect(pace.speed).toBeCloseTo(900);
	expect(pace.eta(1800)).toBeCloseTo(2);
});

it('starts over when an upload goes back', () => {
	const pace = new Pace();
	pace.note(0, 0);
	pace.note(10_000, 1000);
	pace.note(2000, 2000);
	expect(pace.speed).toBeNull();
	pace.note(3000, 3000);
	expect(pace.speed).toBeCloseTo(1000);
});

it('has no estimate while nothing moves', () => {
	const pace = new Pace();
	pace.note(500, 0);
	pace.note(500, 1000);
	expect(pace.speed).toBe(0);
	expect(pace.eta(100)).toBeNull();
});
