import { call, path, send } from './call';
import { nextCursor, type Page } from './client';
import type { Video, View, With } from './types';

export type Credit = View<'CreditView'>;
export type Show = View<'ShowView'>;
export type Season = With<View<'SeasonView'>, { episodes: Video[] }>;
export type ShowWhole = With<View<'ShowWhole'>, { seasons: Season[] }>;
/** What somebody did in a title: one of the two is there. */
export interface Part {
	role: string;
	character: string | null;
	video: Video | null;
	show: Show | null;
}
export type Person = With<View<'PersonWhole'>, { filmography: Part[] }>;
export type Collection = View<'CollectionView'>;
export type CollectionWhole = Collection & { items: { video: Video | null; show: Show | null }[] };
export type Notes = View<'NotesView'>;

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
	notes: (videoId: string): Promise<Notes> => call('GET', path('api', 'videos', videoId, 'notes')),
	extras: (videoId: string): Promise<Video[]> =>
		call('GET', path('api', 'videos', videoId, 'extras'))
};
