import { api } from '$lib/api/client';
import type { Video, WatchProgress } from '$lib/api/types';

export type Places = ReadonlyMap<string, WatchProgress>;

/** So many are asked for at a time. */
const AT_ONCE = 6;
/** Longer courses tell only how far one came in their first lessons. */
const MOST = 120;

/** How far one came in each of these lessons; those that were not begun are not in it. */
export async function placesOf(lessons: readonly Video[]): Promise<Places> {
	const places = new Map<string, WatchProgress>();
	const waiting = lessons.slice(0, MOST).map(({ id }) => id);
	const work = async (): Promise<void> => {
		for (let id = waiting.shift(); id; id = waiting.shift()) {
			const place = await api.stream.progress(id).catch(() => null);
			if (place && (place.completed || place.current_time > 0)) places.set(id, place);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return places;
}

/** The lesson to go on with: after the last one that was finished, or in the midst of one. */
export function nextLesson(lessons: readonly Video[], places: Places): Video | undefined {
	const ready = lessons.filter((video) => video.is_processed);
	const begun = ready.findLast((video) => {
		const place = places.get(video.id);
		return place && !place.completed;
	});
	if (begun) return begun;
	const last = ready.findLastIndex((video) => places.get(video.id)?.completed);
	return ready[last + 1] ?? ready.find((video) => !places.has(video.id)) ?? ready[0];
}
