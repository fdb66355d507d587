import type { Over, PublisherState } from '$lib/live/rtc/publisher.svelte';
import type { Sending } from '$lib/live/rtc/stats';
import type { ApiError } from '$lib/api/problem';
import { bitrate } from '$lib/format';
import type { Finding } from '../health';

/** More than so much lost, and pictures break. */
const LOSS_WARN = 0.03;
const LOSS_BAD = 0.1;
const SLOW_MS = 400;

/** What is asked of the sending, and what else is known here. */
export interface Wish {
	bitrate: number;
	muted: boolean;
	heard: boolean;
	dark: boolean;
	asleep: boolean;
}

/** What is to be said of what leaves this browser. Nothing, if all is well. */
export function sendingFindings(now: Sending | undefined, wish: Wish): Finding[] {
	const found: Finding[] = [];
	const add = (tone: Finding['tone'], text: string): void => void found.push({ tone, text });
	if (wish.asleep)
		add('bad', 'The system holds the camera back. Come back to this page, and leave it in sight.');
	else if (wish.dark) add('warn', 'The picture is black: you have turned the camera off.');
	if (wish.muted) add('warn', 'You are muted: nobody hears you.');
	else if (!wish.heard) add('warn', 'No microphone is used: nobody hears you.');
	if (!now) return found;
	if (now.loss > LOSS_BAD)
		add(
			'bad',
			'Much is lost on the way: the picture breaks. Come closer to the router, or use a cable.'
		);
	else if (now.loss > LOSS_WARN) add('warn', 'Some of it is lost on the way, and sent again.');
	if (now.limit === 'cpu')
		add('warn', 'This device is at its limit. Close other programs, or choose a smaller picture.');
	if (now.limit === 'bandwidth') {
		const room = now.available !== null && now.available < wish.bitrate ? now.available : null;
		add(
			'warn',
			`The line carries ${room === null ? 'less than is wanted' : `only ${bitrate(room)}`}: the picture is coarser than it could be.`
		);
	}
	if (now.roundTrip !== null && now.roundTrip > SLOW_MS)
		add('warn', 'The line is slow to answer: what is lost cannot be sent again in time.');
	if (now.codec && !/^h264$/i.test(now.codec))
		add('warn', `This browser sends ${now.codec}, which many viewers’ devices cannot play.`);
	return found;
}

/** What is said of the connection. `seconds` is until the next try. */
export function stateWords(state: PublisherState, seconds: number): string {
	if (state === 'connecting') return 'Connecting…';
	if (state === 'waiting')
		return seconds > 0
			? `The line is lost. Trying again in ${Math.ceil(seconds)} s…`
			: 'The line is lost. Trying again…';
	return state === 'on' ? 'You are on the air' : '';
}

export const OVER: Record<Over, string> = {
	ended: 'The broadcast was ended.',
	taken: 'Another program or page broadcasts here now, and took over from this one.'
};

/** Why it did not begin. */
export function startTrouble(error: ApiError): string {
	if (error.status === 404 || error.status === 405)
		return 'This server takes no pictures from browsers.';
	if (error.status === 401 || error.status === 403)
		return 'You may not broadcast here. Sign in as whoever looks after this broadcast.';
	if (error.unreachable) return 'The server cannot be reached. Check the network, then try again.';
	return error.sentence;
}
