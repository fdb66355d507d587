interface Voice {
	source: MediaStreamAudioSourceNode;
	gain: GainNode;
	tracks: MediaStreamTrack[];
}

/** Sound below this, in decibels against the loudest there is, counts as silence. */
const SILENT_DB = -60;

/** How loud a stretch of samples is, from 0 (silence) to 1 (as loud as it gets), as ears count. */
export function loudness(samples: Float32Array): number {
	let sum = 0;
	for (const sample of samples) sum += sample * sample;
	const db = 20 * Math.log10(Math.sqrt(sum / Math.max(1, samples.length)) || 1e-9);
	return Math.min(1, Math.max(0, 1 - db / SILENT_DB));
}

/**
 * One sound out of a microphone and of what a shared screen plays. It stays the same track whatever
 * comes and goes, so that nobody who listens is interrupted.
 */
export class Mixer {
	readonly #context = new AudioContext({ latencyHint: 'interactive' });
	readonly #out = this.#context.createMediaStreamDestination();
	readonly #meter = this.#context.createAnalyser();
	readonly #samples: Float32Array<ArrayBuffer>;
	#microphone: Voice | undefined;
	#screen: Voice | undefined;
	#muted = false;

	constructor() {
		this.#meter.fftSize = 1024;
		this.#samples = new Float32Array(this.#meter.fftSize);
	}

	/** What is sent. */
	get track(): MediaStreamTrack {
		const [track] = this.#out.stream.getAudioTracks();
		if (!track) throw new Error('a destination without a track');
		return track;
	}

	/** Browsers let nothing sound before a click; call it in one. */
	async wake(): Promise<void> {
		if (this.#context.state !== 'running') await this.#context.resume().catch(() => undefined);
	}

	hearMicrophone(stream: MediaStream | undefined): void {
		this.#drop(this.#microphone);
		this.#microphone = this.#add(stream);
		this.#microphone?.gain.connect(this.#meter);
		this.mute(this.#muted);
	}

	hearScreen(stream: MediaStream | undefined): void {
		this.#drop(this.#screen);
		this.#screen = this.#add(stream);
	}

	/** Whether the microphone is heard. What a screen plays goes on. */
	mute(is: boolean): void {
		this.#muted = is;
		const { gain } = this.#microphone?.gain ?? {};
		// A jump would click.
		gain?.setTargetAtTime(is ? 0 : 1, this.#context.currentTime, 0.01);
	}

	/** How loud the microphone is at this moment, from 0 to 1. */
	level(): number {
		if (!this.#microphone) return 0;
		this.#meter.getFloatTimeDomainData(this.#samples);
		return loudness(this.#samples);
	}

	close(): void {
		this.#drop(this.#microphone);
		this.#drop(this.#screen);
		void this.#context.close().catch(() => undefined);
	}

	#add(stream: MediaStream | undefined): Voice | undefined {
		const tracks = stream?.getAudioTracks() ?? [];
		if (tracks.length === 0) return undefined;
		const source = this.#context.createMediaStreamSource(new MediaStream(tracks));
		const gain = this.#context.createGain();
		source.connect(gain).connect(this.#out);
		return { source, gain, tracks };
	}

	#drop(voice: Voice | undefined): void {
		if (!voice) return;
		voice.source.disconnect();
		voice.gain.disconnect();
		for (const track of voice.tracks) track.stop();
	}
}
