import { asApiError, type ApiError } from '$lib/api/problem';
import { ours } from '$lib/player/source';
import type { Source } from '$lib/player/tracks';
import { channels } from './api';
import { neighbour } from './dial';
import { merged } from './guide/cells';
import type { Airing, Channel, NowAiring, Play } from './types';
import { ms, withQuery } from './words';

/** What is watched of a channel: what is on, from an instant on, or a stretch that was. */
export interface Wish {
	/** RFC 3339 */
	from?: string | undefined;
	until?: string | undefined;
}

/** An answer this old still says where a channel is to be had … */
const HAD_MS = 10 * 60_000;
/** … but no longer what is on. */
const FRESH_MS = 20_000;
/** Whoever zaps on at once needs no neighbours. */
const REST_MS = 400;
/** How much of the guide is read around what is on, and how often at the most. */
const AROUND_MS = 4 * 3_600_000;
const ASK_AGAIN_MS = 30_000;

interface Had {
	play: Play;
	at: number;
}

/** Where a channel is to be had. */
export function sourceOf(play: Play, { from, until }: Wish): Source {
	const hls = ours(play.hls_url);
	if (from && until) return { hls: withQuery(hls, { from, until }), file: null, live: false };
	if (from) return { hls: withQuery(hls, { from }), file: null, live: true, whole: true };
	return { hls, file: null, live: true };
}

/** Which channel is watched, what there is beside it, and what is on: a television's tuner. */
export class Tuner {
	/** All channels, by number. */
	lineup = $state.raw<Channel[]>([]);
	/** The channel that is tuned in. */
	play = $state.raw<Play>();
	error = $state.raw<ApiError>();
	/** What is known of its guide. */
	airings = $state.raw<Airing[]>([]);
	/** How far the server's clock is ahead, in milliseconds. */
	skew = $state(0);
	readonly #had = new Map<string, Had>();
	#turn = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;

	/** Tunes in to a channel, by its number, slug or identifier. */
	tune = async (id: string): Promise<void> => {
		const turn = ++this.#turn;
		clearTimeout(this.#timer);
		this.error = undefined;
		const had = this.#recall(id);
		if (had) this.#take(had.play);
		const stale = !had || Date.now() - had.at > FRESH_MS;
		if (stale) {
			try {
				const play = await this.#fetch(id);
				if (turn === this.#turn) this.#take(play);
			} catch (thrown) {
				if (turn !== this.#turn) return;
				// What can be had already goes on, whatever else is not known of it.
				if (!had) this.error = asApiError(thrown);
			}
		}
		if (turn === this.#turn) this.#timer = setTimeout(() => this.#ahead(), REST_MS);
	};

	/** Asks again what is on. */
	again = async (): Promise<Play | undefined> => {
		const turn = this.#turn;
		const id = this.play?.channel.id;
		if (!id) return undefined;
		const play = await this.#fetch(id).catch(() => undefined);
		if (play && turn === this.#turn) this.#take(play);
		return play;
	};

	readList = async (): Promise<void> => {
		this.lineup = await channels.all().catch(() => this.lineup);
	};

	/** The channel above or below. */
	beside(by: 1 | -1): Channel | undefined {
		return this.play && neighbour(this.lineup, this.play.channel.number, by);
	}

	/** What was or is to be seen at an instant, and the programme after it. */
	at(instant: number): { on: Airing | undefined; next: Airing | undefined } {
		const here = this.airings.findIndex((one) => ms(one.start) <= instant && instant < ms(one.end));
		const next = this.airings.find((one) => ms(one.start) > instant && one.kind !== 'filler');
		return { on: this.airings[here], next };
	}

	/** Reads the guide around an instant, unless that was asked just now. */
	async learn(instant: number): Promise<void> {
		const { play } = this;
		const turn = this.#turn;
		if (!play || Date.now() - this.#asked < ASK_AGAIN_MS) return;
		this.#asked = Date.now();
		const iso = (at: number): string => new Date(at).toISOString();
		const found = await channels
			.schedule(play.channel.id, iso(instant - 60_000), iso(instant + AROUND_MS))
			.catch(() => undefined);
		if (found && turn === this.#turn) this.airings = merged(this.airings, found.airings);
	}

	stop(): void {
		this.#turn += 1;
		clearTimeout(this.#timer);
	}

	#recall(id: string): Had | undefined {
		const had = this.#had.get(id);
		return had && Date.now() - had.at < HAD_MS ? had : undefined;
	}

	async #fetch(id: string): Promise<Play> {
		const play = await channels.play(id);
		const at = Date.now();
		this.skew = ms(play.server_time) - at;
		const { id: own, number } = play.channel;
		for (const name of [id, own, String(number)]) this.#had.set(name, { play, at });
		return play;
	}

	#take(play: Play): void {
		const same = this.play?.channel.id === play.channel.id;
		const told = [play.now, play.next].filter((one): one is NowAiring => one !== null);
		this.airings = same ? merged(this.airings, told) : told;
		if (!same) this.#asked = 0;
		this.play = play;
	}

	/** Asks for the neighbours, so that zapping to them needs no answer first. */
	#ahead(): void {
		for (const by of [1, -1] as const) {
			const next = this.beside(by);
			if (!next || next.id === this.play?.channel.id) continue;
			const had = this.#recall(String(next.number));
			if (!had || Date.now() - had.at > FRESH_MS)
				void this.#fetch(String(next.number)).catch(() => undefined);
		}
	}
}
