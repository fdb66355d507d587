import { api } from '$lib/api/client';
import type { Processing, ProcessingStep } from '$lib/api/types';

const OVER = new Set(['completed', 'failed', 'canceled']);

/** Whether nothing more will happen to a video by itself. */
export const isOver = (status: string): boolean => OVER.has(status);

/**
 * Follows the processing of one video over server-sent events. Falls back to asking every few
 * seconds when events do not get through (a buffering proxy). Returns how to stop.
 */
export function followProcessing(id: string, seen: (state: Processing) => void): () => void {
	let poll: ReturnType<typeof setTimeout> | undefined;
	let stopped = false;
	let failures = 0;
	const source = new EventSource(`/api/videos/${encodeURIComponent(id)}/events`);

	function stop(): void {
		stopped = true;
		source.close();
		clearTimeout(poll);
	}

	function take(state: Processing): void {
		if (stopped) return;
		seen(state);
		if (isOver(state.status)) stop();
	}

	async function ask(): Promise<void> {
		try {
			take(await api.videos.processing(id));
		} catch {
			// Unreachable for a moment: the next round asks again.
		}
		if (!stopped) poll = setTimeout(() => void ask(), 3000);
	}

	source.addEventListener('processing', (event) => {
		failures = 0;
		clearTimeout(poll);
		poll = undefined;
		take(JSON.parse((event as MessageEvent<string>).data) as Processing);
	});
	source.addEventListener('error', () => {
		failures += 1;
		if (
			!stopped &&
			poll === undefined &&
			(source.readyState === EventSource.CLOSED || failures > 1)
		) {
			poll = setTimeout(() => void ask(), 500);
		}
	});
	return stop;
}

/** Follows the processing of all videos (the operator's view). Returns how to stop. */
export function followAll(seen: (state: Processing) => void): () => void {
	const source = new EventSource('/api/events/processing');
	source.addEventListener('processing', (event) =>
		seen(JSON.parse((event as MessageEvent<string>).data) as Processing)
	);
	return () => source.close();
}

const STEP_NAMES: Record<string, string> = {
	probe: 'Reading the file',
	package: 'Making it playable',
	transcode: 'Making the other sizes',
	audio: 'Preparing the sound',
	track: 'Adding an audio track',
	subtitles: 'Taking out the subtitles',
	thumbnails: 'Drawing posters and previews',
	breaks: 'Looking for places for breaks'
};

/**
 * What a step does. Of a file that cannot be shown as it is, the smallest size is made first, in a
 * step of its own, so that it can be watched.
 */
export function stepName(step: ProcessingStep, steps: ProcessingStep[]): string {
	const transcodes = steps.filter((other) => other.kind === 'transcode');
	if (transcodes.length > 1 && step.job_id === transcodes[0]?.job_id)
		return 'Making the first size';
	return STEP_NAMES[step.kind] ?? step.kind;
}

/** What one waits for most stands first. */
const WEIGHT = ['probe', 'package', 'transcode'];

function weight({ kind }: ProcessingStep): number {
	const at = WEIGHT.indexOf(kind);
	return at < 0 ? WEIGHT.length : at;
}

/** What is going on, in one sentence. */
export function processingSentence(state: Processing): string {
	if (state.status === 'failed') return 'Processing failed';
	if (state.status === 'canceled') return 'Processing was cancelled';
	if (state.status === 'completed') return 'Ready in every size';
	const running = state.steps
		.filter((step) => step.state === 'running')
		.sort((a, b) => weight(a) - weight(b))[0];
	if (state.is_processed) return 'Playable · better sizes are on their way';
	return running ? stepName(running, state.steps) : 'Waiting for its turn';
}
