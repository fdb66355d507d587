import type { Video, VideoPatch } from '$lib/api/types';
import { tagsOf } from '$lib/format';
import { yearMistake } from '../titles/show';
import { portions } from '../titles/episodes';
import { send } from '../server';

/** A change of many videos at once. What is not touched stays as it is in each. */
export interface BulkFields {
	content_type: string;
	show_title: string;
	season_number: string;
	genre: string;
	category: string;
	studio: string;
	rating: string;
	release_year: string;
	add_tags: string;
	remove_tags: string;
	/** Empty leaves it; otherwise `public` or `private`. */
	visibility: '' | 'public' | 'private';
}

export const blankBulk = (): BulkFields => ({
	content_type: '',
	show_title: '',
	season_number: '',
	genre: '',
	category: '',
	studio: '',
	rating: '',
	release_year: '',
	add_tags: '',
	remove_tags: '',
	visibility: ''
});

export function bulkMistakes(
	fields: BulkFields
): Partial<Record<'release_year' | 'season_number', string>> {
	const year = yearMistake(fields.release_year);
	const season = fields.season_number.trim();
	return {
		...(year ? { release_year: year } : {}),
		...(season === '' || (/^\d+$/.test(season) && Number(season) <= 10_000)
			? {}
			: { season_number: 'A whole number up to 10,000, please.' })
	};
}

/** What the server is asked to do with each of the videos. */
export interface BulkEdit {
	patch: VideoPatch;
	add_tags: string[];
	remove_tags: string[];
}

export function bulkEdit(fields: BulkFields): BulkEdit {
	const patch: Record<string, unknown> = {};
	const words = ['content_type', 'show_title', 'genre', 'category', 'studio', 'rating'] as const;
	for (const name of words) {
		const value = fields[name].trim();
		if (!value) continue;
		// A genre in a list takes the place of all that were there.
		if (name === 'genre') patch.genres = tagsOf(value);
		else patch[name] = value;
	}
	for (const name of ['season_number', 'release_year'] as const) {
		if (fields[name].trim()) patch[name] = Number(fields[name]);
	}
	if (fields.visibility) patch.is_public = fields.visibility === 'public';
	return {
		patch: patch as VideoPatch,
		add_tags: tagsOf(fields.add_tags),
		remove_tags: tagsOf(fields.remove_tags)
	};
}

export const changesNothing = ({ patch, add_tags, remove_tags }: BulkEdit): boolean =>
	Object.keys(patch).length + add_tags.length + remove_tags.length === 0;

/** The most videos that are changed by one request. */
const AT_ONCE = 500;

/** Changes all of these videos, or none: those of a portion stand and fall together. */
export async function changeMany(ids: string[], edit: BulkEdit): Promise<Video[]> {
	const fresh: Video[] = [];
	for (const some of portions(ids, AT_ONCE)) {
		const { videos } = await send<{ videos: Video[] }>('PATCH', '/api/videos', {
			ids: some,
			...edit
		});
		fresh.push(...videos);
	}
	return fresh;
}

/** Runs `work` over `items`, a few at a time, and says how many went well and what went wrong. */
export async function inTurns<T>(
	items: readonly T[],
	atOnce: number,
	work: (item: T) => Promise<unknown>,
	done?: (count: number) => void
): Promise<{ well: T[]; failed: { item: T; why: unknown }[] }> {
	const well: T[] = [];
	const failed: { item: T; why: unknown }[] = [];
	const rest = [...items];
	async function worker(): Promise<void> {
		for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
			try {
				await work(item);
				well.push(item);
			} catch (why) {
				failed.push({ item, why });
			}
			done?.(well.length + failed.length);
		}
	}
	await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
	return { well, failed };
}

/** The ids from one row to another, whichever stands first. */
export function between(ids: readonly string[], from: string, to: string): string[] {
	const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
	if (a < 0 || b < 0) return b < 0 ? [] : [to];
	return ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
