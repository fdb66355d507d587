import type { Video } from '$lib/api/types';

export interface Playlist {
	id: string;
	name: string;
	description: string;
	visibility: string;
	video_count: number;
	can_edit: boolean;
	is_owner: boolean;
	updated_at: string;
	video_ids: string[];
	items?: { id: string; position: number; video: Video }[];
}

export const SHARING = [
	{ value: 'public', label: 'Everybody finds it' },
	{ value: 'unlisted', label: 'Whoever has the link' },
	{ value: 'members', label: 'Those who have signed in' },
	{ value: 'private', label: 'Only you' }
];

export interface Show {
	id: string;
	kind: string;
	title: string;
	sort_title: string | null;
	original_title: string | null;
	tagline: string | null;
	overview: string;
	studio: string | null;
	release_year: number | null;
	status: string | null;
	rating: string | null;
	genres: string[];
	tags: string[];
	season_count: number;
	episode_count: number;
	poster_url: string | null;
	updated_at: string;
}

export interface Season {
	number: number | null;
	title: string | null;
	overview: string;
	release_date: string | null;
	episodes: Video[];
}

export interface Credit {
	person_id?: string;
	name: string;
	role: string;
	character: string | null;
	avatar_url?: string | null;
}

export interface ShowWhole extends Show {
	seasons: Season[];
	credits: Credit[];
}

export interface Person {
	id: string;
	name: string;
	biography: string;
	birth_date: string | null;
	death_date: string | null;
	birth_place: string | null;
	avatar_url: string | null;
	filmography?: {
		role: string;
		character: string | null;
		video: Video | null;
		show: Show | null;
	}[];
}

export interface Collection {
	id: string;
	title: string;
	sort_title: string | null;
	overview: string;
	poster_url: string | null;
	updated_at: string;
	items?: { video: Video | null; show: Show | null }[];
}

export const SHOW_KINDS = [
	{ value: 'show', label: 'Show' },
	{ value: 'course', label: 'Course' },
	{ value: 'podcast', label: 'Podcast' },
	{ value: 'other', label: 'Other' }
];
export const STATUSES = [
	{ value: '', label: 'Not said' },
	{ value: 'planned', label: 'Planned' },
	{ value: 'returning', label: 'Goes on' },
	{ value: 'ended', label: 'Ended' },
	{ value: 'canceled', label: 'Cancelled' },
	{ value: 'finished', label: 'Finished' }
];
export const ROLES_OF_CREDITS = [
	'actor',
	'voice',
	'guest',
	'host',
	'presenter',
	'narrator',
	'teacher',
	'musician',
	'director',
	'writer',
	'creator',
	'producer',
	'executive_producer',
	'composer'
];

/** Text fields as a patch: what stands empty is cleared, but for those that are text always. */
export function clearedBlanks(
	values: Record<string, string>,
	always: string[] = []
): Record<string, string | null> {
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [
			name,
			value.trim() === '' && !always.includes(name) ? null : value.trim()
		])
	);
}

export interface EpisodePlace {
	video_id: string;
	season_number: number | null;
	episode_number: number;
}

/** The places of a season's episodes after they were put in this order. */
export function placesOf(season: number | null, videos: Pick<Video, 'id'>[]): EpisodePlace[] {
	return videos.map(({ id }, at) => ({
		video_id: id,
		season_number: season,
		episode_number: at + 1
	}));
}
