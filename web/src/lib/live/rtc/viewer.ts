import { Peer } from './peer';
import { stereo, takes } from './sdp';
import { receivingOf, type Receiving, type Report } from './stats';

/** So long at most from asking to the first picture. */
const PICTURE_MS = 10_000;
const LOOK_MS = 1000;

export interface ViewerEvents {
	/** The first picture (or sound) is there. */
	began: (facts: { sound: boolean; picture: boolean }) => void;
	/** How it goes, once a second. */
	measured: (now: Receiving) => void;
	/** It could not be had, or is over; called once, and nothing after it. */
	lost: (thrown?: unknown) => void;
}

/** Watches a broadcast by WHEP: the media of WebRTC, without a buffer to speak of. */
export class Viewer {
	readonly #peer: Peer;
	#over = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#look: ReturnType<typeof setInterval> | undefined;
	#last: Receiving | undefined;

	constructor(
		private readonly video: HTMLVideoElement,
		private readonly events: ViewerEvents
	) {
		this.#peer = new Peer({ connected: () => this.#measure(), lost: () => this.#lose() });
	}

	async open(url: string): Promise<void> {
		const { pc } = this.#peer;
		const stream = new MediaStream();
		this.#timer = setTimeout(() => this.#lose(), PICTURE_MS);
		pc.ontrack = ({ track, receiver }) => {
			stream.addTrack(track);
			// As soon as it can be shown: nothing is to be waited for.
			if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
		};
		pc.addTransceiver('audio', { direction: 'recvonly' });
		pc.addTransceiver('video', { direction: 'recvonly' });
		try {
			const answer = await this.#peer.open(url, { offer: stereo });
			if (!answer || this.#over) return;
			const picture = takes(answer.sdp, 'video');
			const sound = takes(answer.sdp, 'audio');
			const { video } = this;
			video.srcObject = stream;
			video.addEventListener(
				'loadeddata',
				() => {
					if (this.#over) return;
					clearTimeout(this.#timer);
					this.events.began({ sound, picture });
				},
				{ once: true }
			);
		} catch (thrown) {
			this.#lose(thrown);
		}
	}

	close(): void {
		this.#end();
		this.#peer.close();
		if (this.video.srcObject) this.video.srcObject = null;
	}

	#end(): void {
		this.#over = true;
		clearTimeout(this.#timer);
		clearInterval(this.#look);
	}

	#lose(thrown?: unknown): void {
		if (this.#over) return;
		this.#end();
		this.#peer.close();
		this.events.lost(thrown);
	}

	#measure(): void {
		clearInterval(this.#look);
		this.#look = setInterval(() => {
			void this.#peer.pc.getStats().then((report) => {
				if (this.#over) return;
				this.#last = receivingOf(report.values() as Report, performance.now(), this.#last);
				this.events.measured(this.#last);
			});
		}, LOOK_MS);
	}
}
