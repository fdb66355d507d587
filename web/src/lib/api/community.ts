import { call, path, send, type Options } from './call';
import { nextCursor, type Page } from './client';
import type { Card, Why } from './home';
import type { Schemas, Video, View, With } from './types';

export type Reaction = 'like' | 'dislike';
export type State = 'visible' | 'held' | 'removed' | 'deleted';

export type Author = View<'AuthorView'>;
export type Review = With<View<'ReviewView'>, { state: State }>;
/** What people make of a video, and you. */
export type FilmCommunity = With<
	View<'FilmCommunity'>,
	{ reaction: Reaction | null; review: Review | null }
>;
export type Reactions = With<View<'ReactionView'>, { reaction: Reaction | null }>;
export type Comment = With<View<'CommentView'>, { state: State }>;
export type CommentLikes = View<'CommentLikes'>;
export type PlaylistItem = With<View<'PlaylistItemView'>, { video: Video }>;
export type Sharing = 'public' | 'unlisted' | 'members' | 'private';
export type Playlist = With<
	View<'PlaylistView'>,
	{
		visibility: Sharing;
		/** With a playlist's own address only. */
		items?: PlaylistItem[];
	}
>;
export type NewPlaylist = With<Schemas['PlaylistForm'], { visibility?: Sharing }>;
export type PlaylistPatch = With<Schemas['PlaylistPatch'], { visibility?: Sharing }>;
export type NewComment = Schemas['CommentForm'];
export type ReportKind = 'video' | 'comment' | 'review' | 'playlist' | 'user';

async function paged<T>(url: string, options: Options): Promise<Page<T>> {
	const response = await send('GET', url, options);
	const { headers } = response;
	return {
		items: (await response.json()) as T[],
		total: headers.has('X-Total-Count') ? Number(headers.get('X-Total-Count')) : null,
		next: nextCursor(headers.get('Link'))
	};
}

const video = (id: string, ...rest: string[]): string => path('api', 'videos', id, ...rest);
const playlist = (id: string, ...rest: string[]): string => path('api', 'playlists', id, ...rest);

export const community = {
	film: (id: string): Promise<FilmCommunity> => call('GET', video(id, 'community')),
	react: (id: string, what: Reaction): Promise<Reactions> => call('POST', video(id, what)),
	unreact: (id: string, what: Reaction): Promise<Reactions> => call('DELETE', video(id, what)),

	comments: (id: string, sort: string, cursor: string | null): Promise<Page<Comment>> =>
		paged(video(id, 'comments'), { query: { sort, cursor, limit: 20 } }),
	replies: (id: string, cursor: string | null): Promise<Page<Comment>> =>
		paged(path('api', 'comments', id, 'replies'), { query: { sort: 'oldest', cursor, limit: 20 } }),
	comment: (id: string, body: NewComment): Promise<Comment> =>
		call('POST', video(id, 'comments'), { body }),
	editComment: (id: string, body: Schemas['CommentPatch']): Promise<Comment> =>
		call('PATCH', path('api', 'comments', id), { body }),
	removeComment: (id: string): Promise<unknown> => call('DELETE', path('api', 'comments', id)),
	likeComment: (id: string, on: boolean): Promise<CommentLikes> =>
		call(on ? 'POST' : 'DELETE', path('api', 'comments', id, 'like')),

	reviews: (id: string, sort: string, cursor: string | null): Promise<Page<Review>> =>
		paged(video(id, 'reviews'), { query: { sort, cursor, limit: 10 } }),
	review: (id: string, body: Schemas['ReviewForm']): Promise<Review> =>
		call('PUT', video(id, 'review'), { body }),
	removeReview: (id: string): Promise<unknown> => call('DELETE', video(id, 'review')),

	report: (
		subject_kind: ReportKind,
		subject_id: string,
		reason: string,
		details: string
	): Promise<unknown> =>
		call('POST', '/api/reports', { body: { subject_kind, subject_id, reason, details } }),

	watchlist: (cursor: string | null): Promise<Page<Video>> =>
		paged<Video>('/api/watchlist', { query: { limit: 200, offset: cursor } }),
	wish: (id: string, on: boolean): Promise<unknown> =>
		call(on ? 'PUT' : 'DELETE', path('api', 'watchlist', id)),

	playlists: (
		query: { mine?: boolean; video_id?: string },
		cursor: string | null = null
	): Promise<Page<Playlist>> => paged('/api/playlists', { query: { ...query, cursor, limit: 50 } }),
	playlist: (id: string): Promise<Playlist> => call('GET', playlist(id)),
	makePlaylist: (body: NewPlaylist): Promise<Playlist> => call('POST', '/api/playlists', { body }),
	changePlaylist: (id: string, body: PlaylistPatch): Promise<Playlist> =>
		call('PATCH', playlist(id), { body }),
	removePlaylist: (id: string): Promise<unknown> => call('DELETE', playlist(id)),
	addToPlaylist: (id: string, videoId: string): Promise<Playlist> =>
		call('POST', playlist(id, 'videos', videoId)),
	takeFromPlaylist: (id: string, videoId: string, item_id?: string): Promise<Playlist> =>
		call('DELETE', playlist(id, 'videos', videoId), { query: { item_id } }),
	orderPlaylist: (id: string, item_ids: string[]): Promise<Playlist> =>
		call('PUT', playlist(id, 'order'), { body: { item_ids } }),

	unlock: (id: string, password: string): Promise<unknown> =>
		call('POST', video(id, 'unlock'), { body: { password } }),
	/** Titles that go with this one, and why. */
	similar: (id: string): Promise<{ video: Card; why: Why }[]> =>
		call('GET', video(id, 'similar'), { query: { limit: 24 } })
};
