import { devicesOf, refusal, type Device } from '../rtc/devices';

const PICTURE = {
	width: { ideal: 640 },
	height: { ideal: 360 },
	frameRate: { ideal: 25, max: 30 }
};
const SCREEN = { width: { max: 1280 }, height: { max: 720 }, frameRate: { ideal: 15, max: 15 } };

const stop = (track: MediaStreamTrack | undefined): void => track?.stop();

/** What somebody on a stage shows and says: their camera, microphone and screen. */
export class StageMedia {
	camera = $state.raw<MediaStreamTrack>();
	microphone = $state.raw<MediaStreamTrack>();
	screen = $state.raw<MediaStreamTrack>();
	cameras = $state.raw<Device[]>([]);
	microphones = $state.raw<Device[]>([]);
	/** The chosen ones; empty for whichever the browser takes. */
	cameraId = $state('');
	microphoneId = $state('');
	muted = $state(false);
	dark = $state(false);
	/** Why there is no picture, or no sound, in words. */
	trouble = $state<string>();
	readonly #changed = (): void => void this.#list();

	static get sharesScreens(): boolean {
		return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
	}

	/** Takes the camera and the microphone. One that cannot be had does not stand in the other's way. */
	async open(): Promise<void> {
		this.trouble = undefined;
		navigator.mediaDevices.addEventListener('devicechange', this.#changed);
		await this.#film();
		await this.#listen();
		await this.#list();
	}

	async chooseCamera(id: string): Promise<void> {
		this.cameraId = id;
		await this.#film();
	}

	async chooseMicrophone(id: string): Promise<void> {
		this.microphoneId = id;
		await this.#listen();
	}

	mute(is: boolean): void {
		this.muted = is;
		if (this.microphone) this.microphone.enabled = !is;
	}

	darken(is: boolean): void {
		this.dark = is;
		if (this.camera) this.camera.enabled = !is;
	}

	/** Shares a screen. Call it in a click. */
	async share(): Promise<boolean> {
		try {
			const stream = await navigator.mediaDevices.getDisplayMedia({ video: SCREEN });
			const [track] = stream.getVideoTracks();
			if (!track) return false;
			track.contentHint = 'detail';
			// The browser's own button ends it, too.
			track.onended = () => this.unshare();
			this.screen = track;
			return true;
		} catch (thrown) {
			this.trouble = refusal(thrown, 'screen');
			return false;
		}
	}

	unshare(): void {
		stop(this.screen);
		this.screen = undefined;
	}

	/** Lets go of everything. */
	close(): void {
		navigator.mediaDevices?.removeEventListener('devicechange', this.#changed);
		for (const track of [this.camera, this.microphone, this.screen]) stop(track);
		this.camera = this.microphone = this.screen = undefined;
		this.trouble = undefined;
	}

	async #film(): Promise<void> {
		// Many phones have one camera at a time: the one before is let go first.
		stop(this.camera);
		this.camera = undefined;
		try {
			const of = this.cameraId ? { deviceId: { ideal: this.cameraId } } : { facingMode: 'user' };
			const stream = await navigator.mediaDevices.getUserMedia({ video: { ...PICTURE, ...of } });
			const [track] = stream.getVideoTracks();
			if (!track) return;
			track.contentHint = 'motion';
			track.enabled = !this.dark;
			this.cameraId = track.getSettings().deviceId ?? this.cameraId;
			this.camera = track;
		} catch (thrown) {
			this.trouble = refusal(thrown, 'camera');
		}
	}

	async #listen(): Promise<void> {
		stop(this.microphone);
		this.microphone = undefined;
		try {
			const of = this.microphoneId ? { deviceId: { ideal: this.microphoneId } } : {};
			const audio = {
				...of,
				echoCancellation: true,
				noiseSuppression: true,
				autoGainControl: true
			};
			const stream = await navigator.mediaDevices.getUserMedia({ audio });
			const [track] = stream.getAudioTracks();
			if (!track) return;
			track.enabled = !this.muted;
			this.microphoneId = track.getSettings().deviceId ?? this.microphoneId;
			this.microphone = track;
		} catch (thrown) {
			this.trouble = refusal(thrown, 'microphone');
		}
	}

	async #list(): Promise<void> {
		const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
		this.cameras = devicesOf(all, 'videoinput');
		this.microphones = devicesOf(all, 'audioinput');
	}
}
