import { api } from '$lib/api/client';
import type { Video } from '$lib/api/types';

const order = (video: Video): [number, number] => [
	video.season_number ?? 0,
	video.episode_number ?? 0
];

/** All episodes of a video's show among `videos`, in order. */
export function episodesOf(video: Video, videos: Video[]): Video[] {
	if (!video.show_title) return [];
	return videos
		.filter((other) => other.show_title === video.show_title)
		.sort((a, b) => {
			const [as, ae] = order(a);
			const [bs, be] = order(b);
			return as - bs || ae - be;
		});
}

/** The episode after `video`, if it can be played. */
export function nextOf(video: Video, episodes: Video[]): Video | undefined {
	const at = episodes.findIndex((other) => other.id === video.id);
	return at < 0 ? undefined : episodes.slice(at + 1).find((other) => other.is_processed);
}

/** The show's episodes, as far as one page holds them. */
export async function fetchEpisodes(video: Video): Promise<Video[]> {
	if (!video.show_title) return [];
	const { items } = await api.videos.list({ show_title: video.show_title, limit: 200 });
	return episodesOf(video, items);
}
