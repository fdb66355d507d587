import { hangUp, offer, trickle, type Answer } from './wire';
import type { Candidate } from './sdp';

/** How long a connection may take to come about, and to come back. */
const CONNECT_MS = 15_000;
const RETURN_MS = 5000;
/** Ways to be reached are told of together, not one by one. */
const GATHER_MS = 100;

export interface PeerEvents {
	/** Media flows. */
	connected: () => void;
	/** It does not flow any more, or never came to. */
	lost: () => void;
}

/** One WHIP or WHEP session: a connection, the address of its session, and its end. */
export class Peer {
	readonly pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
	#answer: Answer | undefined;
	#closed = false;
	#told = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	readonly #abort = new AbortController();

	constructor(private readonly events: PeerEvents) {}

	/**
	 * Offers what the connection has been given to `url`, and lives by the answer. `shape` may change
	 * what is said before it counts. Whatever speaks against it is thrown.
	 */
	async open(
		url: string,
		shape: { offer?: (sdp: string) => string; answer?: (sdp: string) => string } = {}
	): Promise<Answer | undefined> {
		const { pc } = this;
		const { sdp: own = '' } = await pc.createOffer();
		const sdp = shape.offer?.(own) ?? own;
		// Asked before anything is gathered, so that servers the answer names can help with that.
		const answer = await offer(url, sdp, this.#abort.signal);
		if (this.#closed) {
			await hangUp(answer.session);
			return undefined;
		}
		this.#answer = answer;
		if (answer.iceServers.length)
			pc.setConfiguration({ ...pc.getConfiguration(), iceServers: answer.iceServers });
		this.#watch(sdp, answer);
		await pc.setLocalDescription({ type: 'offer', sdp });
		await pc.setRemoteDescription({
			type: 'answer',
			sdp: shape.answer?.(answer.sdp) ?? answer.sdp
		});
		for (const one of pc.getTransceivers()) {
			const transport = one.sender.transport ?? one.receiver.transport;
			// A server that hangs up says so here; the rest of the connection may not notice.
			transport?.addEventListener('statechange', () => {
				if (transport.state === 'closed' || transport.state === 'failed') this.#lose();
			});
		}
		return answer;
	}

	/** Ends it, here and at the server. */
	close(): void {
		if (this.#closed) return;
		this.#shut();
		if (this.#answer) void hangUp(this.#answer.session);
	}

	#shut(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
		this.#abort.abort();
		this.pc.onconnectionstatechange = this.pc.onicecandidate = this.pc.ontrack = null;
		this.pc.close();
	}

	#lose(): void {
		if (this.#closed) return;
		// Nothing is said to the server: ending a session in order would end the broadcast with it.
		this.#shut();
		this.events.lost();
	}

	#watch(sdp: string, answer: Answer): void {
		const { pc } = this;
		const patience = (ms: number): void => {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#lose(), ms);
		};
		patience(CONNECT_MS);
		pc.onconnectionstatechange = () => {
			const state = pc.connectionState;
			if (state === 'connected') {
				clearTimeout(this.#timer);
				if (!this.#told) this.events.connected();
				this.#told = true;
			} else if (state === 'disconnected') patience(RETURN_MS);
			else if (state === 'failed' || state === 'closed') this.#lose();
		};
		let waiting: Candidate[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		pc.onicecandidate = ({ candidate }) => {
			// The last one is empty, and belongs to the part that all are bundled into.
			waiting.push({
				line: candidate?.candidate ?? '',
				mid: candidate?.sdpMid ?? waiting[0]?.mid ?? '0'
			});
			clearTimeout(timer);
			timer = setTimeout(() => {
				const batch = waiting;
				waiting = [];
				if (!this.#closed) void trickle(answer, sdp, batch);
			}, GATHER_MS);
		};
	}
}
