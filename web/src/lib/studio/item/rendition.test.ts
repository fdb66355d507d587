import { expect, it } from 'vitest';
import type { Rendition } from '$lib/api/types';
import { renditionFacts, segmentFacts } from './rendition';

it('says what is known and leaves the rest out', () => {
	const facts = renditionFacts({
		id: 'rend_1',
		kind: 'audio',
		codec: 'mp4a.40.2',
		channels: 2,
		language: 'de',
		label: null,
		bitrate: 128,
		size_bytes: 1024,
		width: null,
		height: null,
		frame_rate: null
	} as unknown as Rendition);
	const names = facts.map(({ name }) => name);
	expect(names).toContain('Channels');
	expect(names).not.toContain('Picture');
	expect(facts.find(({ name }) => name === 'Language')?.value).toBe('German');
});

it('finds the longest, the largest and the densest segment', () => {
	const segment = (duration: number, size_bytes: number) => ({
		path: '',
		start: 0,
		label: '',
		duration,
		size_bytes
	});
	expect(segmentFacts([])).toBeUndefined();
	expect(segmentFacts([segment(4, 1000), segment(6, 900), segment(1, 500)])).toEqual({
		count: 3,
		seconds: 11,
		longest: 6,
		largest: 1000,
		peak: 4000
	});
});
