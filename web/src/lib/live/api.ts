import { call, path, send, type Query } from '$lib/api/call';
import { nextCursor, type Page } from '$lib/api/client';
import type { Video } from '$lib/api/types';
import type { Said, Start } from './replay';
import type {
	ChatBan,
	ChatMessage,
	Sample,
	Stream,
	StreamLikes,
	StreamMarker,
	StreamDraft,
	StreamToken,
	PullSource,
	Target,
	TargetDraft
} from './types';

/** The address of a stream, and of what belongs to it. */
export const stream = (id: string, ...rest: string[]): string =>
	path('api', 'streams', id, ...rest);

export interface StreamQuery extends Query {
	status?: string;
	mine?: boolean;
	limit?: number;
	cursor?: string | null;
}

/** Reads a page of a list. */
export async function paged<T>(url: string, query: Query): Promise<Page<T>> {
	const response = await send('GET', url, { query });
	const { headers } = response;
	return {
		items: (await response.json()) as T[],
		total: headers.has('X-Total-Count') ? Number(headers.get('X-Total-Count')) : null,
		next: nextCursor(headers.get('Link'))
	};
}

export const live = {
	list: (query: StreamQuery): Promise<Page<Stream>> => paged('/api/streams', query),
	get: (id: string): Promise<Stream> => call('GET', stream(id)),
	make: (body: StreamDraft): Promise<Stream> => call('POST', '/api/streams', { body }),
	change: (id: string, body: StreamDraft): Promise<Stream> => call('PATCH', stream(id), { body }),
	remove: (id: string): Promise<unknown> => call('DELETE', stream(id)),
	start: (id: string): Promise<Stream> => call('POST', stream(id, 'start')),
	end: (id: string): Promise<Stream> => call('POST', stream(id, 'end')),
	/** Makes a new key; the old one opens nothing any more. */
	rotateKey: (id: string): Promise<Stream> => call('POST', stream(id, 'key')),
	token: (id: string): Promise<StreamToken> => call('GET', stream(id, 'token')),
	unlock: (id: string, password: string): Promise<unknown> =>
		call('POST', stream(id, 'unlock'), { body: { password } }),

	/** Where a page sends its own picture: the session's cookie is enough, and the key stays away. */
	whip: (id: string): string => stream(id, 'whip'),
	/** Where it is fetched from elsewhere; a 404 means nowhere. */
	/** Most streams have none. */
	source: (id: string): Promise<PullSource | undefined> => call('GET', stream(id, 'source')),
	fetchFrom: (id: string, url: string): Promise<PullSource> =>
		call('PUT', stream(id, 'source'), { body: { url } }),
	fetchNoMore: (id: string): Promise<unknown> => call('DELETE', stream(id, 'source')),
	fetching: (id: string, on: boolean): Promise<PullSource> =>
		call('POST', stream(id, 'source', on ? 'start' : 'stop')),
	/** Whom it is passed on to. */
	targets: (id: string): Promise<Target[]> => call('GET', stream(id, 'targets')),
	addTarget: (id: string, body: TargetDraft): Promise<Target> =>
		call('POST', stream(id, 'targets'), { body }),
	changeTarget: (id: string, target: string, body: Partial<TargetDraft>): Promise<Target> =>
		call('PATCH', stream(id, 'targets', target), { body }),
	removeTarget: (id: string, target: string): Promise<unknown> =>
		call('DELETE', stream(id, 'targets', target)),

	like: (id: string, on: boolean): Promise<StreamLikes> =>
		call(on ? 'POST' : 'DELETE', stream(id, 'like')),
	/** Counts whoever passes it on; nobody waits for that. */
	shared: (id: string): void => void call('POST', stream(id, 'share')).catch(() => undefined),
	/** How it was doing in the last so many hours: a sample a minute. */
	samples: (id: string, hours: number): Promise<Sample[]> =>
		call('GET', stream(id, 'analytics'), { query: { hours } }),

	/** What was said lately, or before a page of it; `next` leads further back. */
	past: (id: string, cursor: string | null = null): Promise<Page<ChatMessage>> =>
		paged(stream(id, 'chat'), { cursor }),
	/** What stands above the rest. */
	pinned: (id: string): Promise<ChatMessage[]> =>
		call('GET', stream(id, 'chat'), { query: { pinned: true } }),
	say: (id: string, message: string, reply_to?: string): Promise<ChatMessage> =>
		call('POST', stream(id, 'chat'), { body: { message, ...(reply_to ? { reply_to } : {}) } }),
	/** What was said in the broadcast that became this recording, a page of it. */
	replay: (video: string, start: Start, limit?: number): Promise<Page<Said>> =>
		paged(path('api', 'videos', video, 'chat'), { ...start, limit }),
	unsay: (id: string, message: string): Promise<unknown> =>
		call('DELETE', stream(id, 'chat', message)),
	mark: (
		id: string,
		message: string,
		body: { pinned?: boolean; approve?: boolean }
	): Promise<ChatMessage> => call('PATCH', stream(id, 'chat', message), { body }),
	/** Cuts a piece out of what can still be gone back to; it is a video of its own. */
	clip: (id: string, body: { title?: string; last_seconds: number }): Promise<Video> =>
		call('POST', stream(id, 'clips'), { body }),
	/** The marked moments of the broadcast that goes on, or of the last one. */
	markers: (id: string): Promise<StreamMarker[]> => call('GET', stream(id, 'markers')),
	setMarker: (id: string, body: { title?: string }): Promise<StreamMarker> =>
		call('POST', stream(id, 'markers'), { body }),
	removeMarker: (id: string, marker: string): Promise<unknown> =>
		call('DELETE', stream(id, 'markers', marker)),
	bans: (id: string): Promise<ChatBan[]> => call('GET', stream(id, 'bans')),
	/** Keeps the author of a message from writing; for ever, unless so many seconds are named. */
	ban: (
		id: string,
		body: { message_id: string; seconds?: number; delete_messages?: boolean }
	): Promise<ChatBan> => call('POST', stream(id, 'bans'), { body }),
	unban: (id: string, ban: string): Promise<unknown> => call('DELETE', stream(id, 'bans', ban))
};
