import { SvelteMap } from 'svelte/reactivity';
import { api } from '$lib/api/client';
import { channels } from '$lib/channels/api';
import type { MatchItem } from '$lib/channels/types';
import { lengthOf } from '$lib/video';

/** What videos are called that a definition knows by their identifiers only. */
class Titles {
	readonly known = new SvelteMap<string, MatchItem>();
	readonly #asked = new Set<string>();

	/** Asks for those that nobody has asked for, all at once. */
	async learn(ids: readonly string[]): Promise<void> {
		const missing = ids.filter((id) => !this.#asked.has(id)).slice(0, 100);
		if (missing.length === 0) return;
		for (const id of missing) this.#asked.add(id);
		try {
			// On a private channel everything may be shown: what is asked is only what they are called.
			const { items } = await channels.named(missing);
			for (const item of items) this.known.set(item.video_id, item);
			// What no channel can show yet has a name all the same.
			const others = missing.filter((id) => !items.some(({ video_id }) => video_id === id));
			await Promise.all(others.map((id) => this.#readOne(id)));
		} catch {
			for (const id of missing) this.#asked.delete(id);
		}
	}

	async #readOne(id: string): Promise<void> {
		const video = await api.videos.get(id).catch(() => undefined);
		if (!video) return;
		this.known.set(id, {
			video_id: id,
			title: video.title,
			duration: lengthOf(video),
			year: video.release_year,
			type: video.content_type ?? '',
			show: video.show_title,
			image_url: video.thumbnail_url ?? video.poster_url,
			unfit: 'It is not ready yet'
		});
	}

	put(item: MatchItem): void {
		this.#asked.add(item.video_id);
		this.known.set(item.video_id, item);
	}

	name(id: string): string {
		return this.known.get(id)?.title ?? id;
	}
}

export const titles = new Titles();
