import type { Video, VideoPatch } from '$lib/api/types';
import { dateMistake } from '../titles/episodes';
import { differing, yearMistake } from '../titles/show';

/** What a video can be, in the words that people read. */
export const CONTENT_KINDS = [
	{ value: 'movie', label: 'Film' },
	{ value: 'episode', label: 'Episode' },
	{ value: 'short', label: 'Short' },
	{ value: 'documentary', label: 'Documentary' },
	{ value: 'lesson', label: 'Lesson' },
	{ value: 'music', label: 'Music' },
	{ value: 'trailer', label: 'Trailer' },
	{ value: 'clip', label: 'Clip' },
	{ value: 'recording', label: 'Recording' },
	{ value: 'webinar', label: 'Webinar' },
	{ value: 'conference', label: 'Conference' },
	{ value: 'gaming', label: 'Gaming' },
	{ value: 'education', label: 'Education' },
	{ value: 'entertainment', label: 'Entertainment' },
	{ value: 'series', label: 'Series' },
	{ value: 'course', label: 'Course' },
	{ value: 'live_stream', label: 'Live stream' },
	{ value: 'recorded', label: 'Recorded broadcast' },
	{ value: 'video', label: 'Video' },
	{ value: 'other', label: 'Other' }
];

/** All that is said about a video, as it stands in its editor. */
export interface DetailFields {
	title: string;
	sort_title: string;
	original_title: string;
	tagline: string;
	description: string;
	content_type: string;
	show_title: string;
	season_number: string;
	episode_number: string;
	genres: string[];
	tags: string[];
	category: string;
	studio: string;
	release_date: string;
	release_year: string;
	rating: string;
	languages: string[];
}

const text = (value: string | number | null): string => value?.toString() ?? '';

export function detailFieldsOf(video: Video): DetailFields {
	return {
		title: video.title,
		sort_title: text(video.sort_title),
		original_title: text(video.original_title),
		tagline: text(video.tagline),
		description: video.description,
		content_type: text(video.content_type),
		show_title: text(video.show_title),
		season_number: text(video.season_number),
		episode_number: text(video.episode_number),
		genres: [...video.genres],
		tags: [...video.tags],
		category: text(video.category),
		studio: text(video.studio),
		release_date: text(video.release_date),
		release_year: text(video.release_year),
		rating: text(video.rating),
		languages: [...video.languages]
	};
}

/** Whether it is the part of something: the show's fields make sense then. */
export const hasShow = (fields: Pick<DetailFields, 'content_type' | 'show_title'>): boolean =>
	['episode', 'lesson'].includes(fields.content_type) || fields.show_title !== '';

type Mistakes = Partial<Record<keyof DetailFields, string>>;
const NUMBERS = { season_number: 10_000, episode_number: 100_000 };

export function detailMistakes(fields: DetailFields): Mistakes {
	const found: Mistakes = {};
	if (fields.title.trim() === '') found.title = 'Give it a title.';
	for (const name of ['season_number', 'episode_number'] as const) {
		const value = fields[name].trim();
		if (value !== '' && (!/^\d+$/.test(value) || Number(value) > NUMBERS[name]))
			found[name] = `A whole number up to ${NUMBERS[name].toLocaleString('en')}, please.`;
	}
	const year = yearMistake(fields.release_year);
	if (year) found.release_year = year;
	const date = dateMistake(fields.release_date);
	if (date) found.release_date = date;
	return found;
}

function whole(fields: DetailFields): VideoPatch {
	const orNull = (value: string): string | null => value.trim() || null;
	const number = (value: string): number | null => (value.trim() ? Number(value) : null);
	return {
		title: fields.title.trim(),
		sort_title: orNull(fields.sort_title),
		original_title: orNull(fields.original_title),
		tagline: orNull(fields.tagline),
		description: fields.description.trim(),
		content_type: orNull(fields.content_type),
		show_title: orNull(fields.show_title),
		season_number: number(fields.season_number),
		episode_number: number(fields.episode_number),
		genres: fields.genres,
		tags: fields.tags,
		category: orNull(fields.category),
		studio: orNull(fields.studio),
		release_date: orNull(fields.release_date),
		release_year: number(fields.release_year),
		rating: orNull(fields.rating),
		languages: fields.languages
	};
}

/** The part of the form that differs from what is kept, so that nothing else is overwritten. */
export const detailChanges = (before: DetailFields, after: DetailFields): VideoPatch =>
	differing(whole(before), whole(after));
