import { expect, it } from 'vitest';
import { grouped, kindName, kindsFor, pictureProblem, sizedUrl, widthsOf } from './artwork';
import type { Artwork } from './model';

const art = (id: string, kind: string, is_primary = false, season_number: number | null = null) =>
	({ id, kind, is_primary, season_number, width: 1000, url: `/artwork/${id}/640.webp` }) as Artwork;

it('gives people portraits and titles the rest', () => {
	expect(kindsFor('people').map(({ kind }) => kind)).toEqual(['avatar']);
	expect(kindsFor('shows').map(({ kind }) => kind)).not.toContain('avatar');
	expect(kindName('disc')).toBe('Disc');
});

it('points at a size', () =>
	expect(sizedUrl({ url: 'http://m/artwork/artwork_1/640.webp' }, 1280, 'avif')).toBe(
		'http://m/artwork/artwork_1/1280.avif'
	));

it('knows which sizes there are of a picture', () => {
	expect(widthsOf({ width: 640 })).toEqual([80, 160, 320, 480, 640]);
	expect(widthsOf({ width: 20 })).toEqual([80]);
});

it('puts pictures under their kinds, the one that is shown first', () => {
	const all = [art('a', 'poster'), art('b', 'poster', true), art('c', 'poster', true, 1)];
	const [posters, backdrops] = grouped(all, kindsFor('shows'));
	expect(posters?.pictures.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
	expect(backdrops?.pictures).toEqual([]);
});

it.each([
	['image/png', 10, false],
	['image/svg+xml', 10, true],
	['image/jpeg', 0, true],
	['image/jpeg', 21 << 20, true]
])('picture of type %s and %s bytes', (type, size, wrong) =>
	expect(pictureProblem({ type, size }) !== undefined).toBe(wrong)
);
