import { asApiError } from '$lib/api/problem';
import type { Receiving } from '$lib/live/rtc/stats';
import type { Viewer } from '$lib/live/rtc/viewer';
import { prefs, remember } from './prefs.svelte';
import type { Source } from './tracks';

/** A connection that held so long was a good one, and is worth another try. */
const GOOD_MS = 10_000;

/** The way with the least latency: by WebRTC, where the server offers it and somebody wants it. */
export class Fast {
	/** Whether it is wanted. */
	wanted = $state(prefs.fast);
	/** Whether the broadcast can be had that way. */
	offered = $state(false);
	/** Whether it plays that way. */
	on = $state(false);
	/** How it comes. */
	health = $state.raw<Receiving>();
	/** Why it does not play that way though it is wanted, in words. */
	refused = $state<string>();
	/** Whether there is a picture without sound. */
	silent = $state(false);

	#viewer: Viewer | undefined;
	#since = 0;
	/** Whether it failed, and is not tried again before somebody asks for it. */
	#given = false;
	#turn = 0;

	constructor(private readonly video: HTMLVideoElement) {}

	/** Whether a source is to be played that way. */
	takes(source: Source): boolean {
		this.offered = !!source.whep && typeof RTCPeerConnection === 'function';
		return this.offered && this.wanted && !this.#given;
	}

	/** Plays it; `failed` is called when that is not, or no longer, possible. */
	async play(url: string, failed: () => void): Promise<void> {
		this.stop();
		const turn = ++this.#turn;
		this.on = true;
		this.refused = undefined;
		this.silent = false;
		this.#since = 0;
		const give = (thrown?: unknown): void => {
			if (turn !== this.#turn) return;
			// What had held well is tried once more; what cannot be had is not asked for again.
			this.#given = !(this.#since && Date.now() - this.#since > GOOD_MS);
			if (this.#given) this.refused = reason(thrown, this.#since > 0);
			failed();
		};
		let module: typeof import('$lib/live/rtc/viewer');
		try {
			module = await import('$lib/live/rtc/viewer');
		} catch (thrown) {
			give(thrown);
			return;
		}
		if (turn !== this.#turn) return;
		this.#viewer = new module.Viewer(this.video, {
			began: ({ sound }) => {
				this.#since = Date.now();
				this.silent = !sound;
			},
			measured: (now) => (this.health = now),
			lost: give
		});
		await this.#viewer.open(url);
	}

	/** Somebody wants it, or does not any more. */
	choose(wanted: boolean): void {
		this.wanted = wanted;
		this.#given = false;
		this.refused = undefined;
		remember({ fast: wanted });
	}

	/** From the line to the screen, in seconds: half the way there and back, and the wait here. */
	get latency(): number | undefined {
		const { waits, roundTrip } = this.health ?? {};
		if (typeof waits !== 'number') return undefined;
		return (waits + (roundTrip ?? 0) / 2) / 1000;
	}

	stop(): void {
		this.#turn += 1;
		this.#viewer?.close();
		this.#viewer = undefined;
		this.on = false;
		this.health = undefined;
	}
}

/** Why it plays the usual way. */
export function reason(thrown: unknown, began: boolean): string {
	if (began) return 'The connection for the lowest latency was lost: it goes on as usual.';
	const { status } = thrown === undefined ? { status: 0 } : asApiError(thrown);
	if (status === 406)
		return 'This broadcast cannot be had at the lowest latency: it plays as usual.';
	if (status === 503 || status === 429)
		return 'There is no room at the lowest latency just now: it plays as usual.';
	return 'The lowest latency cannot be had over this network: it plays as usual.';
}
