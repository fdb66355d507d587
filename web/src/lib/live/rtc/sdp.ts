/** A way to reach this browser, as it is told to the other side. */
export interface Candidate {
	/** The line without its `a=`; empty when there are no more. */
	line: string;
	mid: string;
}

const attribute = (sdp: string, name: string): string | undefined =>
	new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)?.[1]?.trim();

/** The parts of a description that begin with `m=`. */
const parts = (sdp: string): string[] => sdp.split(/^(?=m=)/m).slice(1);

/**
 * What is told of candidates after the offer went (RFC 8840): whose they are, and under which part.
 * All parts are bundled, so the first one's heading does for all.
 */
export function fragmentOf(local: string, candidates: Candidate[]): string {
	const lines: string[] = [];
	const say = (name: string): void => {
		const value = attribute(local, name);
		if (value !== undefined) lines.push(`a=${name}:${value}`);
	};
	say('ice-ufrag');
	say('ice-pwd');
	const mids = [...new Set(candidates.map(({ mid }) => mid))];
	for (const mid of mids) {
		const part = parts(local).find((one) => attribute(one, 'mid') === mid) ?? parts(local)[0];
		const kind = /^m=(\w+)/.exec(part ?? '')?.[1] ?? 'video';
		lines.push(`m=${kind} 9 UDP/TLS/RTP/SAVPF 0`, `a=mid:${mid}`);
		for (const one of candidates)
			if (one.mid === mid) lines.push(one.line ? `a=${one.line}` : 'a=end-of-candidates');
	}
	return `${lines.join('\r\n')}\r\n`;
}

/** Whether an answer takes a kind of media at all. */
export function takes(answer: string, kind: 'audio' | 'video'): boolean {
	return parts(answer).some(
		(part) =>
			part.startsWith(`m=${kind} `) &&
			!part.startsWith(`m=${kind} 0 `) &&
			!/^a=inactive\s*$/m.test(part)
	);
}

/**
 * An offer whose Opus is stereo both ways: browsers take it for speech otherwise, and send one channel.
 */
export function stereo(sdp: string): string {
	const payload = /^a=rtpmap:(\d+) opus\/48000\/2\s*$/im.exec(sdp)?.[1];
	if (!payload) return sdp;
	return sdp.replace(new RegExp(`^a=fmtp:${payload} (.*?)\\s*$`, 'm'), (line, facts: string) =>
		/(^|;)\s*stereo=/.test(facts)
			? line
			: `a=fmtp:${payload} ${facts};stereo=1;sprop-stereo=1;maxaveragebitrate=128000\r`
	);
}

interface Codec {
	mimeType: string;
	sdpFmtpLine?: string;
}

const isH264 = ({ mimeType }: Codec): boolean => mimeType.toLowerCase() === 'video/h264';

/** Whether H.264 is among what a browser can do: it is what plays everywhere without being encoded anew. */
export const knowsH264 = (codecs: Codec[]): boolean => codecs.some(isH264);

/** Codecs with H.264 before all others; of its forms the plainest in whole packets first. */
export function preferred<T extends Codec>(codecs: T[]): T[] {
	const rank = ({ sdpFmtpLine = '' }: T): number =>
		(/packetization-mode=1/.test(sdpFmtpLine) ? 0 : 10) +
		(/profile-level-id=42e0/i.test(sdpFmtpLine) ? 0 : 1);
	return [
		...codecs.filter(isH264).sort((a, b) => rank(a) - rank(b)),
		...codecs.filter((codec) => !isH264(codec))
	];
}
