import { asApiError, type ApiError } from '$lib/api/problem';
import { waitFor } from '../backoff';
import type { Capture } from './capture.svelte';
import { FRAME_RATE } from './devices';
import { Peer } from './peer';
import { preferred, stereo } from './sdp';
import { sendingOf, type Report, type Sending } from './stats';

/** `off`: nothing is sent; `waiting`: the line was lost, and it is tried again by itself. */
export type PublisherState = 'off' | 'connecting' | 'on' | 'waiting';

/** Why it ended without having been asked to. */
export type Over = 'ended' | 'taken';

const LOOK_MS = 1000;
/** A connection that has held so long was a good one: the next loss is waited for as the first. */
const SETTLED_MS = 10_000;

/** A screen is read, not only looked at: it may take more than a face of the same size. */
const SCREEN_BITRATE = 4_500_000;

export interface PublisherOptions {
	/** Where offers go. */
	url: string;
	/** Says after a loss whether there is anything to come back to; undefined if there is. */
	over: () => Promise<Over | undefined>;
}

/** Sends what is captured to a server by WHIP, and comes back by itself after a loss. */
export class Publisher {
	state = $state<PublisherState>('off');
	/** Since when it is on, in this browser's time. */
	since = $state<number>();
	/** When it is tried again. */
	next = $state<number>();
	attempt = $state(0);
	health = $state.raw<Sending>();
	/** What the server said against it. */
	error = $state.raw<ApiError>();
	/** Why it ended by itself. */
	over = $state<Over>();

	#peer: Peer | undefined;
	#picture: RTCRtpSender | undefined;
	#turn = 0;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#look: ReturnType<typeof setInterval> | undefined;
	#settled: ReturnType<typeof setTimeout> | undefined;
	#lock: WakeLockSentinel | undefined;
	readonly #online = (): void => {
		if (this.state === 'waiting') void this.#connect();
	};
	readonly #leave = (): void => this.#drop();
	readonly #seen = (): void => {
		if (document.visibilityState === 'visible') void this.#stayAwake();
	};

	constructor(
		readonly capture: Capture,
		private readonly options: PublisherOptions
	) {}

	get active(): boolean {
		return this.state !== 'off';
	}

	start(): void {
		if (this.active) return;
		this.attempt = 0;
		this.error = this.over = undefined;
		window.addEventListener('online', this.#online);
		window.addEventListener('pagehide', this.#leave);
		document.addEventListener('visibilitychange', this.#seen);
		void this.#connect();
	}

	/** Ends the broadcast from here. What is captured stays. */
	stop(): void {
		this.#turn += 1;
		this.#drop();
		this.state = 'off';
		this.since = this.next = undefined;
		this.health = undefined;
		window.removeEventListener('online', this.#online);
		window.removeEventListener('pagehide', this.#leave);
		document.removeEventListener('visibilitychange', this.#seen);
		void this.#lock?.release().catch(() => undefined);
		this.#lock = undefined;
	}

	/** Another picture takes the place of the one that is sent, without a break. */
	async show(track: MediaStreamTrack | undefined): Promise<void> {
		const sender = this.#picture;
		if (!sender) return;
		await sender.replaceTrack(track ?? null).catch(() => undefined);
		await this.#limit(sender);
	}

	async #connect(): Promise<void> {
		const turn = ++this.#turn;
		this.#drop();
		this.state = 'connecting';
		this.next = undefined;
		const peer = new Peer({
			connected: () => this.#connected(),
			lost: () => void this.#lost()
		});
		this.#peer = peer;
		try {
			const { pc } = peer;
			const { track, mixer } = this.capture;
			const stream = new MediaStream();
			const sound = pc.addTransceiver(mixer?.track ?? 'audio', {
				direction: 'sendonly',
				streams: [stream]
			});
			void sound;
			const picture = pc.addTransceiver(track ?? 'video', {
				direction: 'sendonly',
				streams: [stream],
				sendEncodings: [{ maxBitrate: this.#bitrate, maxFramerate: FRAME_RATE }]
			});
			picture.setCodecPreferences(preferred(RTCRtpSender.getCapabilities('video')?.codecs ?? []));
			this.#picture = picture.sender;
			await this.#limit(picture.sender);
			await peer.open(this.options.url, { answer: stereo });
			if (turn === this.#turn) await this.#limit(picture.sender);
		} catch (thrown) {
			if (turn !== this.#turn) return;
			const error = asApiError(thrown);
			// What is refused for a reason is refused again; a server that is away comes back.
			const passing = error.unavailable || error.status === 429 || error.status === 409;
			if (passing && this.attempt > 0) {
				this.#again(error.retryAfter);
				return;
			}
			this.stop();
			this.error = error;
		}
	}

	/** Rather a coarser picture than a smaller one: another size interrupts everybody who watches. */
	async #limit(sender: RTCRtpSender): Promise<void> {
		const parameters = sender.getParameters();
		const [encoding] = parameters.encodings;
		if (!encoding) return;
		encoding.maxBitrate = this.#bitrate;
		encoding.maxFramerate = FRAME_RATE;
		parameters.degradationPreference = 'maintain-resolution';
		await sender.setParameters(parameters).catch(() => undefined);
	}

	get #bitrate(): number {
		return this.capture.from === 'screen' ? SCREEN_BITRATE : this.capture.size.bitrate;
	}

	#connected(): void {
		this.state = 'on';
		this.since = Date.now();
		clearTimeout(this.#settled);
		this.#settled = setTimeout(() => (this.attempt = 0), SETTLED_MS);
		clearInterval(this.#look);
		this.#look = setInterval(() => void this.#measure(), LOOK_MS);
		void this.#stayAwake();
	}

	async #lost(): Promise<void> {
		const turn = this.#turn;
		const was = this.state;
		this.#drop();
		this.state = 'waiting';
		const over = was === 'on' ? await this.options.over().catch(() => undefined) : undefined;
		if (turn !== this.#turn) return;
		if (over) {
			this.stop();
			this.over = over;
			return;
		}
		this.#again(null);
	}

	#again(afterSeconds: number | null): void {
		const wait = Math.max(waitFor(this.attempt), (afterSeconds ?? 0) * 1000);
		this.attempt += 1;
		this.state = 'waiting';
		this.next = Date.now() + wait;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => void this.#connect(), wait);
	}

	/** Lets go of the connection, and ends its session. */
	#drop(): void {
		clearTimeout(this.#retry);
		clearTimeout(this.#settled);
		clearInterval(this.#look);
		this.#picture = undefined;
		this.#peer?.close();
		this.#peer = undefined;
		this.health = undefined;
	}

	async #measure(): Promise<void> {
		const report = await this.#peer?.pc.getStats().catch(() => undefined);
		if (!report || this.state !== 'on') return;
		this.health = sendingOf(report.values() as Report, performance.now(), this.health);
	}

	/** A phone that darkens its screen ends the picture too. */
	async #stayAwake(): Promise<void> {
		if (!this.active || (this.#lock && !this.#lock.released)) return;
		this.#lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
	}
}
