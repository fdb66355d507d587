import type { CollectionWhole, Person as Titled } from '$lib/api/titles';
import type { Video, View } from '$lib/api/types';
import { capital } from '$lib/format';

export type {
	Collection,
	CollectionWhole,
	Credit,
	Part,
	Season,
	Show,
	ShowWhole
} from '$lib/api/titles';

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

export type Artwork = View<'ArtworkView'>;
export type PersonWhole = Titled;
export type Person = Omit<Titled, 'filmography'>;
export type Item = CollectionWhole['items'][number];

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

/** What a list of choices calls a value; what is not in it is said as it is. */
export const labelOf = (
	choices: { value: string; label: string }[],
	value: string | null | undefined
): string =>
	choices.find((one) => one.value === (value ?? ''))?.label ??
	capital((value ?? '').replaceAll('_', ' '));

/** What its parts are called: a course has lessons. */
export const partWord = (kind: string): string => (kind === 'course' ? 'lesson' : 'episode');

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

/** What lies in an item of a collection, as one thing to show. */
export function itemOf({ video, show }: Item):
	| {
			id: string;
			title: string;
			picture: string | null;
			href: string;
			hint: string;
	  }
	| undefined {
	if (video)
		return {
			id: video.id,
			title: video.title,
			picture: video.thumbnail_url ?? video.poster_url,
			href: `/studio/videos/${video.id}`,
			hint: [video.release_year, video.genres.join(', ')].filter(Boolean).join(' · ')
		};
	if (show)
		return {
			id: show.id,
			title: show.title,
			picture: show.backdrop_url ?? show.poster_url,
			href: `/studio/shows/${show.id}`,
			hint: labelOf(SHOW_KINDS, show.kind)
		};
	return undefined;
}
