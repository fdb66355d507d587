/** Where somebody is in a broadcast, against its edge: what happens now. */

/** Seconds beyond what is usual that still count as "live". */
const NEAR_S = 4;
/** And once it is behind, how near it must come to count again: nothing should flicker. */
const BACK_S = 2.5;
/** From so many seconds beyond the usual on, somebody who watches live is brought forward at once. */
const JUMP_S = 8;

/** Whether the playhead is at the edge. `latency` and `target` in seconds; `was`: what was said last. */
export function atEdge(latency: number, target: number, was: boolean): boolean {
	return latency - target <= (was ? NEAR_S : BACK_S);
}

/**
 * Whether to jump forward: after a stall, for somebody who never chose to be behind. A little lag is
 * made up by playing a touch faster instead.
 */
export function shouldJump(latency: number, target: number, following: boolean): boolean {
	return following && latency - target > JUMP_S;
}

/** How far behind, as people say it: `12 s`, `4:05`, `1:02:00`. */
export function behind(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 60) return `${whole} s`;
	const h = Math.floor(whole / 3600);
	const m = Math.floor((whole % 3600) / 60);
	const s = String(whole % 60).padStart(2, '0');
	return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** A place within what can be gone back to, from 0 (its oldest moment) to 1 (the edge). */
export function placeOf(time: number, start: number, end: number): number {
	if (!(end > start)) return 1;
	return Math.min(1, Math.max(0, (time - start) / (end - start)));
}

/** Whether there is anything worth going back to. */
export const canRewind = (start: number, end: number): boolean => end - start > 20;
