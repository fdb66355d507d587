import { expect, it } from 'vitest';
import { waitFor } from './backoff';

it('waits longer each time, up to half a minute', () => {
	const longest = [0, 1, 2, 3, 10, 500].map((attempt) => waitFor(attempt, () => 1));
	expect(longest).toEqual([1000, 2000, 4000, 8000, 30_000, 30_000]);
});
it('spreads the tries of many', () => {
	expect(waitFor(2, () => 0)).toBe(2000);
	expect(waitFor(2, () => 0.5)).toBe(3000);
});
