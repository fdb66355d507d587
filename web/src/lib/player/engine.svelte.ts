import type Hls from 'hls.js';
import type { ErrorData, Level as HlsLevel, MediaPlaylist } from 'hls.js';
import { hlsConfig } from './hls-config';
import { Fast } from './fast.svelte';
import { Frozen, momentOf } from './frozen';
import { LiveEdge } from './live-edge.svelte';
import { qualitiesOf, superfluous } from './levels';
import { aheadOf, nativeAudio, playsHls, prefersNative, stillOf, subtitleTracks } from './native';
import { Stuck } from './stuck';
import { channelsOf, soundTracks, wantedSound, type Hearing, type Sound } from './sound';
import { freshCounters, type Counters, type Source, type Track } from './tracks';
import { troubleOf, type Trouble } from './words';

type Kind = 'hls.js' | 'native' | 'file' | 'webrtc';

const MEDIA_RECOVERIES = 2;
const NETWORK_RECOVERIES = 1;
/** A broadcast that is gone is asked for again at most so often. */
const LIVE_WAIT_MS = 5000;
/** Where a broadcast begins that is watched as a whole, in seconds: 0 would mean its edge. */
const BEGINNING_S = 0.01;
/** With less than this ahead, in seconds, the picture stops. */
const STARVED_S = 0.5;

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
	counters = $state<Counters>(freshCounters());
	/** A still of the last picture, shown while the source is being exchanged. */
	still = $state<string>();
	/** Whether a broadcast has stopped coming; it is asked for again and again. */
	absent = $state(false);
	/** Where a broadcast is against its edge. */
	readonly edge: LiveEdge;
	/** The way with the least latency. */
	readonly fast: Fast;
	readonly #frozen = new Frozen();
	readonly #stuck = new Stuck();
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
	#sounds: Sound[] = [];
	#hearing: Hearing = { language: '', channels: 0 };

	constructor(
		readonly video: HTMLVideoElement,
		/** Asks for fresh addresses when the present ones are refused (an expired token). */
		private readonly renew?: () => Promise<Source>,
		/** The ids of the renditions that are the upload itself, not made from it. */
		private readonly sources: () => string[] = () => []
	) {
		this.fast = new Fast(video);
		this.edge = new LiveEdge(video, this.fast);
		const on = (event: string, run: () => void): void =>
			video.addEventListener(event, run, { signal: this.#listeners.signal });
		on('timeupdate', () => {
			this.time = video.currentTime;
			if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) this.absent = false;
			this.edge.measure();
			this.#unfreeze();
		});
		on('progress', () => this.edge.measure());
		on('seeking', () => (this.time = video.currentTime));
		on(
			'durationchange',
			() => (this.duration = Number.isFinite(video.duration) ? video.duration : 0)
		);
		on('play', () => {
			this.paused = false;
			this.ended = false;
		});
		on('pause', () => {
			this.paused = true;
			this.edge.paused();
		});
		on('ended', () => (this.ended = true));
		on('ratechange', () => (this.rate = video.playbackRate));
		on('waiting', () => {
			if (this.started && !video.seeking) this.counters.stalls += 1;
		});
		on('playing', () => {
			this.still = undefined;
			this.trouble = undefined;
			this.absent = false;
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
			if (this.kind !== 'hls.js' && this.kind !== 'webrtc') this.#plainError();
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

	/** Loads a source. `from` is where to begin, in seconds. */
	async load(source: Source, from = 0): Promise<void> {
		const at = from || (source.whole ? BEGINNING_S : 0);
		const turn = ++this.#turn;
		this.#drop();
		this.#source = source;
		this.#asked = performance.now();
		this.#resumeAt = at;
		this.trouble = undefined;
		this.ended = false;
		this.#frozen.reset();
		this.edge.reset(source.live === true);
		const { video } = this;
		if (this.fast.takes(source) && source.whep) {
			this.kind = 'webrtc';
			void this.fast.play(source.whep, () => void this.reload());
			return;
		}
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
				this.#playHls(module.default, source.hls, at, source);
				return;
			}
		}
		if (source.hls && playsHls(video)) {
			this.kind = 'native';
			this.#playPlain(source.hls, at);
		} else if (source.file) {
			this.kind = 'file';
			this.#playPlain(source.file, at);
		} else {
			this.trouble = troubleOf(source.hls ? 'unsupported' : 'nothing');
		}
	}

	/**
	 * Loads again where it stands, or another source `from` somewhere, keeping the picture until then,
	 * the choices and whether it plays.
	 */
	async reload(source = this.#source, from?: number): Promise<void> {
		if (!source) return;
		const { video } = this;
		const playing = !video.paused;
		const height = this.qualities.find((q) => q.index === this.chosen)?.height;
		const rate = video.playbackRate;
		this.#textWanted = this.texts.find((t) => t.index === this.text)?.language;
		this.still = this.started ? stillOf(video) : undefined;
		const stands = this.started ? video.currentTime : this.#resumeAt;
		await this.load(source, from ?? (source.live && !source.whole ? 0 : stands));
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

	/** It turned out whether a broadcast that plays already can be had with the least latency. */
	offer(whep: string | null | undefined): void {
		if (!this.#source?.live || this.#source.whep === whep) return;
		this.#source = { ...this.#source, whep: whep ?? null };
		const takes = this.fast.takes(this.#source);
		if (takes && !this.fast.on) void this.reload();
	}

	/** Watches a broadcast with the least latency, or as usual. */
	hurry(wanted: boolean): void {
		this.fast.choose(wanted);
		void this.reload();
	}

	/** Chooses a quality by index; -1 leaves the choice to the engine. */
	choose(index: number): void {
		this.chosen = index;
		if (!this.#hls) return;
		// What is buffered is given up for a quality that was asked for, not for letting the engine choose.
		if (index === -1) this.#hls.loadLevel = -1;
		else this.#hls.nextLevel = index;
	}

	/** Chooses a sound by index. One with other loudspeakers belongs to other levels: they are read anew. */
	chooseAudio(index: number): void {
		const sound = this.#sounds[index];
		const hls = this.#hls;
		if (hls && sound) {
			this.#hearing = { language: sound.lang ?? '', channels: channelsOf(sound) };
			const near = hls.audioTracks.findIndex(({ url }) => url === sound.url);
			if (near < 0) {
				void this.reload();
				return;
			}
			hls.audioTrack = near;
		} else {
			const tracks = nativeAudio(this.video);
			this.#hearing = { language: tracks[index]?.language ?? '', channels: 0 };
			tracks.forEach((track, at) => (track.enabled = at === index));
		}
		this.audio = index;
	}

	/** What to hear, if it is to be had; before anything is loaded. */
	wantAudio(hearing: Hearing): void {
		this.#hearing = hearing;
	}

	/** What was last chosen to be heard. */
	get hearing(): Hearing {
		return this.#hearing;
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
		if (this.edge.live) {
			this.edge.seek(seconds);
			this.time = this.video.currentTime;
			return;
		}
		const end = this.duration || Number.MAX_SAFE_INTEGER;
		this.video.currentTime = Math.min(Math.max(0, seconds), end);
		this.time = this.video.currentTime;
	}

	/** Goes to a part of the whole, from 0 to 1; the end of a broadcast is what happens now. */
	jump(part: number): void {
		const { live, start, end } = this.edge;
		if (!live) this.seek(part * this.duration - (part === 1 ? 0.1 : 0));
		else if (part === 1) this.edge.go();
		else this.seek(start + part * (end - start));
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

	/** Seeks to where it is when the picture is stuck while the sound goes on. */
	#unfreeze(): void {
		const { video } = this;
		if (this.kind === 'webrtc' || !this.#frozen.look(momentOf(video))) return;
		this.counters.stalls += 1;
		video.currentTime += 0;
	}

	/** Reads a broadcast anew that has come as far as `edge` while nothing plays. */
	#unstick(edge: number): void {
		const { video } = this;
		const wanting =
			!video.paused && !video.ended && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
		if (!this.#stuck.look({ time: video.currentTime, edge, wanting })) return;
		this.counters.stalls += 1;
		void this.reload();
	}

	#drop(): void {
		clearTimeout(this.#retry);
		this.#hls?.destroy();
		this.#hls = undefined;
		this.fast.stop();
		this.kind = undefined;
		this.#levels = [];
		this.chosen = this.playing = -1;
		this.audios = [];
		this.#sounds = [];
		this.texts = [];
		this.audio = this.text = -1;
	}

	#playHls(Library: typeof Hls, url: string, at: number, { live, whole }: Source): void {
		this.kind = 'hls.js';
		const hls = new Library(hlsConfig(at, live));
		this.#hls = hls;
		this.edge.reset(live === true, hls, !whole);
		const { Events } = Library;
		hls.on(Events.MANIFEST_PARSED, (_, { audioTracks }) => {
			this.generation += 1;
			this.#readSounds(hls, audioTracks);
			this.#levels = hls.levels;
		});
		hls.on(Events.LEVELS_UPDATED, (_, { levels }) => (this.#levels = levels));
		if (live) hls.on(Events.LEVEL_UPDATED, (_, { details }) => this.#unstick(details.edge));
		hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
			if (this.playing !== -1 && this.playing !== level) this.counters.switches += 1;
			this.playing = level;
		});
		const heard = (): void => {
			const { url } = hls.audioTracks[hls.audioTrack] ?? {};
			this.audio = this.#sounds.findIndex((sound) => sound.url === url);
		};
		hls.on(Events.AUDIO_TRACKS_UPDATED, heard);
		hls.on(Events.AUDIO_TRACK_SWITCHED, heard);
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

	/** Begins with the wanted sound, and leaves out the levels that go with others. */
	#readSounds(hls: Hls, found: MediaPlaylist[]): void {
		this.#sounds = found;
		this.audios = soundTracks(this.#sounds);
		const wanted = this.#sounds[wantedSound(this.#sounds, this.#hearing)];
		if (wanted) {
			const { groupId, name, lang } = wanted;
			hls.config.audioPreference = { groupId, name, ...(lang ? { lang } : {}) };
		}
		for (const index of superfluous(hls.levels, wanted?.groupId).reverse()) hls.removeLevel(index);
	}

	#hlsError(Library: typeof Hls, hls: Hls, data: ErrorData): void {
		if (!data.fatal || hls !== this.#hls) return;
		const status = data.response?.code ?? 0;
		if (data.type === Library.ErrorTypes.NETWORK_ERROR) {
			if (this.#source?.live && status !== 401 && status !== 403) {
				this.#awaitBroadcast(status);
				return;
			}
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

	/** Asks for a broadcast again, for as long as somebody waits for it. */
	#awaitBroadcast(status = 0): void {
		const hls = this.#hls;
		// What is there already is seen to its end before anything is begun anew.
		const left = aheadOf(this.video);
		const anew = !hls || hls.levels.length === 0 || status === 404 || status === 410;
		this.absent = left < STARVED_S;
		this.#networkFaults += 1;
		this.counters.retries += 1;
		const wait = Math.min(LIVE_WAIT_MS, 1000 * this.#networkFaults);
		clearTimeout(this.#retry);
		this.#retry = setTimeout(
			() => {
				if (anew) void this.reload();
				else if (hls === this.#hls) hls.startLoad();
			},
			anew ? Math.max(wait, left * 1000) : wait
		);
	}

	#playPlain(url: string, at: number): void {
		this.video.src = at > 0 ? `${url}#t=${at}` : url;
		this.generation += 1;
	}

	#plainError(): void {
		const code = this.video.error?.code;
		if (code === undefined || code === MediaError.MEDIA_ERR_ABORTED) return;
		if (this.#source?.live && code !== MediaError.MEDIA_ERR_DECODE) {
			this.#awaitBroadcast();
			return;
		}
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
		this.audios = tracks.map((track, index) => ({
			index,
			label: track.label || track.language || `Track ${index + 1}`,
			language: track.language
		}));
		this.audio = tracks.findIndex(({ enabled }) => enabled);
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
}
