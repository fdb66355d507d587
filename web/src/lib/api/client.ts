import createClient from 'openapi-fetch';
import { ApiError, asApiError, problemOf } from './problem';
import type { components, paths } from './schema';
import type {
	ContinueItem,
	Instance,
	Manifest,
	NewExternal,
	NewImport,
	Processing,
	Session,
	StreamToken,
	Video,
	VideoPatch,
	WatchProgress,
	Whole
} from './types';

const http = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Unwraps an answer: the body of a success, with every field; or an `ApiError` thrown. */
async function take<T>(request: Promise<Answer<T>>): Promise<Whole<T>> {
	let answer: Answer<T>;
	try {
		answer = await request;
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
		throw asApiError(thrown);
	}
	if (!answer.response.ok) throw problemOf(answer.response.status, answer.error);
	return answer.data as Whole<T>;
}

/** A video out of an answer: the schema knows its states as plain text only. */
const film = (request: Promise<Answer<unknown>>): Promise<Video> => take(request) as Promise<Video>;

export interface Page<T> {
	items: T[];
	/** How many there are in all, if that was asked for. */
	total: number | null;
	/** Cursor of the next page, or null at the end. */
	next: string | null;
}

/** The cursor inside a `Link: <…?cursor=…>; rel="next"` header (RFC 8288). */
export function nextCursor(link: string | null): string | null {
	for (const part of link?.split(/,(?=\s*<)/) ?? []) {
		const match = /<([^>]*)>\s*;(.*)/.exec(part);
		if (match?.[1] && /rel="?next"?/.test(match[2] ?? '')) {
			return new URL(match[1], 'http://site.invalid').searchParams.get('cursor');
		}
	}
	return null;
}

type ExternalVideo = components['schemas']['ExternalVideo'];
export type VideoQuery = NonNullable<paths['/api/videos']['get']['parameters']['query']>;

const at = (id: string) => ({ params: { path: { id } } });

export const api = {
	instance: (): Promise<Instance> => take(http.GET('/api/instance')) as Promise<Instance>,

	session: {
		get: (): Promise<Session> => take(http.GET('/api/session')),
		open: (username: string, password: string): Promise<Session> =>
			take(http.POST('/api/session', { body: { username, password } })),
		close: (): Promise<unknown> => take(http.DELETE('/api/session')),
		setup: (body: { token: string; username?: string; password: string }): Promise<Session> =>
			take(http.POST('/api/setup', { body }))
	},

	videos: {
		async list(query: VideoQuery = {}, signal?: AbortSignal): Promise<Page<Video>> {
			const request = http.GET('/api/videos', { params: { query }, signal: signal ?? null });
			const items = (await take(request)) as Video[];
			const { headers } = (await request).response;
			return {
				items,
				total: headers.has('X-Total-Count') ? Number(headers.get('X-Total-Count')) : null,
				next: nextCursor(headers.get('Link'))
			};
		},
		get: (id: string): Promise<Video> => film(http.GET('/api/videos/{id}', at(id))),
		patch: (id: string, body: VideoPatch): Promise<Video> =>
			film(http.PATCH('/api/videos/{id}', { ...at(id), body })),
		remove: (id: string): Promise<unknown> => take(http.DELETE('/api/videos/{id}', at(id))),
		retry: (id: string): Promise<unknown> => take(http.POST('/api/videos/{id}/retry', at(id))),
		cancel: (id: string): Promise<unknown> => take(http.POST('/api/videos/{id}/cancel', at(id))),
		poster: (id: string, thumbnail_id: string): Promise<unknown> =>
			take(http.POST('/api/videos/{id}/poster', { ...at(id), body: { thumbnail_id } })),
		processing: (id: string): Promise<Processing> =>
			take(http.GET('/api/videos/{id}/processing', at(id))) as Promise<Processing>,
		importUrl: (body: NewImport): Promise<Video> =>
			film(http.POST('/api/videos/import-url', { body })),
		/** Has the poster, the candidates and the storyboard made anew. */
		thumbnails: (id: string): Promise<unknown> =>
			take(http.POST('/api/videos/{id}/thumbnails', at(id))),
		addExternal: (body: NewExternal): Promise<Video> =>
			film(http.POST('/api/videos', { body: body as ExternalVideo }))
	},

	stream: {
		token: (id: string): Promise<StreamToken> => take(http.GET('/stream/{id}/token', at(id))),
		progress: (id: string): Promise<WatchProgress | null> =>
			take(http.GET('/stream/{id}/progress', at(id))).catch((error: unknown) => {
				// Nothing watched yet is an answer, not a failure.
				if (error instanceof ApiError && error.status === 404) return null;
				throw error;
			}),
		/** Saves a position. Lives on after the page is gone, so it may be called while leaving. */
		saveProgress: (id: string, current_time: number, total_duration: number): Promise<unknown> =>
			take(
				http.POST('/stream/{id}/progress', {
					...at(id),
					body: { current_time, total_duration },
					keepalive: true
				})
			),
		continueWatching: (): Promise<ContinueItem[]> =>
			take(http.GET('/continue-watching')) as Promise<ContinueItem[]>,
		/** The segment list of a video. `url` carries the token of a video that is not public. */
		async manifest(url: string): Promise<Manifest> {
			const response = await fetch(url).catch((thrown: unknown) => {
				throw asApiError(thrown);
			});
			const text = await response.text();
			if (!response.ok) throw problemOf(response.status, text);
			return JSON.parse(text) as Manifest;
		}
	}
};
