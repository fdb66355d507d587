import type { Video, VideoPatch } from '$lib/api/types';
import { tagsOf } from '$lib/format';

/** A change of many videos at once. What is not touched stays as it is in each. */
export interface BulkFields {
	content_type: string;
	genre: string;
	category: string;
	rating: string;
	release_year: string;
	add_tags: string;
	remove_tags: string;
	/** Empty leaves it; otherwise `public` or `private`. */
	visibility: '' | 'public' | 'private';
}

export const blankBulk = (): BulkFields => ({
	content_type: '',
	genre: '',
	category: '',
	rating: '',
	release_year: '',
	add_tags: '',
	remove_tags: '',
	visibility: ''
});

export function bulkMistake(fields: BulkFields): string | undefined {
	const year = fields.release_year.trim();
	if (year === '') return undefined;
	const number = Number(year);
	return Number.isInteger(number) && number >= 1870 && number <= 2200
		? undefined
		: 'A year from 1870 to 2,200, please.';
}

/** What has to be sent for one video; empty when nothing would change. */
export function bulkPatch(fields: BulkFields, video: Pick<Video, 'tags'>): VideoPatch {
	const patch: Record<string, unknown> = {};
	for (const name of ['content_type', 'genre', 'category', 'rating'] as const) {
		const value = fields[name].trim();
		if (value) patch[name] = value;
	}
	if (fields.release_year.trim()) patch.release_year = Number(fields.release_year);
	if (fields.visibility) patch.is_public = fields.visibility === 'public';
	const gone = new Set(tagsOf(fields.remove_tags).map((tag) => tag.toLowerCase()));
	const kept = video.tags.filter((tag) => !gone.has(tag.toLowerCase()));
	const known = new Set(kept.map((tag) => tag.toLowerCase()));
	const tags = [...kept, ...tagsOf(fields.add_tags).filter((tag) => !known.has(tag.toLowerCase()))];
	if (tags.join('\n') !== video.tags.join('\n')) patch.tags = tags;
	return patch as VideoPatch;
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
