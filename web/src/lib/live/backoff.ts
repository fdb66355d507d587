const FIRST_MS = 1000;
const MOST_MS = 30_000;

/**
 * How long to wait before the next try, in milliseconds: twice as long each time, and never the same
 * for everybody, so that a server that comes back is not met by all at once. `attempt` begins with 0.
 */
export function waitFor(attempt: number, random: () => number = Math.random): number {
	const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
	return Math.round(most / 2 + (most / 2) * random());
}
