/** A picture that stands still so long, in seconds of the clock, while its sound goes on, is stuck. */
const STUCK_S = 3;
/** A film of stills may look stuck: one source is pushed at most so often. */
const PUSHES = 3;

/** What the element does at one moment. */
export interface Moment {
	/** Where the clock is, in seconds. */
	time: number;
	/** Pictures decoded so far. */
	frames: number;
	/** Whether pictures are to be expected: it plays, nothing is sought, and the page is seen. */
	moving: boolean;
}

/**
 * Notices a picture that stands still while the clock runs. A browser whose decoder waits for what was
 * taken out of its buffer in the middle of a seek plays on with the sound alone, and nothing tells.
 */
export class Frozen {
	#still: Moment | undefined;
	#pushes = 0;

	/** Begins anew with another source. */
	reset(): void {
		this.#still = undefined;
		this.#pushes = 0;
	}

	/** Whether it is stuck now, and wants to be sought to where it is. */
	look(now: Moment): boolean {
		const still = this.#still;
		const same = still?.frames === now.frames && now.time >= still.time;
		if (!now.moving || !still || !same) {
			this.#still = now.moving ? now : undefined;
			return false;
		}
		if (now.time - still.time < STUCK_S || this.#pushes >= PUSHES) return false;
		this.#pushes += 1;
		this.#still = undefined;
		return true;
	}
}

/** What a video element does now. */
export function momentOf(video: HTMLVideoElement): Moment {
	return {
		time: video.currentTime,
		frames: video.getVideoPlaybackQuality().totalVideoFrames,
		moving:
			!video.paused &&
			!video.seeking &&
			video.videoWidth > 0 &&
			document.visibilityState === 'visible'
	};
}
