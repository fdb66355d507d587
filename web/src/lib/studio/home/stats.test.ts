import { expect, it } from 'vitest';
import type { Processing, Rendition, Video } from '$lib/api/types';
import { overall, sharesOf, weightOf } from './stats';

const rendition = (part: Partial<Rendition>): Rendition =>
	({ id: 'r', name: '720p', kind: 'video', is_source: false, size_bytes: 0, ...part }) as Rendition;
const video = (id: string, file_size: number, renditions: Rendition[]): Video =>
	({ id, file_size, renditions }) as Video;

const library = [
	video('a', 1000, [
		rendition({ name: 'source', is_source: true, size_bytes: 990 }),
		rendition({ size_bytes: 300 }),
		rendition({ kind: 'audio', name: 'English', size_bytes: 50 })
	]),
	video('b', 4000, [rendition({ size_bytes: 100 })]),
	video('elsewhere', 0, [])
];

it('counts the source once, even where it is shown as it is', () =>
	expect(weightOf(library[0] as Video)).toBe(1350));

it('says where the bytes are', () => {
	const shares = sharesOf(library);
	expect(shares).toMatchObject({ videos: 3, source: 5000, made: 450 });
	expect(shares.byName).toEqual([
		{ name: '720p', bytes: 400 },
		{ name: 'Sound', bytes: 50 }
	]);
	expect(shares.byKind).toEqual([{ kind: '', bytes: 5450, videos: 3 }]);
	expect(shares.largest.map((one) => one.video.id)).toEqual(['b', 'a']);
});

it('sees how far the work has come', () => {
	const state = (status: string, percent: number): Processing =>
		({ status, percent }) as Processing;
	expect(overall([])).toBeNull();
	expect(overall([state('completed', 100)])).toBeNull();
	expect(overall([state('processing', 50), state('pending', 0), state('failed', 80)])).toBe(25);
});
