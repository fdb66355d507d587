import type { Frame } from '$lib/player/storyboard';
import type { Retention } from './model';

export interface Replayed {
	percent: number;
	/** Where it is most, in seconds. */
	at: number;
	replays: number;
}

/**
 * The moments that are watched again most, the most first: peaks, each where it begins. What lies
 * beside one and is watched again at least half as often belongs to it.
 */
export function mostReplayed(curve: Retention[], duration: number, most = 3): Replayed[] {
	const found: Replayed[] = [];
	const taken = new Set<number>();
	const order = curve
		.map((one, at) => ({ ...one, at }))
		.filter(({ replays }) => replays > 0)
		.sort((a, b) => b.replays - a.replays || a.at - b.at);
	for (const { percent, replays, at } of order) {
		if (found.length >= most) break;
		if (taken.has(at)) continue;
		// The foot of a hill that is taken already is no hill of its own.
		const foot = taken.has(at - 1) || taken.has(at + 1);
		for (const way of [-1, 1]) {
			for (let to = at; (curve[to]?.replays ?? 0) * 2 >= replays; to += way) taken.add(to);
		}
		if (!foot) found.push({ percent, at: (percent / 100) * duration, replays });
	}
	return found;
}

/** The first hundredth that fewer than half of those who began have watched. */
export const halfGone = (curve: Retention[]): number | undefined =>
	curve.find(({ share }) => share < 0.5)?.percent;

/** The picture of a moment. */
export const frameAt = (frames: Frame[], seconds: number): Frame | undefined =>
	frames.find(({ start, end }) => seconds >= start && seconds < end) ??
	(seconds >= (frames.at(-1)?.start ?? Infinity) ? frames.at(-1) : undefined);
