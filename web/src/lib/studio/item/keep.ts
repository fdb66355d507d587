/** How long a recording stays. */
export interface Stay {
	/** Null for a video that is no recording. */
	stream_id: string | null;
	/** Null if recordings stay for ever. */
	retention_days: number | null;
	is_kept: boolean;
	/** RFC 3339. */
	removed_at: string | null;
}

/** What is to be said about it: nothing of what stays anyhow. */
export function staySentence(stay: Stay, now = Date.now()): string | null {
	if (stay.stream_id === null || stay.retention_days === null) return null;
	if (stay.is_kept) return 'Kept for good.';
	if (!stay.removed_at) return null;
	const then = Date.parse(stay.removed_at);
	if (then <= now) return 'This recording is removed within minutes.';
	const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' }).format(then);
	return `This recording is removed on ${day}.`;
}
