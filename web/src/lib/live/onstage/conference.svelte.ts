import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { asApiError } from '$lib/api/problem';
import { waitFor } from '../backoff';
import { onstage } from './api';
import type { StageMedia } from './media.svelte';
import { assign, keyOf, wantedOf, type Place, type Wanted } from './places';
import type { Stage } from './stage.svelte';
import type { StageTrack } from './types';

/** A connection that does not come back in this time is made anew. */
const RETURN_MS = 5000;
const CONNECT_MS = 15_000;
/** How often it is looked who speaks, and above which level somebody does. */
const LISTEN_MS = 300;
const SPEAKS = 0.02;
const MOST_BPS: Record<'camera' | 'screen', number> = { camera: 700_000, screen: 1_500_000 };

interface Received extends Place {
	transceiver: RTCRtpTransceiver;
}

/** Pictures are sent and taken in H.264 alone: it is what the programme is made of. */
function onlyH264(transceiver: RTCRtpTransceiver): void {
	const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
	const taken = all.filter(
		({ mimeType, sdpFmtpLine = '' }) =>
			/video\/rtx/i.test(mimeType) ||
			(/video\/h264/i.test(mimeType) && /packetization-mode=1/.test(sdpFmtpLine))
	);
	if (taken.some(({ mimeType }) => /h264/i.test(mimeType))) transceiver.setCodecPreferences(taken);
}

/**
 * The connection of somebody on a stage: what they send, and what the others do. It makes all offers
 * itself, one after the other, whenever somebody has come, gone, or shares something.
 */
export class Conference {
	state = $state<'idle' | 'connecting' | 'on' | 'waiting'>('idle');
	/** Why it does not work, in words. */
	trouble = $state<string>();
	/** What is received, by `participant/track`. */
	readonly received = new SvelteMap<string, MediaStream>();
	/** Who speaks. */
	readonly speaking = new SvelteSet<string>();

	#pc: RTCPeerConnection | undefined;
	#session: string | undefined;
	#sent: Partial<Record<StageTrack, RTCRtpTransceiver>> = {};
	#places: Received[] = [];
	#open = false;
	#busy = false;
	#again = false;
	#attempt = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#listening: ReturnType<typeof setInterval> | undefined;
	#told = '';

	constructor(
		private readonly stage: Stage,
		private readonly media: StageMedia
	) {}

	/** Connects, and comes back by itself as long as there is a seat. */
	open(): void {
		if (this.#open) return;
		this.#open = true;
		this.#connect();
	}

	close(): void {
		this.#open = false;
		this.#drop();
		this.state = 'idle';
		this.trouble = undefined;
	}

	/** Something has changed: who is there, or what is sent from here. */
	sync(): void {
		if (!this.#pc) return;
		const { camera, microphone, screen } = this.media;
		void this.#sent.camera?.sender.replaceTrack(camera ?? null);
		void this.#sent.microphone?.sender.replaceTrack(microphone ?? null);
		if (screen || this.#sent.screen) this.#share(screen);
		void this.#negotiate();
	}

	#share(track: MediaStreamTrack | undefined): void {
		const pc = this.#pc;
		if (!pc) return;
		if (!this.#sent.screen) {
			this.#sent.screen = pc.addTransceiver('video', { direction: 'sendonly' });
			onlyH264(this.#sent.screen);
		}
		this.#sent.screen.direction = track ? 'sendonly' : 'inactive';
		void this.#sent.screen.sender.replaceTrack(track ?? null);
	}

	#connect(): void {
		this.#drop();
		this.state = this.#attempt ? 'waiting' : 'connecting';
		const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
		this.#pc = pc;
		const { camera, microphone, screen } = this.media;
		this.#sent = {
			microphone: pc.addTransceiver(microphone ?? 'audio', { direction: 'sendonly' }),
			camera: pc.addTransceiver(camera ?? 'video', { direction: 'sendonly' })
		};
		if (this.#sent.camera) onlyH264(this.#sent.camera);
		if (screen) this.#share(screen);
		pc.onconnectionstatechange = () => this.#look(pc);
		this.#patience(CONNECT_MS);
		this.#listening = setInterval(() => void this.#listen(), LISTEN_MS);
		void this.#negotiate();
	}

	#look(pc: RTCPeerConnection): void {
		if (pc !== this.#pc) return;
		if (pc.connectionState === 'connected') {
			clearTimeout(this.#timer);
			this.#attempt = 0;
			this.state = 'on';
			this.trouble = undefined;
			void this.#limit();
		} else if (pc.connectionState === 'disconnected') this.#patience(RETURN_MS);
		else if (pc.connectionState === 'failed') this.#later();
	}

	#patience(ms: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#later(), ms);
	}

	#later(): void {
		this.#drop();
		if (!this.#open) return;
		this.state = 'waiting';
		this.#timer = setTimeout(() => this.#connect(), waitFor(this.#attempt));
		this.#attempt += 1;
	}

	#drop(): void {
		clearTimeout(this.#timer);
		clearInterval(this.#listening);
		const pc = this.#pc;
		this.#pc = undefined;
		this.#session = undefined;
		this.#sent = {};
		this.#places = [];
		this.#told = '';
		this.received.clear();
		this.speaking.clear();
		if (!pc) return;
		pc.onconnectionstatechange = null;
		pc.close();
	}

	/** One offer at a time; what changes meanwhile is in the next one. */
	async #negotiate(): Promise<void> {
		if (this.#busy) {
			this.#again = true;
			return;
		}
		this.#busy = true;
		do {
			this.#again = false;
			const pc = this.#pc;
			if (!pc) break;
			try {
				await this.#offer(pc);
			} catch (thrown) {
				if (pc !== this.#pc) continue;
				this.trouble = asApiError(thrown).message;
				// A screen that may not be shown, as somebody else's is, is not offered again.
				if (this.media.screen && asApiError(thrown).status === 409) {
					this.media.unshare();
					await pc.setLocalDescription({ type: 'rollback' }).catch(() => undefined);
					this.#share(undefined);
					this.#again = true;
				} else this.#later();
			}
		} while (this.#again);
		this.#busy = false;
	}

	async #offer(pc: RTCPeerConnection): Promise<void> {
		const { stage } = this;
		const wanted = wantedOf(stage.view.participants, stage.own);
		assign(this.#places, wanted, (kind) => {
			const transceiver = pc.addTransceiver(kind, { direction: 'recvonly' });
			if (kind === 'video') onlyH264(transceiver);
			return { kind, wanted: undefined, transceiver };
		});
		const sends = (Object.keys(this.#sent) as StageTrack[]).filter((track) => this.media[track]);
		const facts = JSON.stringify([
			sends,
			this.#places.map(({ wanted }) => wanted && keyOf(wanted))
		]);
		if (facts === this.#told) return;
		await pc.setLocalDescription(await pc.createOffer());
		const body = {
			sdp: pc.localDescription?.sdp ?? '',
			sends: sends.map((track) => ({ mid: this.#sent[track]?.mid ?? '', track })),
			receives: this.#places.flatMap(({ wanted, transceiver }) =>
				wanted
					? [
							{
								mid: transceiver.mid ?? '',
								participant_id: wanted.participant,
								track: wanted.track
							}
						]
					: []
			)
		};
		const answer = this.#session
			? await onstage.offer(stage.stream, this.#session, body)
			: await onstage.connect(stage.stream, body);
		if (pc !== this.#pc) return;
		this.#session = answer.session;
		this.#told = facts;
		await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
		this.#show();
	}

	/** Gives what is received to whom it is of. */
	#show(): void {
		const there = new Map<string, MediaStreamTrack>();
		for (const { wanted, transceiver } of this.#places)
			if (wanted) there.set(keyOf(wanted), transceiver.receiver.track);
		for (const key of [...this.received.keys()]) if (!there.has(key)) this.received.delete(key);
		for (const [key, track] of there)
			if (this.received.get(key)?.getTracks()[0] !== track)
				this.received.set(key, new MediaStream([track]));
	}

	/** No more bits than a stage needs. */
	async #limit(): Promise<void> {
		for (const track of ['camera', 'screen'] as const) {
			const sender = this.#sent[track]?.sender;
			const parameters = sender?.getParameters();
			const [encoding] = parameters?.encodings ?? [];
			if (!sender || !parameters || !encoding) continue;
			encoding.maxBitrate = MOST_BPS[track];
			await sender.setParameters(parameters).catch(() => undefined);
		}
	}

	async #listen(): Promise<void> {
		const levels = this.#places.flatMap(({ wanted, transceiver }): [Wanted, number][] => {
			if (wanted?.track !== 'microphone') return [];
			const [source] = transceiver.receiver.getSynchronizationSources();
			return [[wanted, source?.audioLevel ?? 0]];
		});
		for (const [{ participant }, level] of levels) this.#speaks(participant, level);
		const own = this.stage.own;
		const stats = await this.#sent.microphone?.sender.getStats().catch(() => undefined);
		if (!own || !stats) return;
		stats.forEach((one: { type: string; audioLevel?: number }) => {
			if (one.type === 'media-source') this.#speaks(own, one.audioLevel ?? 0);
		});
	}

	#speaks(id: string, level: number): void {
		if (level > SPEAKS) this.speaking.add(id);
		else this.speaking.delete(id);
	}
}
