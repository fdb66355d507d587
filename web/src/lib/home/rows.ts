import type { HomeRow } from '$lib/api/home';
import type { Video } from '$lib/api/types';
import { typeName } from '$lib/video';

export interface Shelf {
	title: string;
	href: string;
	videos: Video[];
}

/** Plural names of the kinds, as they stand over a row. */
const KINDS: Record<string, string> = {
	movie: 'Films',
	documentary: 'Documentaries',
	short: 'Shorts',
	recording: 'Recordings'
};

const LEAST = 2;
const MOST_GENRES = 8;

function grouped(videos: Video[], by: (video: Video) => string | null): [string, Video[]][] {
	const groups = new Map<string, Video[]>();
	for (const video of videos) {
		const name = by(video)?.trim();
		if (!name) continue;
		const group = groups.get(name);
		if (group) group.push(video);
		else groups.set(name, [video]);
	}
	return [...groups].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]));
}

/**
 * The rows below the newest: one for each show (in order of its episodes), kind and genre that has
 * enough to fill a row. A row that would repeat the whole library is left out.
 */
export function shelves(videos: Video[]): Shelf[] {
	const enough = ([, group]: [string, Video[]]): boolean =>
		group.length >= LEAST && group.length < videos.length;
	const shows = grouped(videos, (v) => v.show_title)
		.filter(([, group]) => group.length >= LEAST)
		.map(([title, group]) => ({
			title,
			href: `/browse?show_title=${encodeURIComponent(title)}`,
			videos: [...group].sort(
				(a, b) =>
					(a.season_number ?? 0) - (b.season_number ?? 0) ||
					(a.episode_number ?? 0) - (b.episode_number ?? 0)
			)
		}));
	const kinds = grouped(videos, (v) => (v.show_title ? null : v.content_type))
		.filter(enough)
		.map(([type, group]) => ({
			title: KINDS[type] ?? typeName(type),
			href: `/browse?content_type=${encodeURIComponent(type)}`,
			videos: group
		}));
	const genres = grouped(videos, (v) => v.genre)
		.filter(enough)
		.slice(0, MOST_GENRES)
		.map(([genre, group]) => ({
			title: genre,
			href: `/browse?genre=${encodeURIComponent(genre)}`,
			videos: group
		}));
	return [...shows, ...kinds, ...genres];
}

/** Where the rest of a row of the home page is, if there is such a place. */
export function rowHref({ kind, value }: Pick<HomeRow, 'kind' | 'value'>): string | undefined {
	const by = (name: string): string | undefined =>
		value ? `/browse?${name}=${encodeURIComponent(value)}` : undefined;
	switch (kind) {
		case 'new':
			return '/browse';
		case 'trending':
		case 'top10':
			return '/browse?sort=-view_count';
		case 'genre':
		case 'genres':
			return by('genre');
		case 'content_type':
			return by('content_type');
		case 'tag':
			return by('tag');
		case 'recommended':
			return '/recommended';
		case 'watchlist':
			return '/watchlist';
		case 'collection':
			return value?.startsWith('collection_')
				? `/collections/${encodeURIComponent(value)}`
				: undefined;
		default:
			return undefined;
	}
}
