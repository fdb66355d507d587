import { everySoOften } from '$lib/live/poll';
import type { Airing } from './types';
import { ms } from './words';

/** What is on is read anew at least so often … */
const AT_LEAST_MS = 60_000;
/** … and after something has ended, but never more often than this: many channels end at once. */
const AT_MOST_MS = 8000;

/** When to read anew what is on: after the first of it has ended. */
export function endsIn(on: readonly (Pick<Airing, 'end'> | null)[], now: number): number {
	const ends = on.flatMap((one) => (one ? [ms(one.end)] : [])).filter((end) => end > now);
	const first = Math.min(...ends);
	return Math.min(AT_LEAST_MS, Math.max(AT_MOST_MS, first - now + 500));
}

/**
 * Reads anew while somebody looks: now and then, and when something that is on has ended. For an
 * `$effect` that depends on what is on; gives how to stop.
 */
export function keepFresh(
	on: readonly (Pick<Airing, 'end'> | null)[],
	read: () => void
): () => void {
	const timer = setTimeout(
		() => document.visibilityState === 'visible' && read(),
		endsIn(on, Date.now())
	);
	const stop = everySoOften(AT_LEAST_MS, read);
	return () => {
		clearTimeout(timer);
		stop();
	};
}
