import { api } from '$lib/api/client';

const EVERY_MS = 10_000;
/** Nearer together than this, two positions are the same. */
const SAME_SECONDS = 1;

/**
 * Keeps where somebody is: every ten seconds while it plays, when it pauses or ends, and when the
 * page is hidden or left. Returns how to stop, which keeps the place once more.
 */
export function keepPlace(video: HTMLVideoElement, id: string): () => void {
	const listening = new AbortController();
	const { signal } = listening;
	let last = -1;

	function keep(): void {
		const { currentTime, duration } = video;
		if (!Number.isFinite(duration) || duration <= 0 || currentTime < SAME_SECONDS) return;
		if (Math.abs(currentTime - last) < SAME_SECONDS) return;
		last = currentTime;
		api.stream.saveProgress(id, currentTime, duration).catch(() => {
			// Missed once: the next one carries the newer place.
			last = -1;
		});
	}

	const timer = setInterval(() => !video.paused && keep(), EVERY_MS);
	for (const event of ['pause', 'ended', 'seeked']) video.addEventListener(event, keep, { signal });
	window.addEventListener('pagehide', keep, { signal });
	document.addEventListener(
		'visibilitychange',
		() => {
			if (document.visibilityState === 'hidden') keep();
		},
		{ signal }
	);

	return () => {
		keep();
		clearInterval(timer);
		listening.abort();
	};
}
