import { call, path, send } from './call';
import { nextCursor, type Page } from './client';
import type { Video } from './types';

/** What newer servers say of a video besides. */
export interface TitleFacts {
	original_title?: string | null;
	tagline?: string | null;
	release_date?: string | null;
	studio?: string | null;
	languages?: string[];
	genres?: string[];
	show_id?: string | null;
	extra_of?: string | null;
	extra_kind?: string | null;
	publish_at?: string | null;
}
export interface Credit {
	person_id: string;
	name: string;
	role: string;
	character: string | null;
	avatar_url: string | null;
}
export interface Show {
	id: string;
	kind: string;
	title: string;
	original_title: string | null;
	tagline: string | null;
	overview: string;
	studio: string | null;
	release_date: string | null;
	release_year: number | null;
	status: string | null;
	rating: string | null;
	languages: string[];
	genres: string[];
	tags: string[];
	season_count: number;
	episode_count: number;
	poster_url: string | null;
	backdrop_url: string | null;
}
export interface Season {
	number: number | null;
	title: string | null;
	overview: string;
	release_date: string | null;
	poster_url: string | null;
	episodes: Video[];
}
export interface ShowWhole extends Show {
	seasons: Season[];
	credits: Credit[];
}
export interface Person {
	id: string;
	name: string;
	biography: string;
	birth_date: string | null;
	death_date: string | null;
	birth_place: string | null;
	avatar_url: string | null;
	filmography: { role: string; character: string | null; video: Video | null; show: Show | null }[];
}
export interface Collection {
	id: string;
	title: string;
	overview: string;
	poster_url: string | null;
	backdrop_url: string | null;
}
export interface CollectionWhole extends Collection {
	items: { video: Video | null; show: Show | null }[];
}

async function paged<T>(url: string, cursor: string | null): Promise<Page<T>> {
	const response = await send('GET', url, { query: { limit: 48, cursor } });
	const total = response.headers.get('X-Total-Count');
	return {
		items: (await response.json()) as T[],
		total: total === null ? null : Number(total),
		next: nextCursor(response.headers.get('Link'))
	};
}

export const titles = {
	show: (id: string): Promise<ShowWhole> => call('GET', path('api', 'shows', id)),
	shows: (cursor: string | null): Promise<Page<Show>> => paged('/api/shows', cursor),
	person: (id: string): Promise<Person> => call('GET', path('api', 'people', id)),
	collection: (id: string): Promise<CollectionWhole> => call('GET', path('api', 'collections', id)),
	collections: (cursor: string | null): Promise<Page<Collection>> =>
		paged('/api/collections', cursor),
	credits: (videoId: string): Promise<Credit[]> =>
		call('GET', path('api', 'videos', videoId, 'credits')),
	extras: (videoId: string): Promise<Video[]> =>
		call('GET', path('api', 'videos', videoId, 'extras'))
};
