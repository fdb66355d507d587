import type Hls from 'hls.js';
import { atEdge, shouldJump } from '$lib/live/edge';
import type { Fast } from './fast.svelte';

/** What browsers that play streams themselves keep from the end of a broadcast. */
const NATIVE_TARGET_S = 6;
/** Nearer to the oldest moment than this, the next segment to go takes the picture with it. */
const MARGIN_S = 2;

/** Where the playhead of a broadcast is, against what happens now. */
export class LiveEdge {
	/** Whether what plays is still growing. */
	live = $state(false);
	/** The oldest moment that can be gone back to, and the newest, in the element's seconds. */
	start = $state(0);
	end = $state(0);
	/** How far behind the newest moment it plays, and how far it should, in seconds. */
	latency = $state(0);
	target = $state(0);
	/** How long ago what is on the screen reached the server, in seconds, by the clocks of both. */
	age = $state<number>();
	/** Whether this is live, as people understand it. */
	near = $state(true);
	/** Whether somebody wants to be at the edge: nobody who went back is carried forward. */
	#following = true;
	#hls: Hls | undefined;

	constructor(
		private readonly video: HTMLVideoElement,
		private readonly fast: Fast
	) {}

	/** Begins with another source; `following` is whether to stay at its edge. */
	reset(live: boolean, hls?: Hls, following = true): void {
		this.live = live;
		this.#hls = hls;
		this.start = this.end = this.latency = this.target = 0;
		this.age = undefined;
		this.near = following;
		this.#following = following;
	}

	/** Where to play to be at the edge. */
	get position(): number {
		return this.#hls?.liveSyncPosition ?? Math.max(this.start, this.end - NATIVE_TARGET_S / 2);
	}

	measure(): void {
		if (!this.live) return;
		if (this.fast.on) {
			// What comes so is always the newest, and there is nothing to go back to.
			this.latency = this.target = this.fast.latency ?? 0;
			return;
		}
		const { seekable, currentTime } = this.video;
		if (seekable.length === 0) return;
		const hls = this.#hls;
		this.start = seekable.start(0);
		this.end = seekable.end(seekable.length - 1);
		this.latency = hls ? hls.latency : Math.max(0, this.end - currentTime);
		this.target = hls ? (hls.targetLatency ?? 0) : NATIVE_TARGET_S;
		const shown = hls?.playingDate?.getTime();
		this.age = shown === undefined ? undefined : (Date.now() - shown) / 1000;
		this.near = atEdge(this.latency, this.target, this.near);
		if (this.video.paused || this.video.seeking) return;
		if (shouldJump(this.latency, this.target, this.#following)) this.go();
	}

	/** Goes to what happens now. */
	go(): void {
		this.#following = true;
		this.near = true;
		if (!this.fast.on) this.video.currentTime = this.position;
	}

	/** Goes to a moment that can still be had. */
	seek(seconds: number): void {
		if (this.fast.on) return;
		const { position } = this;
		if (seconds >= position - 0.5) {
			this.go();
			return;
		}
		this.#following = false;
		this.video.currentTime = Math.max(Math.min(this.start + MARGIN_S, position), seconds);
	}

	/** It was paused: from here on it is behind by choice. */
	paused(): void {
		this.#following = false;
	}
}
