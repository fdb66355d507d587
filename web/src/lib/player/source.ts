import { api } from '$lib/api/client';
import type { StreamToken, Video } from '$lib/api/types';
import type { Source } from './tracks';

/** Where a video is to be had, for somebody who may watch it. */
export interface Access {
	source: Source;
	storyboard: string | null;
	manifest: string;
}

/** An address of this server as a path; any other as it is. */
export function ours(url: string, origin = location.origin): string {
	return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
}

/** An address of this server with the token in it; a foreign one as it is. */
export function withToken(url: string, token: string | undefined, origin?: string): string {
	const path = ours(url, origin);
	if (!token || !path.startsWith('/') || /[?&]token=/.test(path)) return path;
	const [before = '', hash] = path.split('#');
	return `${before}${before.includes('?') ? '&' : '?'}token=${encodeURIComponent(token)}${hash ? `#${hash}` : ''}`;
}

/** Whether everybody may watch it at this moment: its files are then to be had without a token. */
export function isOpen(
	video: Pick<Video, 'is_public' | 'visibility' | 'publish_at' | 'expires_at'>,
	now = Date.now()
): boolean {
	const { publish_at, expires_at } = video;
	return (
		video.is_public &&
		video.visibility === 'public' &&
		(!publish_at || Date.parse(publish_at) <= now) &&
		(!expires_at || now < Date.parse(expires_at))
	);
}

/** The addresses of a video. One that is not open to everybody is asked for with a token. */
export async function accessOf(video: Video): Promise<Access> {
	const granted: StreamToken | undefined = isOpen(video)
		? undefined
		: await api.stream.token(video.id);
	const token = granted?.token;
	const address = (url: string | null | undefined): string | null =>
		url ? withToken(url, token) : null;
	return {
		source: {
			hls: address(granted?.hls_url ?? video.hls_url),
			file: address(granted?.stream_url ?? video.stream_url ?? video.video_url)
		},
		storyboard: address(granted?.storyboard_url ?? video.storyboard_url),
		manifest: withToken(
			granted?.manifest_url ?? `/media/${encodeURIComponent(video.id)}/manifest.json`,
			token
		)
	};
}
