import { Watched } from './watched';

const URL = '/api/events';
const EVERY_MS = 10_000;
/** As many waiting are sent at once. */
const BATCH = 50;
/** From how far behind on somebody watches what was, not what is. */
const LATE_MAX_S = 120;
/** The most that wait while the server is away; the oldest go. */
const WAITING = 300;

/** What is told of a player, besides what its video element knows. */
export interface Told {
	/** The rung that is played. */
	readonly quality: { height: number; bitrate: number } | undefined;
	/** Why nothing can be watched. */
	readonly trouble: object | undefined;
	/** How far behind what is on the air, in seconds; 0 while nobody knows. */
	readonly edge?: { readonly latency: number };
}

type Fields = Record<string, unknown>;

/**
 * Tells the server what is watched and how well it plays: in batches every ten seconds, and by a
 * beacon when the page is hidden or left. Nothing waits for it, and what it cannot tell is of no
 * consequence to whoever watches. Returns how to stop, which tells the rest.
 */
export function tell(
	media: HTMLVideoElement,
	id: string,
	player: Told,
	/** Of a channel: which video, or which broadcast, is on. */
	item?: () => string | null | undefined
): () => void {
	const kind = kindOf(id);
	// Of other things nothing is counted.
	if (!kind) return () => undefined;
	const isLive = kind !== 'video';
	const subject = (): Fields => {
		const on = kind === 'channel' ? item?.() : undefined;
		const what = on ? kindOf(on) : undefined;
		return { [`${kind}_id`]: id, ...(what ? { [`${what}_id`]: on } : {}) };
	};
	const listening = new AbortController();
	const play = unique();
	const watched = new Watched();
	let waiting: Fields[] = [];
	let sending = false;
	let wishedAt: number | undefined;
	let began = false;
	let stalledAt: number | undefined;
	let soughtAt: number | undefined;
	let height: number | undefined;
	let dropped = 0;
	let failed = false;

	const now = (): number => performance.now();
	const since = (at: number): number => Math.round(now() - at);

	function add(type: string, fields: Fields = {}): void {
		waiting.push({
			id: unique(),
			type,
			play_id: play,
			...subject(),
			at: new Date().toISOString(),
			...(Number.isFinite(media.currentTime) ? { position: media.currentTime } : {}),
			...fields
		});
		if (waiting.length > WAITING) waiting.shift();
		if (waiting.length >= BATCH) void send();
	}

	function beat(): void {
		const stretches = watched.take();
		const all = media.getVideoPlaybackQuality?.().droppedVideoFrames ?? dropped;
		const { quality } = player;
		// A new rung counts once more; the element has begun anew if it says less than before.
		const lost = Math.max(0, all - dropped);
		dropped = all;
		if (!stretches.length && !lost) return;
		add('heartbeat', {
			watched: stretches.slice(-60),
			dropped_frames: lost,
			...(quality ? { height: quality.height, bitrate_bps: Math.round(quality.bitrate) } : {}),
			...late()
		});
	}

	/** Who pauses, or goes back on purpose, is late by no fault of the broadcast. */
	function late(): Fields {
		const latency = isLive && !media.paused ? (player.edge?.latency ?? 0) : 0;
		return latency > 0 && latency < LATE_MAX_S
			? { live_latency_ms: Math.round(latency * 1000) }
			: {};
	}

	function look(): void {
		const next = player.quality?.height;
		if (next !== undefined && height !== undefined && next !== height)
			add('quality_change', {
				height: next,
				bitrate_bps: Math.round(player.quality?.bitrate ?? 0)
			});
		height = next ?? height;
		if (player.trouble && !failed) add('error', { fatal: true });
		failed = player.trouble !== undefined;
	}

	async function send(): Promise<void> {
		if (sending || !waiting.length) return;
		sending = true;
		const batch = waiting.splice(0, 500);
		try {
			const answer = await fetch(URL, {
				method: 'POST',
				credentials: 'same-origin',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ events: batch })
			});
			// Refused for good is refused again: only what the server could not take is kept.
			if (answer.status >= 500 || answer.status === 429) waiting = [...batch, ...waiting];
		} catch {
			waiting = [...batch, ...waiting];
		} finally {
			sending = false;
			waiting = waiting.slice(-WAITING);
		}
	}

	/** The page may be gone in a moment: whatever waits goes by a beacon. */
	function leave(): void {
		beat();
		if (!waiting.length) return;
		const body = new Blob([JSON.stringify({ events: waiting.slice(-500) })], {
			type: 'application/json'
		});
		if (navigator.sendBeacon(URL, body)) waiting = [];
	}

	const on = (event: string, run: () => void): void =>
		media.addEventListener(event, run, { signal: listening.signal });
	on('play', () => {
		if (wishedAt !== undefined) return;
		wishedAt = now();
		add('play', { referrer: document.referrer || 'direct' });
		void send();
	});
	on('playing', () => {
		if (!began) {
			began = true;
			add('first_frame', { startup_ms: since(wishedAt ?? now()) });
		}
		if (stalledAt !== undefined) add('stall', { duration_ms: since(stalledAt) });
		stalledAt = undefined;
	});
	on('waiting', () => {
		watched.stop();
		if (began && !media.seeking) stalledAt ??= now();
	});
	on('timeupdate', () => {
		if (!media.paused && !media.seeking) watched.at(media.currentTime, media.playbackRate);
		look();
	});
	on('seeking', () => {
		watched.stop();
		stalledAt = undefined;
		soughtAt ??= now();
	});
	on('seeked', () => {
		// The jump to where somebody was before is none of theirs.
		if (soughtAt !== undefined && began) add('seek', { duration_ms: since(soughtAt) });
		soughtAt = undefined;
	});
	on('pause', () => {
		watched.stop();
		stalledAt = undefined;
		beat();
	});
	on('ended', () => {
		beat();
		add('complete');
		void send();
	});
	const timer = setInterval(() => {
		look();
		beat();
		void send();
	}, EVERY_MS);
	const { signal } = listening;
	window.addEventListener('pagehide', leave, { signal });
	document.addEventListener(
		'visibilitychange',
		() => {
			if (document.visibilityState === 'hidden') leave();
		},
		{ signal }
	);

	return () => {
		leave();
		clearInterval(timer);
		listening.abort();
	};
}

const kindOf = (id: string): string | undefined =>
	['video', 'stream', 'channel'].find((kind) => id.startsWith(`${kind}_`));

/** 128 random bits. `crypto.randomUUID` is there on secure pages only. */
function unique(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
