import type { DetailedError, Upload } from 'tus-js-client';
import { api } from '$lib/api/client';
import { ApiError, asApiError, problemOf } from '$lib/api/problem';
import type { Processing } from '$lib/api/types';
import { bytes, titleFromFile } from '$lib/format';
import { followProcessing } from '$lib/state/processing.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { blankFields, changesOf, metadataOf, type VideoFields } from '$lib/studio/fields';
import { Pace } from './pace';

/** One piece of a file per request: what a broken line costs at most. */
const CHUNK_BYTES = 32 * 1024 * 1024;
/** Files on their way at once; the others wait, so that the first is there soonest. */
const AT_ONCE = 2;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];

/** Answers that no second try will change: too large, no video, fields beyond mending. */
const REFUSALS = new Set([400, 413, 415, 422]);

export type UploadState =
	'waiting' | 'sending' | 'paused' | 'processing' | 'ready' | 'failed' | 'refused' | 'canceled';

/** One file on its way: sent, then processed, and described by a person meanwhile. */
export class UploadItem {
	readonly key = crypto.randomUUID?.() ?? String(Math.random());
	state = $state<UploadState>('waiting');
	sent = $state(0);
	speed = $state<number | null>(null);
	eta = $state<number | null>(null);
	error = $state.raw<ApiError>();
	videoId = $state<string>();
	processing = $state.raw<Processing>();
	/** Went on from an earlier attempt with the same file. */
	resumed = $state(false);
	fields = $state<VideoFields>(blankFields());
	/** What the server knows about the video. */
	saved = $state.raw<VideoFields>(blankFields());
	saving = $state(false);
	saveError = $state.raw<ApiError>();

	dirty = $derived(Object.keys(changesOf(this.saved, this.fields)).length > 0);

	upload: Upload | undefined;
	stopFollowing: (() => void) | undefined;
	readonly pace = new Pace();

	constructor(readonly file: File) {
		this.fields = blankFields(titleFromFile(file.name));
		this.saved = { ...this.fields };
	}
}

class Uploads {
	items = $state<UploadItem[]>([]);

	/** Files that would be lost if the page were closed now. */
	active = $derived(
		this.items.filter((item) => ['waiting', 'sending', 'paused'].includes(item.state)).length
	);

	/** Takes files in. Those that the server would refuse are told so before a byte is sent. */
	add(files: Iterable<File>, maxBytes = Infinity): void {
		for (const file of files) {
			const item = new UploadItem(file);
			if (file.size === 0) this.#refuse(item, 'This file is empty.');
			else if (file.size > maxBytes) {
				this.#refuse(
					item,
					`This file is larger than ${bytes(maxBytes)}, the most this server takes.`
				);
			}
			this.items.unshift(item);
		}
		this.#next();
	}

	pause(item: UploadItem): void {
		void item.upload?.abort();
		item.state = 'paused';
		item.speed = item.eta = null;
		item.pace.reset();
		this.#next();
	}

	/** Goes on after a pause, or tries again after a failure; the server tells from where. */
	resume(item: UploadItem): void {
		item.error = undefined;
		item.state = 'waiting';
		this.#next();
	}

	/** Gives an upload up; what the server already has of it is thrown away. */
	cancel(item: UploadItem): void {
		item.upload?.abort(true).catch(() => undefined);
		item.state = 'canceled';
		this.#next();
	}

	/** Takes a finished one off the list. The video stays. */
	dismiss(item: UploadItem): void {
		item.stopFollowing?.();
		this.items = this.items.filter((other) => other !== item);
	}

	/** Keeps what was typed: at once if the video exists, else as soon as it does. */
	async save(item: UploadItem): Promise<void> {
		if (!item.videoId) return;
		const patch = changesOf(item.saved, item.fields);
		if (Object.keys(patch).length === 0) return;
		item.saving = true;
		item.saveError = undefined;
		const sent = { ...item.fields };
		try {
			await api.videos.patch(item.videoId, patch);
			item.saved = sent;
		} catch (thrown) {
			item.saveError = asApiError(thrown);
		}
		item.saving = false;
	}

	/** Starts processing once more after it failed. */
	async retryProcessing(item: UploadItem): Promise<void> {
		if (!item.videoId) return;
		try {
			await api.videos.retry(item.videoId);
			item.state = 'processing';
			item.error = undefined;
			this.#follow(item, item.videoId);
		} catch (thrown) {
			toasts.failed(thrown);
		}
	}

	#refuse(item: UploadItem, reason: string): void {
		item.state = 'refused';
		item.error = new ApiError(-1, reason);
	}

	#next(): void {
		const running = this.items.filter((item) => item.state === 'sending').length;
		const waiting = this.items.filter((item) => item.state === 'waiting').reverse();
		for (const item of waiting.slice(0, Math.max(0, AT_ONCE - running))) void this.#start(item);
	}

	async #start(item: UploadItem): Promise<void> {
		item.state = 'sending';
		item.pace.reset();
		try {
			item.upload ??= await this.#prepare(item);
		} catch (thrown) {
			item.error = asApiError(thrown);
			item.state = 'failed';
			return;
		}
		// Paused or cancelled while the client was being fetched.
		if ((item.state as UploadState) === 'sending') item.upload.start();
	}

	async #prepare(item: UploadItem): Promise<Upload> {
		// Only those who upload pay for the upload client.
		const { Upload } = await import('tus-js-client');
		const sentFields = { ...item.fields };
		const upload = new Upload(item.file, {
			endpoint: '/api/uploads',
			chunkSize: CHUNK_BYTES,
			retryDelays: RETRY_DELAYS_MS,
			removeFingerprintOnSuccess: true,
			metadata: {
				filename: item.file.name,
				filetype: item.file.type || 'application/octet-stream',
				...metadataOf(sentFields)
			},
			onProgress: (sent, total) => {
				item.sent = sent;
				item.pace.note(sent, performance.now());
				item.speed = item.pace.speed;
				item.eta = item.pace.eta(total - sent);
			},
			onError: (thrown) => {
				item.error = tusProblem(thrown);
				item.state = REFUSALS.has(item.error.status) ? 'refused' : 'failed';
				item.speed = item.eta = null;
				item.pace.reset();
				this.#next();
			},
			onSuccess: ({ lastResponse }) => {
				item.sent = item.file.size;
				item.speed = item.eta = null;
				this.#arrived(item, lastResponse.getHeader('Matinee-Video-Id') ?? undefined);
				this.#next();
			}
		});
		const earlier = await upload.findPreviousUploads();
		const last = earlier.at(-1);
		if (last) {
			upload.resumeFromPreviousUpload(last);
			item.resumed = true;
		} else {
			item.saved = sentFields;
		}
		return upload;
	}

	#arrived(item: UploadItem, videoId: string | undefined): void {
		item.state = 'processing';
		if (!videoId) {
			item.error = new ApiError(-1, 'The server took the file but did not say where it put it.');
			item.state = 'refused';
			return;
		}
		item.videoId = videoId;
		void this.save(item);
		this.#follow(item, videoId);
	}

	#follow(item: UploadItem, videoId: string): void {
		item.stopFollowing?.();
		item.stopFollowing = followProcessing(videoId, (state) => {
			const wasPlayable = item.processing?.is_processed === true;
			item.processing = state;
			if (state.is_processed && !wasPlayable) {
				toasts.good(`“${item.fields.title}” can be watched.`, {
					label: 'Watch',
					href: `/watch/${videoId}`
				});
			}
			if (state.status === 'completed') item.state = 'ready';
			if (state.status === 'canceled') item.state = 'canceled';
			if (state.status === 'failed') {
				item.state = 'failed';
				item.error = new ApiError(-1, state.error ?? 'Processing failed.');
			}
		});
	}
}

/** The server's own words out of a failed upload request. */
function tusProblem(thrown: Error | DetailedError): ApiError {
	const response = 'originalResponse' in thrown ? thrown.originalResponse : null;
	if (response) return problemOf(response.getStatus(), response.getBody());
	if ('originalRequest' in thrown && thrown.originalRequest) return problemOf(0, null);
	return asApiError(thrown);
}

export const uploads = new Uploads();
