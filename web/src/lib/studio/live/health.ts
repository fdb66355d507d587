import { clock } from '$lib/format';
import type { Ingest, Stream } from '$lib/live/types';

type AdBreak = NonNullable<Ingest['ad_break']>;

export type Tone = 'good' | 'warn' | 'bad';

export interface Finding {
	tone: Tone;
	/** What is wrong, and what to do about it, in words. */
	text: string;
}

/** With keyframes further apart than this, viewers leave before they see anything. */
const KEYFRAMES_BAD_S = 8;

/** What is to be said of the picture and sound that come in. Nothing, if all is well. */
export function findings(ingest: Ingest): Finding[] {
	const found: Finding[] = [];
	const add = (tone: Tone, text: string): void => void found.push({ tone, text });
	const { keyframe_interval_s: keyframes, frame_rate: rate, bitrate_kbps: bitrate } = ingest;
	const told = ingest.warnings;
	const isTold = (about: RegExp): boolean => told.some((text) => about.test(text));
	const slow = keyframes !== null && keyframes > KEYFRAMES_BAD_S;
	for (const text of told) add(slow && /keyframe/i.test(text) ? 'bad' : 'warn', text);
	if (!ingest.video_codec && !isTold(/picture/i)) add('warn', 'There is sound, but no picture.');
	if (!ingest.audio_codec && !isTold(/sound/i)) add('warn', 'There is a picture, but no sound.');
	if (rate !== null && ingest.video_codec && rate > 0 && rate < 20)
		add('warn', `Only ${Math.round(rate)} pictures a second: movement will look jerky.`);
	const wanted = enough(ingest.width, ingest.height);
	if (wanted !== null && ingest.video_codec) {
		if (bitrate < wanted / 3)
			add('warn', `${bitrate} kb/s is little for this size: the picture may look blocky.`);
	}
	if (bitrate > 20_000)
		add('warn', 'More than 20 Mb/s: many viewers’ lines are too slow for that.');
	return found;
}

/** Where an advertisement break stands that the encoder has told of. */
export function breakWords({ begins_at, ends_at }: AdBreak, now: number): string {
	const away = (at: string): string => clock(Math.max(0, Date.parse(at) - now) / 1000);
	if (Date.parse(begins_at) > now) return `in ${away(begins_at)}`;
	return ends_at ? `${away(ends_at)} left` : 'on';
}

/** The worst of it. */
export function verdict(found: Finding[]): Tone {
	if (found.some(({ tone }) => tone === 'bad')) return 'bad';
	return found.length ? 'warn' : 'good';
}

/** A bit rate that does a picture of that size justice, in kbit/s. */
function enough(width: number | null, height: number | null): number | null {
	if (!width || !height) return null;
	const short = Math.min(width, height);
	if (short >= 2160) return 12_000;
	if (short >= 1080) return 4500;
	if (short >= 720) return 2500;
	return short >= 480 ? 1200 : 600;
}

/** Where to send a broadcast: the two fields that every program asks for. */
export interface Address {
	server: string;
	key: string;
}

/** The server's part of an RTMP address and the key, which is its last step. */
export function addressOf(
	rtmpUrl: string | null | undefined,
	key: string | null | undefined
): Address {
	const url = rtmpUrl ?? '';
	const server = key && url.endsWith(`/${key}`) ? url.slice(0, -key.length - 1) : url;
	return { server: server.replace(/\/+$/, ''), key: key ?? '' };
}

/** One more way to send a broadcast: an address with the key in it, and as it is shown. */
export interface Way {
	name: string;
	hint: string;
	url: string;
	shows: string;
}

/** All addresses to send to in one piece; `mask` stands where the key would be read. */
export function otherWays(
	stream: Pick<Stream, 'rtmp_url' | 'rtmps_url' | 'srt_url' | 'whip_url' | 'stream_key'>,
	mask?: string
): Way[] {
	const { stream_key: key } = stream;
	const way = (name: string, hint: string, url: string | null | undefined): Way[] =>
		url ? [{ name, hint, url, shows: mask && key ? url.replaceAll(key, mask) : url }] : [];
	return [
		...way('RTMP', 'everything knows it', stream.rtmp_url),
		...way('RTMPS', 'the same, encrypted', stream.rtmps_url),
		...way('SRT', 'for networks that lose packets', stream.srt_url),
		...way('WHIP', 'the least latency', key && stream.whip_url ? `${stream.whip_url}/${key}` : null)
	];
}

/** One argument of a shell command, quoted where it must be. */
const quoted = (text: string): string =>
	/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

/** A command that sends a test picture with a tone, to see that everything is right. */
export function testCommand({ server, key }: Address): string {
	return [
		'ffmpeg -re -f lavfi -i testsrc2=size=1280x720:rate=30',
		'-f lavfi -i sine=frequency=440:sample_rate=48000',
		'-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p',
		'-b:v 2500k -g 60 -c:a aac -b:a 128k',
		`-f flv ${quoted(`${server}/${key}`)}`
	].join(' \\\n  ');
}

/** A command that sends a file as if it happened now. */
export function fileCommand({ server, key }: Address): string {
	return [
		'ffmpeg -re -i film.mp4',
		'-c:v libx264 -preset veryfast -pix_fmt yuv420p -b:v 4000k -g 60',
		'-c:a aac -b:a 160k -ar 48000',
		`-f flv ${quoted(`${server}/${key}`)}`
	].join(' \\\n  ');
}
