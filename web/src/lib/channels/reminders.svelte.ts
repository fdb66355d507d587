import { goto } from '$app/navigation';
import { toasts } from '$lib/state/toasts.svelte';
import type { Airing, Station } from './types';
import { hour, hrefOf, ms, titleOf } from './words';

/** Something that somebody wants to be told of when it begins. It is known to this browser only. */
export interface Reminder {
	airing: string;
	channel: number;
	name: string;
	title: string;
	/** In milliseconds. */
	start: number;
}

const KEY = 'matinee.reminders';
/** So long before it begins one is told. */
const AHEAD_MS = 60_000;
/** What began longer ago is told no more. */
const LATE_MS = 10 * 60_000;
const EVERY_MS = 10_000;
const MOST = 200;

/** What is due, and what is kept: neither told yet nor over. */
export function sort(all: readonly Reminder[], now: number): { due: Reminder[]; kept: Reminder[] } {
	const ahead = (one: Reminder): boolean => one.start - AHEAD_MS > now;
	return {
		due: all.filter((one) => !ahead(one) && one.start + LATE_MS > now),
		kept: all.filter(ahead)
	};
}

function stored(): Reminder[] {
	try {
		const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
		return Array.isArray(found)
			? (found as Reminder[]).filter(
					(one) => typeof one?.start === 'number' && typeof one.airing === 'string'
				)
			: [];
	} catch {
		return [];
	}
}

class Reminders {
	all = $state.raw(stored());
	#timer: ReturnType<typeof setInterval> | undefined;

	has(airing: string): boolean {
		return this.all.some((one) => one.airing === airing);
	}

	/** Wants to be told of one, or no more. */
	async toggle(station: Pick<Station, 'number' | 'name'>, airing: Airing): Promise<void> {
		if (this.has(airing.id)) {
			this.#keep(this.all.filter((one) => one.airing !== airing.id));
			return;
		}
		const fresh: Reminder = {
			airing: airing.id,
			channel: station.number,
			name: station.name,
			title: titleOf(airing),
			start: ms(airing.start)
		};
		this.#keep([...this.all, fresh].slice(-MOST));
		this.watch();
		toasts.good(`You will be told a minute before ${hour(fresh.start)}, while Matinee is open.`);
		// Asked at the moment when it is clear what for.
		if ('Notification' in window && Notification.permission === 'default')
			await Notification.requestPermission().catch(() => undefined);
	}

	/** Looks at the clock for as long as there is anything to tell. */
	watch(): void {
		if (this.#timer !== undefined || this.all.length === 0) return;
		this.#timer = setInterval(() => this.#look(), EVERY_MS);
		this.#look();
	}

	#look(): void {
		// Another tab may have told it, or kept something more.
		this.all = stored();
		const { due, kept } = sort(this.all, Date.now());
		if (kept.length < this.all.length) this.#keep(kept);
		for (const one of due) this.#tell(one);
		if (kept.length === 0) {
			clearInterval(this.#timer);
			this.#timer = undefined;
		}
	}

	#tell(one: Reminder): void {
		const text = `${hour(one.start)}: “${one.title}” on ${one.name}`;
		const href = hrefOf({ number: one.channel });
		toasts.show(text, 'info', { label: 'Watch', href });
		if (!('Notification' in window) || Notification.permission !== 'granted') return;
		try {
			const note = new Notification(one.title, {
				body: `${hour(one.start)} on ${one.name}`,
				tag: one.airing
			});
			note.onclick = () => {
				window.focus();
				note.close();
				void goto(href);
			};
		} catch {
			// Some browsers let only service workers do so; the message on the page is enough.
		}
	}

	#keep(all: Reminder[]): void {
		this.all = all;
		try {
			localStorage.setItem(KEY, JSON.stringify(all));
		} catch {
			// Storage may be full or forbidden: then it is remembered for this visit only.
		}
	}
}

export const reminders = new Reminders();
