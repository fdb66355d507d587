import type { components } from '$lib/api/schema';
import { dateMistake } from './episodes';
import type { Show } from './model';

/** What is said about a show, as it stands in the form. */
export interface ShowFields {
	kind: string;
	title: string;
	sort_title: string;
	original_title: string;
	tagline: string;
	overview: string;
	studio: string;
	release_date: string;
	release_year: string;
	status: string;
	rating: string;
	languages: string[];
	genres: string[];
	tags: string[];
}

export type ShowPatch = Partial<components['schemas']['ShowFields']>;

const text = (value: string | number | null): string => value?.toString() ?? '';

export const showFieldsOf = (show: Show): ShowFields => ({
	kind: show.kind,
	title: show.title,
	sort_title: text(show.sort_title),
	original_title: text(show.original_title),
	tagline: text(show.tagline),
	overview: show.overview,
	studio: text(show.studio),
	release_date: text(show.release_date),
	release_year: text(show.release_year),
	status: text(show.status),
	rating: text(show.rating),
	languages: [...show.languages],
	genres: [...show.genres],
	tags: [...show.tags]
});

type Mistakes = Partial<Record<keyof ShowFields, string>>;

/** Why a text is no year, if it is none; nothing is no mistake. */
export function yearMistake(text: string): string | undefined {
	const year = text.trim();
	if (year === '') return undefined;
	return /^\d{4}$/.test(year) && Number(year) >= 1870 && Number(year) <= 2200
		? undefined
		: 'A year from 1870 to 2200, please.';
}

export function showMistakes(fields: ShowFields): Mistakes {
	const found: Mistakes = {};
	if (fields.title.trim() === '') found.title = 'Give it a title.';
	const year = yearMistake(fields.release_year);
	if (year) found.release_year = year;
	const date = dateMistake(fields.release_date);
	if (date) found.release_date = date;
	return found;
}

function whole(fields: ShowFields): ShowPatch {
	const orNull = (value: string): string | null => value.trim() || null;
	return {
		kind: fields.kind,
		title: fields.title.trim(),
		sort_title: orNull(fields.sort_title),
		original_title: orNull(fields.original_title),
		tagline: orNull(fields.tagline),
		overview: fields.overview.trim(),
		studio: orNull(fields.studio),
		release_date: orNull(fields.release_date),
		release_year: fields.release_year.trim() ? Number(fields.release_year) : null,
		status: orNull(fields.status),
		rating: orNull(fields.rating),
		languages: fields.languages,
		genres: fields.genres,
		tags: fields.tags
	};
}

/** The part of the form that differs from what is kept. */
export function showChanges(before: ShowFields, after: ShowFields): ShowPatch {
	return differing(whole(before), whole(after));
}

/** The entries of `after` that `before` has otherwise. */
export function differing<T extends object>(before: T, after: T): Partial<T> {
	return Object.fromEntries(
		Object.entries(after).filter(
			([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof T])
		)
	) as Partial<T>;
}
