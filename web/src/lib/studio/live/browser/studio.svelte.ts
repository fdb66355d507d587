import { onDestroy, untrack } from 'svelte';
import { live } from '$lib/live/api';
import { Capture } from '$lib/live/rtc/capture.svelte';
import { Publisher, type Over } from '$lib/live/rtc/publisher.svelte';
import type { Stream } from '$lib/live/types';
import { askBeforeLeaving } from '../../ui/leave';

/** The server's numbers of what comes in are older than this never, so what they say then is of us. */
const TOLD_MS = 6000;

/**
 * A camera and the line to the server, for as long as a control room is open; call it while one is
 * made. `home` is the address under which one may walk about without leaving.
 */
export function browserStudio(
	id: string,
	home: string,
	stream: () => Stream | undefined
): { capture: Capture; publisher: Publisher } {
	const capture = new Capture();
	/** Since when the server hears this page: another hour means another program. */
	let ours: string | undefined;

	async function over(): Promise<Over | undefined> {
		const now = await live.get(id);
		if (now.status === 'ended') return 'ended';
		const since = now.ingest?.protocol ? now.ingest.since : undefined;
		return ours && since && since !== ours ? 'taken' : undefined;
	}

	const publisher = new Publisher(capture, { url: live.whip(id), over });
	$effect(() => {
		const { track } = capture;
		untrack(() => void publisher.show(track));
	});
	$effect(() => {
		const about = stream();
		if (publisher.state === 'connecting') ours = undefined;
		if (publisher.state !== 'on' || ours || !about?.ingest?.protocol) return;
		if (Date.now() - (publisher.since ?? Infinity) > TOLD_MS)
			ours = about.ingest.since ?? undefined;
	});
	askBeforeLeaving(
		() => publisher.active,
		(path) => path === home || path.startsWith(`${home}/`),
		'You are on the air from this page. Leave, and end the broadcast?'
	);
	onDestroy(() => {
		publisher.stop();
		capture.close();
	});
	return { capture, publisher };
}
