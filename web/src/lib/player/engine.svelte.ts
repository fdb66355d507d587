import type Hls from 'hls.js';
import type { ErrorData, Level as HlsLevel } from 'hls.js';
import { bitrate } from '$lib/format';
import { codecName, levelName, troubleOf, type Trouble } from './words';

/** One quality that can be chosen. */
export interface Quality {
	index: number;
	name: string;
	height: number;
	bitrate: number;
	codec: string;
	hint: string;
	/** The id of the rendition behind it, if its address tells. */
	rendition: string;
}

/** One audio or subtitle track that can be chosen. */
export interface Track {
	index: number;
	label: string;
	language: string;
}

export interface Source {
	hls: string | null;
	/** A progressive file, for when adaptive streaming is not to be had. */
	file: string | null;
}

/** What the "stats for nerds" panel shows besides what the video element knows. */
export interface Counters {
	throughput: number;
	lastSegment: { bytes: number; ms: number } | null;
	switches: number;
	stalls: number;
	startupMs: number | null;
	retries: number;
}

/** Patient with a slow line, but no minute passes before somebody is told that it is gone. */
const FRAGMENT_POLICY = {
	default: {
		maxTimeToFirstByteMs: 9000,
		maxLoadTimeMs: 60_000,
		timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
		errorRetry: {
			maxNumRetry: 3,
			retryDelayMs: 700,
			maxRetryDelayMs: 4000,
			backoff: 'exponential' as const
		}
	}
};

type Kind = 'hls.js' | 'native' | 'file';

const MEDIA_RECOVERIES = 2;
const NETWORK_RECOVERIES = 1;

/** Apple's browsers play HLS themselves: with AirPlay, low power use and their own track menus. */
const prefersNative = (video: HTMLVideoElement): boolean =>
	navigator.vendor.startsWith('Apple') && video.canPlayType('application/vnd.apple.mpegurl') !== '';

/**
 * Plays one video on one element, through hls.js, the browser's own HLS, or a plain file, and shows
 * the same state and choices for all three.
 */
export class Engine {
	kind = $state<Kind>();
	readonly qualities = $derived.by(() => qualitiesOf(this.#levels, this.sources()));
	/** The chosen quality's index; -1 lets the engine choose. */
	chosen = $state(-1);
	/** The quality on the screen; -1 while unknown. */
	playing = $state(-1);
	audios = $state.raw<Track[]>([]);
	audio = $state(-1);
	texts = $state.raw<Track[]>([]);
	/** The subtitles shown; -1 for none. */
	text = $state(-1);
	trouble = $state.raw<Trouble>();
	time = $state(0);
	duration = $state(0);
	paused = $state(true);
	ended = $state(false);
	/** Whether the first picture of this video has been there. */
	started = $state(false);
	rate = $state(1);
	counters = $state<Counters>(fresh());
	/** A still of the last picture, shown while the source is being exchanged. */
	still = $state<string>();
	/** Counts loaded manifests, for those who hang things on the element's text tracks. */
	generation = $state(0);

	readonly auto = $derived(this.chosen === -1);
	readonly quality = $derived(this.qualities.find((q) => q.index === this.playing));

	#levels = $state.raw<HlsLevel[]>([]);
	#hls: Hls | undefined;
	#source: Source | undefined;
	#asked = 0;
	#mediaFaults = 0;
	#networkFaults = 0;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#turn = 0;
	#listeners = new AbortController();
	#resumeAt = 0;
	#textWanted: string | undefined;

	constructor(
		readonly video: HTMLVideoElement,
		/** Asks for fresh addresses when the present ones are refused (an expired token). */
		private readonly renew?: () => Promise<Source>,
		/** The ids of the renditions that are the upload itself, not made from it. */
		private readonly sources: () => string[] = () => []
	) {
		const on = (event: string, run: () => void): void =>
			video.addEventListener(event, run, { signal: this.#listeners.signal });
		on('timeupdate', () => (this.time = video.currentTime));
		on('seeking', () => (this.time = video.currentTime));
		on(
			'durationchange',
			() => (this.duration = Number.isFinite(video.duration) ? video.duration : 0)
		);
		on('play', () => {
			this.paused = false;
			this.ended = false;
		});
		on('pause', () => (this.paused = true));
		on('ended', () => (this.ended = true));
		on('ratechange', () => (this.rate = video.playbackRate));
		on('waiting', () => {
			if (this.started && !video.seeking) this.counters.stalls += 1;
		});
		on('playing', () => {
			this.still = undefined;
			this.trouble = undefined;
			this.#networkFaults = 0;
		});
		on('loadeddata', () => {
			this.started = true;
			this.counters.startupMs ??= performance.now() - this.#asked;
			// A paused exchange never comes to `playing`: its picture is there now.
			if (video.paused) this.still = undefined;
			if (this.kind !== 'hls.js') this.#readNativeTracks();
		});
		on('error', () => {
			if (this.kind !== 'hls.js') this.#plainError();
		});
		// Back on the network: what failed for want of it goes on by itself.
		window.addEventListener(
			'online',
			() => {
				if (this.trouble?.online) void this.retry();
			},
			{ signal: this.#listeners.signal }
		);
		video.textTracks.addEventListener('change', () => this.#readTextMode(), {
			signal: this.#listeners.signal
		});
	}

	/** Loads a source. `at` is where to begin, in seconds. */
	async load(source: Source, at = 0): Promise<void> {
		const turn = ++this.#turn;
		this.#drop();
		this.#source = source;
		this.#asked = performance.now();
		this.#resumeAt = at;
		this.trouble = undefined;
		this.ended = false;
		const { video } = this;
		if (source.hls && !prefersNative(video)) {
			let module: typeof import('hls.js');
			try {
				module = await import('hls.js');
			} catch {
				if (turn === this.#turn) this.trouble = troubleOf('code');
				return;
			}
			if (turn !== this.#turn) return;
			if (module.default.isSupported()) {
				this.#playHls(module.default, source.hls, at);
				return;
			}
		}
		if (source.hls && video.canPlayType('application/vnd.apple.mpegurl') !== '') {
			this.kind = 'native';
			this.#playPlain(source.hls, at);
		} else if (source.file) {
			this.kind = 'file';
			this.#playPlain(source.file, at);
		} else {
			this.trouble = troubleOf(source.hls ? 'unsupported' : 'nothing');
		}
	}

	/** Loads again where it stands, keeping the picture, the choices and whether it plays. */
	async reload(source = this.#source): Promise<void> {
		if (!source) return;
		const { video } = this;
		const playing = !video.paused;
		const height = this.qualities.find((q) => q.index === this.chosen)?.height;
		const rate = video.playbackRate;
		this.#textWanted = this.texts.find((t) => t.index === this.text)?.language;
		this.still = this.#snapshot();
		const at = this.started ? video.currentTime : this.#resumeAt;
		await this.load(source, at);
		video.playbackRate = rate;
		if (height !== undefined) {
			const again = (): void => {
				const same = this.qualities.find((q) => q.height === height);
				if (same) this.choose(same.index);
			};
			video.addEventListener('loadedmetadata', again, { once: true });
		}
		if (playing) video.play().catch(() => undefined);
	}

	/** Tries again after a failure, with fresh addresses if they can be had. */
	async retry(): Promise<void> {
		this.trouble = undefined;
		this.#mediaFaults = this.#networkFaults = 0;
		const source = await this.renew?.().catch(() => undefined);
		await this.reload(source ?? this.#source);
		this.video.play().catch(() => undefined);
	}

	/** Chooses a quality by index; -1 leaves the choice to the engine. */
	choose(index: number): void {
		this.chosen = index;
		if (this.#hls) this.#hls.nextLevel = index;
	}

	chooseAudio(index: number): void {
		if (this.#hls) this.#hls.audioTrack = index;
		else {
			const tracks = nativeAudio(this.video);
			for (let i = 0; i < (tracks?.length ?? 0); i += 1) {
				const track = tracks?.[i];
				if (track) track.enabled = i === index;
			}
		}
		this.audio = index;
	}

	chooseText(index: number): void {
		if (this.#hls) {
			this.#hls.subtitleDisplay = index >= 0;
			this.#hls.subtitleTrack = index;
		} else {
			subtitleTracks(this.video).forEach((track, i) => {
				track.mode = i === index ? 'showing' : 'disabled';
			});
		}
		this.text = index;
	}

	/** Shows the subtitles of a language once they are known. */
	wantText(language: string | undefined): void {
		this.#textWanted = language;
	}

	seek(seconds: number): void {
		const end = this.duration || Number.MAX_SAFE_INTEGER;
		this.video.currentTime = Math.min(Math.max(0, seconds), end);
		this.time = this.video.currentTime;
	}

	get bandwidth(): number {
		return this.#hls?.bandwidthEstimate ?? 0;
	}

	destroy(): void {
		this.#turn += 1;
		this.#listeners.abort();
		this.#drop();
		this.video.removeAttribute('src');
		this.video.load();
	}

	#drop(): void {
		clearTimeout(this.#retry);
		this.#hls?.destroy();
		this.#hls = undefined;
		this.kind = undefined;
		this.#levels = [];
		this.chosen = this.playing = -1;
		this.audios = [];
		this.texts = [];
		this.audio = this.text = -1;
	}

	#playHls(Library: typeof Hls, url: string, at: number): void {
		this.kind = 'hls.js';
		const hls = new Library({
			startPosition: at > 0 ? at : -1,
			// The first segment is asked for while the decoder is still being set up.
			startFragPrefetch: true,
			capLevelToPlayerSize: true,
			backBufferLength: 60,
			maxBufferLength: 40,
			abrEwmaDefaultEstimate: 3_000_000,
			fragLoadPolicy: FRAGMENT_POLICY,
			enableWorker: true
		});
		this.#hls = hls;
		const { Events } = Library;
		hls.on(Events.MANIFEST_PARSED, () => {
			this.generation += 1;
			for (const index of repeated(hls.levels).reverse()) hls.removeLevel(index);
			this.#levels = hls.levels;
		});
		hls.on(Events.LEVELS_UPDATED, (_, { levels }) => (this.#levels = levels));
		hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
			if (this.playing !== -1 && this.playing !== level) this.counters.switches += 1;
			this.playing = level;
		});
		hls.on(Events.AUDIO_TRACKS_UPDATED, (_, { audioTracks }) => {
			this.audios = audioTracks.map((track, index) => ({
				index,
				label: track.name || track.lang || `Track ${index + 1}`,
				language: track.lang ?? ''
			}));
			this.audio = hls.audioTrack;
		});
		hls.on(Events.AUDIO_TRACK_SWITCHED, () => (this.audio = hls.audioTrack));
		hls.on(Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks: tracks }) => {
			this.texts = tracks.map((track, index) => ({
				index,
				label: track.name || track.lang || `Subtitles ${index + 1}`,
				language: track.lang ?? ''
			}));
			this.#showWantedText();
		});
		hls.on(Events.SUBTITLE_TRACK_SWITCH, (_, { id }) => {
			this.text = hls.subtitleDisplay ? id : -1;
		});
		hls.on(Events.FRAG_LOADED, (_, { frag }) => {
			const { stats } = frag;
			const ms = stats.loading.end - stats.loading.start;
			if (frag.type === 'main' && frag.sn !== 'initSegment' && ms > 0) {
				this.counters.lastSegment = { bytes: stats.loaded, ms };
				this.counters.throughput = hls.bandwidthEstimate;
			}
		});
		hls.on(Events.ERROR, (_, data) => this.#hlsError(Library, hls, data));
		hls.loadSource(url);
		hls.attachMedia(this.video);
	}

	#hlsError(Library: typeof Hls, hls: Hls, data: ErrorData): void {
		if (!data.fatal || hls !== this.#hls) return;
		const status = data.response?.code ?? 0;
		if (data.type === Library.ErrorTypes.NETWORK_ERROR) {
			if (status >= 400 && status < 500) {
				const trouble = troubleOf(status === 404 || status === 410 ? 'missing' : 'forbidden');
				// A token runs out, and a rendition gives way to a better one: both have new addresses.
				if (!this.renew || this.#networkFaults > 0) {
					this.trouble = trouble;
					return;
				}
				this.#networkFaults += 1;
				this.renew().then(
					(source) => void this.reload(source),
					() => (this.trouble = trouble)
				);
				return;
			}
			this.#networkFaults += 1;
			this.counters.retries += 1;
			if (this.#networkFaults > NETWORK_RECOVERIES) {
				this.trouble = troubleOf('network');
				return;
			}
			clearTimeout(this.#retry);
			this.#retry = setTimeout(
				() => {
					if (hls !== this.#hls) return;
					if (hls.levels.length === 0) void this.reload();
					else hls.startLoad();
				},
				500 * 2 ** this.#networkFaults
			);
			return;
		}
		if (data.type === Library.ErrorTypes.MEDIA_ERROR && this.#mediaFaults < MEDIA_RECOVERIES) {
			this.#mediaFaults += 1;
			this.counters.retries += 1;
			hls.recoverMediaError();
			return;
		}
		// What adaptive streaming cannot decode, the plain file sometimes can.
		if (this.#source?.file) void this.reload({ hls: null, file: this.#source.file });
		else this.trouble = troubleOf('decode');
	}

	#playPlain(url: string, at: number): void {
		this.video.src = at > 0 ? `${url}#t=${at}` : url;
		this.generation += 1;
	}

	#plainError(): void {
		const code = this.video.error?.code;
		if (code === undefined || code === MediaError.MEDIA_ERR_ABORTED) return;
		if (this.kind === 'native' && this.#source?.file) {
			void this.reload({ hls: null, file: this.#source.file });
			return;
		}
		this.trouble = troubleOf(
			code === MediaError.MEDIA_ERR_NETWORK
				? 'network'
				: code === MediaError.MEDIA_ERR_DECODE
					? 'decode'
					: 'refused'
		);
	}

	#readNativeTracks(): void {
		const tracks = nativeAudio(this.video);
		this.audios = Array.from({ length: tracks?.length ?? 0 }, (_, index) => ({
			index,
			label: tracks?.[index]?.label || tracks?.[index]?.language || `Track ${index + 1}`,
			language: tracks?.[index]?.language ?? ''
		}));
		this.audio = this.audios.findIndex((track) => tracks?.[track.index]?.enabled === true);
		this.texts = subtitleTracks(this.video).map((track, index) => ({
			index,
			label: track.label || track.language || `Subtitles ${index + 1}`,
			language: track.language
		}));
		this.#showWantedText();
	}

	/** Follows a choice made in the browser's own menu (Safari in full screen). */
	#readTextMode(): void {
		if (this.kind === 'hls.js') return;
		this.text = subtitleTracks(this.video).findIndex((track) => track.mode === 'showing');
	}

	#showWantedText(): void {
		const wanted = this.#textWanted;
		const found = wanted ? this.texts.find((track) => track.language === wanted) : undefined;
		this.chooseText(found ? found.index : -1);
	}

	#snapshot(): string | undefined {
		const { video } = this;
		if (!this.started || video.videoWidth === 0) return undefined;
		const canvas = document.createElement('canvas');
		canvas.width = Math.min(1280, video.videoWidth);
		canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
		try {
			canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
			return canvas.toDataURL('image/jpeg', 0.85);
		} catch {
			// A picture from elsewhere may not be read.
			return undefined;
		}
	}
}

function fresh(): Counters {
	return { throughput: 0, lastSegment: null, switches: 0, stalls: 0, startupMs: null, retries: 0 };
}

/** Which levels show the same pictures as one before them, only with other sound. */
function repeated(levels: HlsLevel[]): number[] {
	const seen = new Set<string>();
	return levels.flatMap(({ uri }, index) => {
		if (seen.has(uri)) return [index];
		seen.add(uri);
		return [];
	});
}

function qualitiesOf(levels: HlsLevel[], sources: string[]): Quality[] {
	return levels
		.map((level, index) => {
			const rendition = /\/(rendition_[a-z0-9]+)\//.exec(level.uri)?.[1] ?? '';
			const name = levelName(level.width, level.height, level.name);
			return {
				index,
				name: sources.includes(rendition) ? `${name} source` : name,
				height: level.height,
				bitrate: level.bitrate,
				codec: codecName(level.videoCodec),
				hint: bitrate(level.bitrate),
				rendition
			};
		})
		.sort((a, b) => b.height - a.height || b.bitrate - a.bitrate);
}

interface NativeAudioTrack {
	enabled: boolean;
	label: string;
	language: string;
}

/** Only Safari has this list. */
function nativeAudio(
	video: HTMLVideoElement
): (ArrayLike<NativeAudioTrack> & { length: number }) | undefined {
	return (video as { audioTracks?: ArrayLike<NativeAudioTrack> }).audioTracks;
}

function subtitleTracks(video: HTMLVideoElement): TextTrack[] {
	return [...video.textTracks].filter((t) => t.kind === 'subtitles' || t.kind === 'captions');
}
