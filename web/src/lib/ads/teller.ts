import type { Ad } from './breaks';

/** How long things are collected before they are told together. */
const TOGETHER_MS = 800;

/** Tells what happened to advertisements, each thing once; nothing waits for it. */
export class Teller {
	readonly #session = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
	readonly #told = new Set<string>();
	#waiting: { token: string; event: string }[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;

	tell(key: string, ad: Ad, events: string[]): void {
		for (const event of events) {
			const name = `${key}/${event}`;
			if (this.#told.has(name)) continue;
			// A viewing has an end; its memory, too.
			if (this.#told.size > 5000) this.#told.clear();
			this.#told.add(name);
			this.#waiting.push({ token: ad.token, event });
			for (const url of ad.tracking[event] ?? []) {
				void fetch(url, {
					mode: 'no-cors',
					keepalive: true,
					credentials: 'omit',
					referrerPolicy: 'no-referrer'
				}).catch(() => undefined);
			}
		}
		if (this.#waiting.length) this.#timer ??= setTimeout(() => this.flush(), TOGETHER_MS);
	}

	/** Sends what waits; also when the page goes away. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const events = this.#waiting.splice(0, 100);
		if (!events.length) return;
		void fetch('/api/ads/events', {
			method: 'POST',
			keepalive: true,
			credentials: 'same-origin',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ session: this.#session, events })
		}).catch(() => undefined);
	}
}
