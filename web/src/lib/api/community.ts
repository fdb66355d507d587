import { call, path, send, type Options } from './call';
import { nextCursor, type Page } from './client';
import type { Card, Why } from './home';
import type { Video } from './types';

export type Reaction = 'like' | 'dislike';

export interface Author {
	id: string | null;
	name: string;
}
export interface Review {
	id: string;
	video_id: string;
	author: Author;
	stars: number;
	title: string;
	body: string;
	state: 'visible' | 'held' | 'removed';
	is_mine: boolean;
	created_at: string;
	updated_at: string;
}
/** What people make of a video, and you. */
export interface FilmCommunity {
	video_id: string;
	like_count: number;
	dislike_count: number;
	comment_count: number;
	rating: { average: number | null; count: number; histogram: number[] };
	reaction: Reaction | null;
	in_watchlist: boolean;
	review: Review | null;
	can_comment: boolean;
	can_review: boolean;
}
export interface Reactions {
	like_count: number;
	dislike_count: number;
	reaction: Reaction | null;
}
export interface Comment {
	id: string;
	video_id: string;
	parent_id: string | null;
	reply_to: string | null;
	author: Author | null;
	body: string;
	at_ms: number | null;
	state: 'visible' | 'held' | 'removed' | 'deleted';
	pinned: boolean;
	like_count: number;
	liked: boolean;
	reply_count: number;
	is_mine: boolean;
	can_edit: boolean;
	can_delete: boolean;
	can_pin: boolean;
	created_at: string;
	edited_at: string | null;
}
export interface PlaylistItem {
	id: string;
	position: number;
	added_at: string;
	video: Video;
}
export type Sharing = 'public' | 'unlisted' | 'members' | 'private';
export interface Playlist {
	id: string;
	name: string;
	description: string;
	video_ids: string[];
	visibility: Sharing;
	video_count: number;
	duration_ms: number;
	thumbnail_url: string | null;
	can_edit: boolean;
	is_owner: boolean;
	removed: boolean;
	updated_at: string;
	items?: PlaylistItem[];
}
export interface NewComment {
	body: string;
	parent_id?: string;
	at_ms?: number;
}
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
	editComment: (id: string, body: { body?: string; pinned?: boolean }): Promise<Comment> =>
		call('PATCH', path('api', 'comments', id), { body }),
	removeComment: (id: string): Promise<unknown> => call('DELETE', path('api', 'comments', id)),
	likeComment: (id: string, on: boolean): Promise<{ like_count: number; liked: boolean }> =>
		call(on ? 'POST' : 'DELETE', path('api', 'comments', id, 'like')),

	reviews: (id: string, sort: string, cursor: string | null): Promise<Page<Review>> =>
		paged(video(id, 'reviews'), { query: { sort, cursor, limit: 10 } }),
	review: (id: string, body: { stars: number; title: string; body: string }): Promise<Review> =>
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
	makePlaylist: (body: {
		name: string;
		description?: string;
		visibility?: Sharing;
		video_ids?: string[];
	}): Promise<Playlist> => call('POST', '/api/playlists', { body }),
	changePlaylist: (
		id: string,
		body: { name?: string; description?: string; visibility?: Sharing }
	): Promise<Playlist> => call('PATCH', playlist(id), { body }),
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
