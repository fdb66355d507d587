import { read, step } from '$lib/studio/server';
import type { Ad } from './breaks';

/** Advertisements in a row, before, within or after a video. */
export interface Pod {
	placement: 'preroll' | 'midroll' | 'postroll';
	/** Seconds from the beginning of the video. */
	at: number;
	ads: Ad[];
}

export interface VideoAds {
	/** Whether viewers may seek over them, and skip them. */
	seekable: boolean;
	pods: Pod[];
}

/** What is waited for them at most; a video begins without them then. */
const PATIENCE_MS = 6000;

/** The advertisements of a video for this viewing; none where they cannot be had. */
export async function adsOf(id: string): Promise<VideoAds | undefined> {
	const asked = read<VideoAds>(`/api/ads/videos/${step(id)}`).catch(() => undefined);
	const tired = new Promise<undefined>((done) => setTimeout(() => done(undefined), PATIENCE_MS));
	const found = await Promise.race([asked, tired]);
	return found?.pods.length ? found : undefined;
}

/** Which pods of a video are still to be shown: each is shown once in a viewing. */
export class Plan {
	readonly #pods: Pod[];
	readonly #over = new Set<number>();

	/** Whoever begins later has what is before that behind them. */
	constructor(pods: Pod[], startAt = 0) {
		this.#pods = pods;
		pods.forEach(({ placement, at }, n) => {
			if (placement === 'midroll' && at <= startAt) this.#over.add(n);
		});
	}

	/** The one before the video. */
	before(): Pod | undefined {
		return this.#take((pod) => pod.placement === 'preroll');
	}

	/**
	 * The one that is passed on the way from an instant to another; of several the last, and none of
	 * the others after that.
	 */
	passed(from: number, to: number): Pod | undefined {
		return this.#take(({ placement, at }) => placement === 'midroll' && at > from && at <= to);
	}

	/** The one after the video. */
	after(): Pod | undefined {
		return this.#take((pod) => pod.placement === 'postroll');
	}

	#take(wanted: (pod: Pod) => boolean): Pod | undefined {
		let last: Pod | undefined;
		this.#pods.forEach((pod, n) => {
			if (this.#over.has(n) || !wanted(pod)) return;
			this.#over.add(n);
			last = pod;
		});
		return last;
	}
}
