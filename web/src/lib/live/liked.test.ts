import { expect, it } from 'vitest';
import { rememberLiked, wasLiked } from './liked';

function storage(value: string | null = null): {
	getItem: () => string | null;
	setItem: (key: string, text: string) => void;
} {
	return {
		getItem: () => value,
		setItem: (_, text) => void (value = text)
	};
}

it('remembers what was liked, and what is not any more', () => {
	const kept = storage();
	rememberLiked('stream_1', true, kept);
	rememberLiked('stream_2', true, kept);
	expect(wasLiked('stream_1', kept)).toBe(true);
	rememberLiked('stream_1', false, kept);
	expect(wasLiked('stream_1', kept)).toBe(false);
	expect(wasLiked('stream_2', kept)).toBe(true);
});
it('lets go of the oldest', () => {
	const kept = storage();
	for (let n = 0; n < 250; n += 1) rememberLiked(`stream_${n}`, true, kept);
	expect(wasLiked('stream_249', kept)).toBe(true);
	expect(wasLiked('stream_0', kept)).toBe(false);
});
it.each(['nonsense', '{"a":1}', '[1,2]'])('is not put off by %s', (text) =>
	expect(wasLiked('stream_1', storage(text))).toBe(false)
);
