import { withToken } from '$lib/player/source';
import type { Source, Showing } from '$lib/player/tracks';
import { live } from './api';
import type { Stream } from './types';

/** Where a broadcast is to be had. One that is not open to everybody is asked for with a token. */
export async function sourceOf(stream: Stream): Promise<Source> {
	const address = `/media/live/${encodeURIComponent(stream.id)}/master.m3u8`;
	const open = stream.visibility === 'public';
	const granted = open ? undefined : await live.token(stream.id);
	return {
		hls: withToken(granted?.hls_url || stream.hls_url || address, granted?.token),
		file: null,
		live: true,
		whep: stream.whep_url ? withToken(stream.whep_url, granted?.token) : null
	};
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
