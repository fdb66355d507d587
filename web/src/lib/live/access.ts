import { withToken } from '$lib/player/source';
import type { Source, Showing } from '$lib/player/tracks';
import { live } from './api';
import type { Stream } from './types';

/** Where a broadcast is to be had. One that is not open to everybody is asked for with a token. */
export async function sourceOf(stream: Stream): Promise<Source> {
	const address = `/media/live/${encodeURIComponent(stream.id)}/master.m3u8`;
	if (stream.visibility === 'public')
		return { hls: withToken(stream.hls_url ?? address, undefined), file: null, live: true };
	const { token, hls_url } = await live.token(stream.id);
	return { hls: withToken(hls_url || address, token), file: null, live: true };
}

/** A broadcast as the player sees it. */
export const showingOf = (stream: Stream): Showing => ({
	id: stream.id,
	title: stream.title,
	poster_url: stream.thumbnail_url,
	subtitles: [],
	chapters: [],
	renditions: [],
	duration: null,
	duration_ms: null,
	duration_seconds: null
});
