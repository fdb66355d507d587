import type { Video } from '$lib/api/types';

/** What can be chosen in a player, and where it comes from. */

/** What a player knows of what it plays. */
export type Showing = Pick<
	Video,
	| 'id'
	| 'title'
	| 'poster_url'
	| 'subtitles'
	| 'chapters'
	| 'renditions'
	| 'duration'
	| 'duration_ms'
	| 'duration_seconds'
>;

/** One quality that can be chosen. */
export interface Quality {
	index: number;
	name: string;
	height: number;
	bitrate: number;
	codec: string;
	hint: string;
	/** The id of the rendition behind it, if its address tells. */
	rendition: string;
}

/** One audio or subtitle track that can be chosen. */
export interface Track {
	index: number;
	label: string;
	language: string;
}

export interface Source {
	hls: string | null;
	/** A progressive file, for when adaptive streaming is not to be had. */
	file: string | null;
	/** Whether it is happening now. */
	live?: boolean;
	/** Whether what happens now is watched from its oldest moment on, not at its edge. */
	whole?: boolean;
	/** Where it is to be had by WebRTC, with the least latency. */
	whep?: string | null;
}

/** What the "stats for nerds" panel shows besides what the video element knows. */
export interface Counters {
	throughput: number;
	lastSegment: { bytes: number; ms: number } | null;
	switches: number;
	stalls: number;
	startupMs: number | null;
	retries: number;
}

export const freshCounters = (): Counters => ({
	throughput: 0,
	lastSegment: null,
	switches: 0,
	stalls: 0,
	startupMs: null,
	retries: 0
});
