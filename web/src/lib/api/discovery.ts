import { call, path, send } from './call';
import type { Page } from './client';
import type { Card, Why } from './home';
import type { Video, View, With } from './types';

export interface Part {
	text: string;
	/** Whether it is a word that was looked for. */
	marked: boolean;
}
export type Excerpt = With<View<'ExcerptView'>, { parts: Part[] }>;
export type Moment = With<View<'MomentView'>, { excerpt: Excerpt }>;
export type Hit = With<
	View<'HitView'>,
	{ video: Video; highlights: Record<string, Excerpt[]>; moments: Moment[] }
>;
export type Value = View<'ValueView'>;
export type Found = With<View<'SearchView'>, { hits: Hit[] }>;
export type Suggestion = With<View<'SuggestionView'>, { kind: 'title' | 'show' | 'person' }>;

export type BrowseBy = 'genre' | 'year' | 'person' | 'collection' | 'letter' | 'tag' | 'type';

export const discovery = {
	search: (query: Record<string, string | number>, signal?: AbortSignal): Promise<Found> =>
		call('GET', '/api/search', { query, signal }),
	suggest: (q: string, signal?: AbortSignal): Promise<Suggestion[]> =>
		call('GET', '/api/search/suggest', { query: { q, limit: 8 }, signal }),
	/** What to watch next, and why. */
	recommended: (): Promise<{ video: Card; why: Why }[]> =>
		call('GET', '/api/recommendations', { query: { limit: 48 } }),
	/** What can be browsed by: the genres, the years … each with how many it has. */
	values: (by: BrowseBy): Promise<Value[]> => call('GET', path('api', 'browse', by)),
	/** One page of the titles that have this value; the cursor is how many to skip. */
	async titles(
		by: BrowseBy,
		value: string,
		cursor: string | null,
		sort?: string
	): Promise<Page<Video>> {
		const limit = 48;
		const offset = Number(cursor ?? 0);
		const response = await send('GET', path('api', 'browse', by), {
			query: { value, limit, offset, sort }
		});
		const items = (await response.json()) as Video[];
		const total = Number(response.headers.get('X-Total-Count') ?? items.length);
		const next = offset + items.length;
		return { items, total, next: items.length > 0 && next < total ? String(next) : null };
	}
};
