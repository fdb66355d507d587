import type { Processing, Video } from '$lib/api/types';
import { api } from '$lib/api/client';
import { followAll, isOver } from '$lib/state/processing.svelte';

/** The videos that are being worked on, as it happens. */
export class Work {
	states = $state.raw<Record<string, Processing>>({});
	videos = $state.raw<Record<string, Video>>({});
	ready = $state(false);
	#asked = new Set<string>();

	/** What is under way, what runs before what waits. */
	busy = $derived(
		Object.values(this.states)
			.filter(({ status, video_id }) => !isOver(status) && this.videos[video_id])
			.sort((a, b) => a.status.localeCompare(b.status) * -1 || b.percent - a.percent)
	);

	/** Follows everything; returns how to stop. */
	follow(over?: (state: Processing) => void): () => void {
		void this.#begin();
		return followAll((state) => {
			const before = this.states[state.video_id];
			this.states = { ...this.states, [state.video_id]: state };
			void this.#know(state.video_id);
			if (before && !isOver(before.status) && isOver(state.status)) over?.(state);
		});
	}

	async #begin(): Promise<void> {
		try {
			const lists = await Promise.all(
				['processing', 'pending'].map((status) => api.videos.list({ status, limit: 25 }))
			);
			const videos = lists.flatMap(({ items }) => items);
			for (const video of videos) this.#asked.add(video.id);
			this.videos = {
				...this.videos,
				...Object.fromEntries(videos.map((video) => [video.id, video]))
			};
			const states = await Promise.all(
				videos.map((video) => api.videos.processing(video.id).catch(() => undefined))
			);
			const known = states.filter((state) => state !== undefined);
			this.states = {
				...Object.fromEntries(known.map((state) => [state.video_id, state])),
				...this.states
			};
		} catch {
			// The page around this says what is wrong with the server.
		}
		this.ready = true;
	}

	async #know(id: string): Promise<void> {
		if (this.#asked.has(id)) return;
		this.#asked.add(id);
		await api.videos.get(id).then(
			(video) => (this.videos = { ...this.videos, [id]: video }),
			() => undefined
		);
	}
}
