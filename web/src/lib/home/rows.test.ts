import { expect, it } from 'vitest';
import type { Video } from '$lib/api/types';
import { rowHref, shelves } from './rows';

let next = 0;
const video = (part: Partial<Video>): Video =>
	({ id: `video_${next++}`, show_title: null, content_type: null, genre: null, ...part }) as Video;

it('makes rows of shows, kinds and genres that fill one', () => {
	const e2 = video({
		show_title: 'Show',
		season_number: 1,
		episode_number: 2,
		content_type: 'episode'
	});
	const e1 = video({
		show_title: 'Show',
		season_number: 1,
		episode_number: 1,
		content_type: 'episode'
	});
	const films = [
		video({ content_type: 'movie', genre: 'Noir' }),
		video({ content_type: 'movie', genre: 'Noir' })
	];
	const lone = video({ content_type: 'short', genre: 'Comedy' });
	const rows = shelves([e2, e1, ...films, lone]);
	expect(rows.map((row) => row.title)).toEqual(['Show', 'Films', 'Noir']);
	expect(rows[0]?.videos).toEqual([e1, e2]);
	expect(rows[2]?.href).toBe('/browse?genre=Noir');
});

it('does not repeat the whole library', () =>
	expect(shelves([video({ genre: 'Noir' }), video({ genre: 'Noir' })])).toEqual([]));

it.each([
	['new', null, '/browse'],
	['top10', null, '/browse?sort=-view_count'],
	['genre', 'Sci-Fi & Co', '/browse?genre=Sci-Fi%20%26%20Co'],
	['content_type', 'short', '/browse?content_type=short'],
	['tag', 'sea', '/browse?tag=sea'],
	['collection', 'collection_01', '/collections/collection_01'],
	['collection', 'Noir', undefined],
	['genre', null, undefined],
	['because_you_watched', null, undefined],
	['something newer', 'x', undefined]
])('the rest of a row %s of %s is at %s', (kind, value, href) =>
	expect(rowHref({ kind, value })).toBe(href)
);
