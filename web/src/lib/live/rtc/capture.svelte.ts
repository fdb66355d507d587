import { FRAME_RATE, SIZES, devicesOf, refusal, type Device, type Size } from './devices';
import { Mixer } from './mixer';

export type Picture = 'camera' | 'screen';

const KEY = 'matinee.studio.capture';

interface Kept {
	camera: string;
	microphone: string;
	height: number;
}

function kept(): Partial<Kept> {
	try {
		return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
	} catch {
		return {};
	}
}

const stop = (stream: MediaStream | undefined): void =>
	stream?.getTracks().forEach((track) => track.stop());

/** What is taken of somebody: a camera or their screen, and what is heard beside it. */
export class Capture {
	/** The picture at this moment; undefined while nothing is taken. */
	track = $state.raw<MediaStreamTrack>();
	from = $state<Picture>('camera');
	cameras = $state.raw<Device[]>([]);
	microphones = $state.raw<Device[]>([]);
	/** The chosen ones; empty for whichever the browser takes. */
	camera = $state(kept().camera ?? '');
	microphone = $state(kept().microphone ?? '');
	size = $state.raw<Size>(SIZES.find(({ height }) => height === kept().height) ?? SIZES[1]);
	muted = $state(false);
	/** Whether a black picture is sent in place of the camera's. */
	dark = $state(false);
	/** Whether the system keeps the picture back, as phones do for a page that is not looked at. */
	asleep = $state(false);
	heard = $state(false);
	busy = $state(false);
	/** Why there is no picture, or no sound, in words. */
	trouble = $state<string>();
	soundTrouble = $state<string>();
	mixer = $state.raw<Mixer>();

	#picture: MediaStream | undefined;
	#backToCamera = false;
	readonly #changed = (): void => void this.#list();

	/** Whether screens can be shared from here; phones cannot. */
	static get sharesScreens(): boolean {
		return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
	}

	/** Takes a picture, and the microphone if it is not taken yet. Call it in a click. */
	async open(from: Picture): Promise<void> {
		if (this.busy) return;
		this.busy = true;
		this.trouble = undefined;
		this.mixer ??= new Mixer();
		void this.mixer.wake();
		navigator.mediaDevices.addEventListener('devicechange', this.#changed);
		if (from === 'screen') await this.#share();
		else await this.#film(!this.heard);
		// Without a microphone a screen is still worth showing; the camera has asked for it already.
		if (this.track && !this.heard && from === 'screen') await this.#listen();
		if (this.#wanted()) await this.#list();
		this.busy = false;
	}

	/** Takes another camera. */
	async chooseCamera(id: string): Promise<void> {
		this.camera = id;
		this.#keep();
		if (this.track && this.from === 'camera') await this.open('camera');
	}

	async chooseMicrophone(id: string): Promise<void> {
		this.microphone = id;
		this.#keep();
		if (this.mixer) await this.#listen();
	}

	async chooseSize(size: Size): Promise<void> {
		this.size = size;
		this.#keep();
		if (this.track && this.from === 'camera') await this.open('camera');
	}

	mute(is: boolean): void {
		this.muted = is;
		this.mixer?.mute(is);
	}

	darken(is: boolean): void {
		this.dark = is;
		if (this.track) this.track.enabled = !is;
	}

	/** Lets go of everything. */
	close(): void {
		navigator.mediaDevices?.removeEventListener('devicechange', this.#changed);
		stop(this.#picture);
		this.#picture = undefined;
		this.track = undefined;
		this.mixer?.close();
		this.mixer = undefined;
		this.heard = this.dark = this.asleep = false;
		this.trouble = this.soundTrouble = undefined;
	}

	#wanted(): boolean {
		return this.track !== undefined || this.heard;
	}

	async #film(withSound: boolean): Promise<void> {
		const { width, height } = this.size;
		const video: MediaTrackConstraints = {
			...(this.camera ? { deviceId: { ideal: this.camera } } : { facingMode: 'user' }),
			width: { ideal: width },
			height: { ideal: height },
			frameRate: { ideal: FRAME_RATE, max: FRAME_RATE }
		};
		// Many phones have one camera at a time: the one before is let go first.
		if (this.from === 'camera') stop(this.#picture);
		const media = navigator.mediaDevices;
		let stream: MediaStream | undefined;
		try {
			// One question for both, where both are wanted.
			stream = await media.getUserMedia({ video, ...(withSound ? { audio: this.#sound() } : {}) });
		} catch {
			try {
				stream = await media.getUserMedia({ video });
			} catch (thrown) {
				this.trouble = refusal(thrown, 'camera');
			}
			if (withSound) await this.#listen();
		}
		if (!stream) {
			if (this.from === 'camera') this.#show(undefined, 'camera');
			return;
		}
		if (withSound && stream.getAudioTracks().length) this.#hear(stream);
		this.mixer?.hearScreen(undefined);
		this.#show(new MediaStream(stream.getVideoTracks()), 'camera');
		this.camera = stream.getVideoTracks()[0]?.getSettings().deviceId ?? this.camera;
	}

	async #share(): Promise<void> {
		let stream: MediaStream;
		try {
			stream = await navigator.mediaDevices.getDisplayMedia({
				video: {
					width: { max: 1920 },
					height: { max: 1080 },
					frameRate: { ideal: FRAME_RATE, max: FRAME_RATE }
				},
				audio: true
			});
		} catch (thrown) {
			this.trouble = refusal(thrown, 'screen');
			return;
		}
		this.#backToCamera = this.from === 'camera' && this.track !== undefined;
		this.mixer?.hearScreen(stream);
		this.#show(new MediaStream(stream.getVideoTracks()), 'screen');
	}

	async #listen(): Promise<void> {
		try {
			this.#hear(await navigator.mediaDevices.getUserMedia({ audio: this.#sound() }));
		} catch (thrown) {
			this.soundTrouble = refusal(thrown, 'microphone');
		}
	}

	#sound(): MediaTrackConstraints {
		return {
			...(this.microphone ? { deviceId: { ideal: this.microphone } } : {}),
			echoCancellation: true,
			noiseSuppression: true,
			autoGainControl: true
		};
	}

	#hear(stream: MediaStream): void {
		const [track] = stream.getAudioTracks();
		if (!track) return;
		this.mixer?.hearMicrophone(new MediaStream([track]));
		this.soundTrouble = undefined;
		this.heard = true;
		this.microphone = track.getSettings().deviceId ?? this.microphone;
		track.onended = () => {
			this.heard = false;
			this.soundTrouble = 'The microphone is gone. Choose another one.';
		};
	}

	/** Puts a picture in the place of the one before, which is let go. */
	#show(stream: MediaStream | undefined, from: Picture): void {
		const before = this.#picture;
		const track = stream?.getVideoTracks()[0];
		this.#picture = stream;
		this.from = from;
		this.asleep = false;
		if (track) {
			track.contentHint = from === 'screen' ? 'detail' : 'motion';
			track.enabled = !this.dark;
			track.onended = () => void this.#ended();
			track.onmute = () => (this.asleep = true);
			track.onunmute = () => (this.asleep = false);
		}
		this.track = track;
		if (before !== stream) stop(before);
	}

	/** The browser's own button ended a screen's picture, or a camera was pulled out. */
	async #ended(): Promise<void> {
		if (this.from === 'screen') {
			this.mixer?.hearScreen(undefined);
			if (this.#backToCamera) {
				await this.open('camera');
				return;
			}
			this.trouble = 'The screen is not shared any more. Choose another one, or the camera.';
		} else {
			this.trouble = 'The camera is gone. Choose another one.';
		}
		this.#show(undefined, this.from);
	}

	async #list(): Promise<void> {
		const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
		this.cameras = devicesOf(all, 'videoinput');
		this.microphones = devicesOf(all, 'audioinput');
	}

	#keep(): void {
		const { camera, microphone } = this;
		try {
			localStorage.setItem(KEY, JSON.stringify({ camera, microphone, height: this.size.height }));
		} catch {
			// Storage may be full or forbidden: then it is chosen anew next time.
		}
	}
}
