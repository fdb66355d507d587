import type { Engine } from './engine.svelte';

/**
 * Tells the system what is playing, for its lock screen and media keys. Returns how to stop.
 */
export function actOnSystemKeys(
	media: HTMLVideoElement,
	showing: { title: string; line: string; poster_url: string | null },
	engine: Engine
): () => void {
	const { mediaSession } = navigator;
	if (!mediaSession) return () => undefined;
	mediaSession.metadata = new MediaMetadata({
		title: showing.title,
		artist: showing.line,
		artwork: showing.poster_url ? [{ src: showing.poster_url }] : []
	});
	const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
		['play', () => void media.play().catch(() => undefined)],
		['pause', () => media.pause()],
		['seekbackward', ({ seekOffset }) => engine.seek(media.currentTime - (seekOffset ?? 10))],
		['seekforward', ({ seekOffset }) => engine.seek(media.currentTime + (seekOffset ?? 10))],
		['seekto', ({ seekTime }) => seekTime !== undefined && engine.seek(seekTime)]
	];
	const set = (action: MediaSessionAction, handler: MediaSessionActionHandler | null): void => {
		try {
			mediaSession.setActionHandler(action, handler);
		} catch {
			// Not every browser knows every action.
		}
	};
	for (const [action, handler] of actions) set(action, handler);
	return () => {
		mediaSession.metadata = null;
		for (const [action] of actions) set(action, null);
	};
}
