import { api } from '$lib/api/client';
import type { StreamToken, Video } from '$lib/api/types';
import type { Source } from './engine.svelte';

/** Where a video is to be had, for somebody who may watch it. */
export interface Access {
	source: Source;
	storyboard: string | null;
	manifest: string;
}

/** An address of ours with the token in it; a foreign one as it is. */
export function withToken(url: string, token: string | undefined): string {
	if (!token || !url.startsWith('/') || /[?&]token=/.test(url)) return url;
	const [path = '', hash] = url.split('#');
	return `${path}${path.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}${hash ? `#${hash}` : ''}`;
}

/** The addresses of a video. One that is not public is asked for with a token. */
export async function accessOf(video: Video): Promise<Access> {
	const granted: StreamToken | undefined = video.is_public
		? undefined
		: await api.stream.token(video.id);
	const token = granted?.token;
	const address = (url: string | null | undefined): string | null =>
		url ? withToken(url, token) : null;
	return {
		source: {
			hls: granted?.hls_url ?? address(video.hls_url),
			file: granted?.stream_url ?? address(video.video_url) ?? address(video.stream_url)
		},
		storyboard: address(video.storyboard_url),
		manifest: withToken(`/media/${encodeURIComponent(video.id)}/manifest.json`, token)
	};
}
