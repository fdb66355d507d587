import type { Video, VideoPatch } from '$lib/api/types';
import { tagsOf } from '$lib/format';

/** What a person says about a video, as it stands in the form: text, until it is checked. */
export interface VideoFields {
	title: string;
	description: string;
	content_type: string;
	show_title: string;
	season_number: string;
	episode_number: string;
	genre: string;
	release_year: string;
	rating: string;
	category: string;
	tags: string;
	is_public: boolean;
}

export function blankFields(title = ''): VideoFields {
	return {
		title,
		description: '',
		content_type: '',
		show_title: '',
		season_number: '',
		episode_number: '',
		genre: '',
		release_year: '',
		rating: '',
		category: '',
		tags: '',
		is_public: true
	};
}

const text = (value: string | number | null | undefined): string => value?.toString() ?? '';

export function fieldsOf(video: Video): VideoFields {
	return {
		title: video.title,
		description: text(video.description),
		content_type: text(video.content_type),
		show_title: text(video.show_title),
		season_number: text(video.season_number),
		episode_number: text(video.episode_number),
		genre: text(video.genre),
		release_year: text(video.release_year),
		rating: text(video.rating),
		category: text(video.category),
		tags: video.tags.join(', '),
		is_public: video.is_public
	};
}

type Numbered = 'season_number' | 'episode_number' | 'release_year';
const RANGES: Record<Numbered, [number, number]> = {
	season_number: [0, 10_000],
	episode_number: [0, 100_000],
	release_year: [1870, 2200]
};

/** What is wrong with the form, by field; empty when nothing is. */
export function mistakes(fields: VideoFields): Partial<Record<keyof VideoFields, string>> {
	const found: Partial<Record<keyof VideoFields, string>> = {};
	if (fields.title.trim() === '') found.title = 'Give it a title.';
	for (const [name, [least, most]] of Object.entries(RANGES) as [Numbered, [number, number]][]) {
		const value = fields[name].trim();
		if (value === '') continue;
		const number = Number(value);
		if (!Number.isInteger(number) || number < least || number > most) {
			found[name] = `A whole number from ${least} to ${most.toLocaleString('en')}, please.`;
		}
	}
	return found;
}

const orNull = (value: string): string | null => value.trim() || null;
const numberOrNull = (value: string): number | null => (value.trim() === '' ? null : Number(value));

/** The whole form as a patch. A field that stands empty is cleared. */
export function patchOf(fields: VideoFields): VideoPatch {
	const episode = fields.content_type === 'episode';
	return {
		title: fields.title.trim(),
		description: orNull(fields.description),
		...(fields.content_type ? { content_type: fields.content_type } : {}),
		show_title: episode ? orNull(fields.show_title) : null,
		season_number: episode ? numberOrNull(fields.season_number) : null,
		episode_number: episode ? numberOrNull(fields.episode_number) : null,
		genre: orNull(fields.genre),
		release_year: numberOrNull(fields.release_year),
		rating: orNull(fields.rating),
		category: orNull(fields.category),
		tags: tagsOf(fields.tags),
		is_public: fields.is_public
	};
}

/** What stands in the form, for a video that is only being made: nothing is there to be cleared. */
export function filledOf(fields: VideoFields): VideoPatch {
	return Object.fromEntries(
		Object.entries(patchOf(fields)).filter(([, value]) => value !== null)
	) as VideoPatch;
}

/** The part of the form that differs from what is kept, so that nothing else is overwritten. */
export function changesOf(before: VideoFields, after: VideoFields): VideoPatch {
	const old = patchOf(before) as Record<string, unknown>;
	return Object.fromEntries(
		Object.entries(patchOf(after)).filter(
			([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name])
		)
	) as VideoPatch;
}

/** The form as upload metadata: text under the same names, nothing that stands empty. */
export function metadataOf(fields: VideoFields): Record<string, string> {
	const entries = Object.entries(patchOf(fields)).flatMap(([name, value]): [string, string][] => {
		if (value === null || value === undefined) return [];
		const plain = Array.isArray(value) ? value.join(',') : String(value);
		return plain === '' ? [] : [[name, plain]];
	});
	return Object.fromEntries(entries);
}
