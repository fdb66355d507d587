import { expect, it } from 'vitest';
import { curve } from './curve';

it('reaches from edge to edge, and stays in its box', () => {
	const points = curve([0, 5, 10], 100, 30)
		.split(' ')
		.map((point) => point.split(',').map(Number));
	expect(points.map(([x]) => x)).toEqual([0, 50, 100]);
	for (const [, y] of points) expect(y).toBeLessThanOrEqual(30);
	for (const [, y] of points) expect(y).toBeGreaterThanOrEqual(0);
});
it('is there for a single value, and for none', () => {
	expect(curve([3], 100, 30)).toMatch(/^0\.00,/);
	expect(curve([], 100, 30)).toBe('');
});
