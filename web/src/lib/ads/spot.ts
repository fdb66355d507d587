import type Hls from 'hls.js';
import { hlsConfig } from '$lib/player/hls-config';
import { playsHls, prefersNative } from '$lib/player/native';

/** How long an advertisement may stand still before the next one comes. */
const STUCK_MS = 10_000;

interface Heard {
	/** So many seconds of it have been shown. */
	shown: (past: number) => void;
	ended: () => void;
	/** It cannot be shown. */
	failed: () => void;
	/** The browser wants a click first. */
	refused: () => void;
}

/** Plays one advertisement on an element; gives what ends that. */
export function playSpot(screen: HTMLVideoElement, url: string, heard: Heard): () => void {
	const listening = new AbortController();
	let hls: Hls | undefined;
	let stuck: ReturnType<typeof setTimeout> | undefined;
	const stop = (): void => {
		listening.abort();
		clearTimeout(stuck);
		hls?.destroy();
		hls = undefined;
		screen.pause();
		screen.removeAttribute('src');
	};
	const once = (then: () => void) => (): void => {
		if (listening.signal.aborted) return;
		stop();
		then();
	};
	const failed = once(heard.failed);
	// Nothing that is shown beside a video may keep anybody from it.
	const watch = (): void => {
		clearTimeout(stuck);
		stuck = setTimeout(
			() => (screen.paused && screen.readyState > 1 ? watch() : failed()),
			STUCK_MS
		);
	};
	const on = (event: string, run: () => void): void =>
		screen.addEventListener(event, run, { signal: listening.signal });
	on('timeupdate', () => {
		watch();
		if (!screen.paused) heard.shown(screen.currentTime);
	});
	on('ended', once(heard.ended));
	on('error', failed);
	const begin = (): void => {
		screen.play().catch((thrown: unknown) => {
			const why = thrown instanceof DOMException ? thrown.name : '';
			if (why === 'NotAllowedError' && !listening.signal.aborted) heard.refused();
		});
	};
	const plain = (): void => {
		if (!playsHls(screen)) return failed();
		screen.src = url;
		begin();
	};
	const load = async (): Promise<void> => {
		if (prefersNative(screen)) return plain();
		const module = await import('hls.js').catch(() => undefined);
		if (listening.signal.aborted) return;
		if (!module?.default.isSupported()) return plain();
		hls = new module.default(hlsConfig(0));
		hls.on(module.Events.ERROR, (_, data) => data.fatal && failed());
		hls.loadSource(url);
		hls.attachMedia(screen);
		hls.once(module.Events.MANIFEST_PARSED, begin);
	};
	watch();
	void load();
	return stop;
}
