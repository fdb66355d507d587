import { bitrate } from '$lib/format';
import type { PullSource, Target } from '$lib/live/types';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

export interface State {
	word: string;
	tone: Tone;
}

/** In how many seconds it is tried again, as people say it. */
export function again(at: string | null, now: number): string {
	const seconds = Math.ceil((Date.parse(at ?? '') - now) / 1000);
	return seconds > 0 ? `tried again in ${seconds} s` : 'tried again at once';
}

const tries = (count: number): string => (count > 1 ? ` (${count} tries)` : '');

/** How it stands with a service that is passed a broadcast. */
export function targetState(
	target: Pick<Target, 'state' | 'active' | 'attempts' | 'bitrate_bps'>,
	on: boolean
): State {
	if (!target.active) return { word: 'Off', tone: 'plain' };
	switch (target.state) {
		case 'sending':
			return {
				word: target.bitrate_bps ? `Sending ${bitrate(target.bitrate_bps)}` : 'Sending',
				tone: 'good'
			};
		case 'connecting':
			return { word: `Connecting${tries(target.attempts)}`, tone: 'warn' };
		case 'waiting':
			return { word: `Trying again${tries(target.attempts)}`, tone: 'warn' };
		case 'failed':
			return { word: 'Given up', tone: 'bad' };
		default:
			return { word: on ? 'Waiting for the picture' : 'Ready', tone: 'plain' };
	}
}

/** How far the server is with fetching a broadcast. */
export function sourceState(source: PullSource, now: number): State {
	switch (source.state) {
		case 'pulling':
			return { word: 'It comes', tone: 'good' };
		case 'connecting':
			return { word: `Connecting${tries(source.attempts)}`, tone: 'warn' };
		case 'waiting':
			return {
				word: `Lost: ${again(source.next_attempt_at, now)}${tries(source.attempts)}`,
				tone: 'warn'
			};
		case 'failed':
			return { word: 'Given up', tone: 'bad' };
		default:
			return { word: 'Not fetched', tone: 'plain' };
	}
}

const PASSES = /^(rtmps?|srt):\/\/[^/\s]+/i;
const FETCHES = /^(https?|rtmp|rtsp|srt):\/\/[^/\s]+/i;

/** What is wrong with a service's facts, by field. */
export function targetMistakes(name: string, url: string): { name?: string; url?: string } {
	return {
		...(name.trim() === '' ? { name: 'Give it a name.' } : {}),
		...(PASSES.test(url.trim()) ? {} : { url: 'An address that begins with rtmp, rtmps or srt.' })
	};
}

export const sourceMistake = (url: string): string | undefined =>
	FETCHES.test(url.trim()) ? undefined : 'An address that begins with https, rtmp, rtsp or srt.';

/** Where well-known services take broadcasts, for whoever does not know it by heart. */
export const SERVICES = [
	{ name: 'YouTube', url: 'rtmps://a.rtmps.youtube.com:443/live2' },
	{ name: 'Twitch', url: 'rtmps://ingest.global-contribute.live-video.net:443/app' },
	{ name: 'Facebook', url: 'rtmps://live-api-s.facebook.com:443/rtmp' }
] as const;
