/** An advertisement in a break, as the server tells it. */
export interface Ad {
	title: string;
	advertiser: string;
	/** Seconds from the beginning of its break. */
	offset: number;
	/** Seconds. */
	duration: number;
	click_url: string | null;
	/** Its own address. */
	hls_url: string;
	token: string;
	/** Addresses of others that are fetched when something happens. */
	tracking: Record<string, string[]>;
}

export interface Break {
	id: number;
	start: string;
	end: string;
	ads: Ad[];
}

export interface Breaks {
	any: boolean;
	seekable: boolean;
	breaks: Break[];
}

export interface OnAir {
	/** Names the advertisement within this viewing. */
	key: string;
	ad: Ad;
	/** Which of how many, from 1. */
	nth: number;
	of: number;
	/** Seconds that are over, and left. */
	past: number;
	left: number;
}

/** The advertisement that is on at an instant (milliseconds). */
export function adAt(breaks: Break[], at: number): OnAir | undefined {
	for (const one of breaks) {
		const into = (at - Date.parse(one.start)) / 1000;
		const n = one.ads.findIndex(
			({ offset, duration }) => into >= offset && into < offset + duration
		);
		const ad = one.ads[n];
		if (!ad) continue;
		const past = into - ad.offset;
		return {
			key: `${one.id}/${n}`,
			ad,
			nth: n + 1,
			of: one.ads.length,
			past,
			left: ad.duration - past
		};
	}
	return undefined;
}

/** When the advertisements of a break begin and end, in milliseconds; what is left of it is slate. */
export function spanOf(one: Break): { start: number; end: number } {
	const start = Date.parse(one.start);
	const end = one.ads.reduce((end, ad) => Math.max(end, ad.offset + ad.duration), 0);
	return { start, end: start + end * 1000 };
}

/**
 * Where somebody comes to who jumps from an instant to another: not past a break that they have not
 * seen, but to its beginning; of several to that of the last. `seen` names those that they have.
 */
export function landing(breaks: Break[], seen: Set<number>, from: number, to: number): number {
	let at = to;
	for (const one of breaks) {
		const { start, end } = spanOf(one);
		if (seen.has(one.id) || end <= start || end <= from || start >= to) continue;
		// In the middle of one there is no way but through it.
		if (start <= from) return from;
		at = start;
	}
	return at;
}

/** What has happened to an advertisement of which so much (seconds) is over. */
export function eventsAt(past: number, duration: number): string[] {
	const share = duration > 0 ? past / duration : 0;
	const events = ['impression', 'start'];
	if (share >= 0.25) events.push('first_quartile');
	if (share >= 0.5) events.push('midpoint');
	if (share >= 0.75) events.push('third_quartile');
	// Its last second may be over before anybody looks again.
	if (duration - past <= 0.75) events.push('complete');
	return events;
}

/** `0:15` */
export function countdown(seconds: number): string {
	const whole = Math.max(0, Math.ceil(seconds));
	return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
