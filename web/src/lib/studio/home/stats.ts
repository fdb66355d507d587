import type { Processing, Video } from '$lib/api/types';
import { api } from '$lib/api/client';
import { ifAllowed, read } from '../server';

/** `/api/stats`, as far as the studio looks at it. */
export interface Stats {
	total_videos: number;
	public_videos: number;
	processed_videos: number;
	total_views: number;
	total_likes: number;
	total_comments: number;
	total_duration_seconds: number;
	total_upload_bytes: number | null;
	uptime_seconds: number;
}

export const stats = (): Promise<Stats | undefined> => ifAllowed(read<Stats>('/api/stats'));

async function count(query: Parameters<typeof api.videos.list>[0]): Promise<number> {
	return (await api.videos.list({ ...query, limit: 1, count: true })).total ?? 0;
}

export interface Numbers {
	all: number;
	failed: number;
	processing: number;
	pending: number;
	hidden: number;
}

/** How many videos are in which state. */
export async function numbers(): Promise<Numbers> {
	const [all, failed, processing, pending, hidden] = await Promise.all([
		count({}),
		count({ status: 'failed' }),
		count({ status: 'processing' }),
		count({ status: 'pending' }),
		count({ is_public: false })
	]);
	return { all, failed, processing, pending, hidden };
}

export interface Shares {
	/** Videos that were looked at. */
	videos: number;
	source: number;
	made: number;
	/** Bytes by a rendition's name, the largest first. */
	byName: { name: string; bytes: number }[];
	/** Bytes by the kind of title, uploads and what was made of them together. */
	byKind: { kind: string; bytes: number; videos: number }[];
	largest: { video: Video; bytes: number }[];
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Bytes that lie in the storage for one video: the upload, and what was made of it. */
export function weightOf(video: Video): number {
	return (video.file_size ?? 0) + madeOf(video);
}

function madeOf(video: Video): number {
	return sum(video.renditions.filter((one) => !one.is_source).map((one) => one.size_bytes ?? 0));
}

/** Where the bytes of these videos are. */
export function sharesOf(videos: Video[]): Shares {
	const byName = new Map<string, number>();
	for (const one of videos.flatMap((video) => video.renditions)) {
		if (one.is_source) continue;
		const name = one.kind === 'audio' ? 'Sound' : one.name;
		byName.set(name, (byName.get(name) ?? 0) + (one.size_bytes ?? 0));
	}
	const byKind = new Map<string, { bytes: number; videos: number }>();
	for (const video of videos) {
		const kind = video.content_type ?? '';
		const part = byKind.get(kind) ?? { bytes: 0, videos: 0 };
		byKind.set(kind, { bytes: part.bytes + weightOf(video), videos: part.videos + 1 });
	}
	return {
		videos: videos.length,
		byKind: [...byKind]
			.map(([kind, part]) => ({ kind, ...part }))
			.sort((a, b) => b.bytes - a.bytes),
		source: sum(videos.map((video) => video.file_size ?? 0)),
		made: sum(videos.map(madeOf)),
		byName: [...byName].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes),
		largest: videos
			.map((video) => ({ video, bytes: weightOf(video) }))
			.filter(({ bytes }) => bytes > 0)
			.sort((a, b) => b.bytes - a.bytes)
			.slice(0, 10)
	};
}

/** How far all that is under way has come, in percent; `null` when nothing is. */
export function overall(states: Processing[]): number | null {
	const busy = states.filter(({ status }) => status === 'processing' || status === 'pending');
	if (busy.length === 0) return null;
	return sum(busy.map(({ percent }) => percent)) / busy.length;
}
