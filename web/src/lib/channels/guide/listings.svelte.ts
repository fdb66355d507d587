import { asApiError, type ApiError } from '$lib/api/problem';
import { channels } from '../api';
import type { Airing, Schedule } from '../types';
import { cellsOf, merged, type Cell } from './cells';

const HOUR = 3_600_000;
/** What is asked for at once: so many hours, of so many channels. */
const WINDOW_MS = 6 * HOUR;
const AT_ONCE = 40;
/** Somebody who scrolls past does not want all of it. */
const PAUSE_MS = 90;

/** Windows that a stretch of time touches, numbered since 1970. */
export function windows(from: number, to: number): number[] {
	const out: number[] = [];
	for (let n = Math.floor(from / WINDOW_MS); n * WINDOW_MS < to; n += 1) out.push(n);
	return out;
}

/** The guide as far as somebody has looked at it: it is read where one looks, and kept meanwhile. */
export class Listings {
	error = $state.raw<ApiError>();
	#rows = $state.raw(new Map<number, Cell[]>());
	readonly #airings = new Map<number, Airing[]>();
	/** What is there or on its way: `channel/window`. */
	readonly #asked = new Set<string>();
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly read: (
			numbers: number[],
			from: string,
			to: string
		) => Promise<Schedule[]> = channels.guide
	) {}

	/** A channel's row, by its number; undefined while nothing of it is known. */
	row(number: number): Cell[] | undefined {
		return this.#rows.get(number);
	}

	/** Asks for what is to be seen, once somebody stays there. */
	see(numbers: number[], from: number, to: number): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.load(numbers, from, to), PAUSE_MS);
	}

	async load(numbers: number[], from: number, to: number): Promise<void> {
		const asked: Promise<void>[] = [];
		for (const window of windows(from, to)) {
			const missing = numbers.filter((number) => !this.#asked.has(`${number}/${window}`));
			for (let n = 0; n < missing.length; n += AT_ONCE)
				asked.push(this.#ask(missing.slice(n, n + AT_ONCE), window));
		}
		await Promise.all(asked);
	}

	/** Forgets what was asked, so that it is asked anew; what is shown stays until then. */
	stale(): void {
		this.#asked.clear();
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	async #ask(numbers: number[], window: number): Promise<void> {
		const keys = numbers.map((number) => `${number}/${window}`);
		for (const key of keys) this.#asked.add(key);
		const at = (n: number): string => new Date(n * WINDOW_MS).toISOString();
		try {
			const found = await this.read(numbers, at(window), at(window + 1));
			this.error = undefined;
			this.#take(numbers, found);
		} catch (thrown) {
			for (const key of keys) this.#asked.delete(key);
			this.error = asApiError(thrown);
		}
	}

	#take(numbers: number[], found: Schedule[]): void {
		const rows = new Map(this.#rows);
		for (const { channel, airings } of found) {
			const all = merged(this.#airings.get(channel.number) ?? [], airings);
			this.#airings.set(channel.number, all);
			rows.set(channel.number, cellsOf(all));
		}
		// A channel that has nothing to tell is known to have nothing.
		for (const number of numbers) if (!rows.has(number)) rows.set(number, []);
		this.#rows = rows;
	}
}
