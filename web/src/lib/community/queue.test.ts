import { expect, it } from 'vitest';
import { following, moved } from './queue';

it.each([
	[0, 2, 'bca'],
	[2, 0, 'cab'],
	[1, 1, 'abc'],
	[0, 3, 'abc'],
	[-1, 0, 'abc']
])('moves %i to %i', (from, to, order) => expect(moved([...'abc'], from, to).join('')).toBe(order));

it('plays on with what can be played', () => {
	const queue = [
		{ id: 'a', is_processed: true },
		{ id: 'b', is_processed: false },
		{ id: 'c', is_processed: true }
	];
	expect(following(queue, 'a')?.id).toBe('c');
	expect(following(queue, 'c')).toBeUndefined();
	expect(following(queue, 'elsewhere')).toBeUndefined();
});
