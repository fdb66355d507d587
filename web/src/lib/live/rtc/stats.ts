/** What a browser tells of a connection: rows of facts by a kind. */
export type Report = Iterable<Record<string, unknown>>;

/** How sending goes at an instant. */
export interface Sending {
	/** Milliseconds, for the difference to the next look. */
	at: number;
	bytes: number;
	packets: number;
	lostPackets: number;
	/** Bits a second since the last look; null at the first one. */
	bitrate: number | null;
	frameRate: number;
	width: number;
	height: number;
	/** Milliseconds there and back; null while it is not known. */
	roundTrip: number | null;
	/** Of the packets since the last look, how many were lost, from 0 to 1. */
	loss: number;
	/** Why the picture is worse than it was asked to be. */
	limit: 'none' | 'cpu' | 'bandwidth' | 'other';
	codec: string;
	/** What the line could carry, in bits a second, as the browser estimates it. */
	available: number | null;
}

const number = (value: unknown): number =>
	typeof value === 'number' && Number.isFinite(value) ? value : 0;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The rows of a report by their kind. */
function rowsOf(report: Report): (type: string, kind?: string) => Record<string, unknown>[] {
	const all = [...report];
	return (type, kind) =>
		all.filter((row) => row.type === type && (kind === undefined || row.kind === kind));
}

/** Bits a second between two counts of bytes. */
function rate(bytes: number, before: number, ms: number): number | null {
	return ms > 0 && bytes >= before ? ((bytes - before) * 8000) / ms : null;
}

/** The pair of addresses that carries everything, and its time there and back in milliseconds. */
function pathOf(rows: ReturnType<typeof rowsOf>): {
	roundTrip: number | null;
	available: number | null;
} {
	const chosen = rows('transport')[0]?.selectedCandidatePairId;
	const pairs = rows('candidate-pair');
	const pair = pairs.find(({ id }) => id === chosen) ?? pairs.find(({ nominated }) => nominated);
	const seconds = number(pair?.currentRoundTripTime);
	return {
		roundTrip: seconds > 0 ? seconds * 1000 : null,
		available: number(pair?.availableOutgoingBitrate) || null
	};
}

/** Reads how sending goes; `before` is the last look. */
export function sendingOf(report: Report, at: number, before?: Sending): Sending {
	const rows = rowsOf(report);
	const video = rows('outbound-rtp', 'video')[0] ?? {};
	const bytes = rows('outbound-rtp').reduce((sum, row) => sum + number(row.bytesSent), 0);
	const packets = rows('outbound-rtp').reduce((sum, row) => sum + number(row.packetsSent), 0);
	const heard = rows('remote-inbound-rtp');
	const lostPackets = heard.reduce((sum, row) => sum + Math.max(0, number(row.packetsLost)), 0);
	const told = heard.map((row) => number(row.roundTripTime)).find((seconds) => seconds > 0);
	const path = pathOf(rows);
	const sent = packets - (before?.packets ?? 0);
	const lost = Math.max(0, lostPackets - (before?.lostPackets ?? 0));
	const limit = text(video.qualityLimitationReason);
	return {
		at,
		bytes,
		packets,
		lostPackets,
		bitrate: before ? rate(bytes, before.bytes, at - before.at) : null,
		frameRate: number(video.framesPerSecond),
		width: number(video.frameWidth),
		height: number(video.frameHeight),
		roundTrip: path.roundTrip ?? (told === undefined ? null : told * 1000),
		loss: before && sent > 0 ? Math.min(1, lost / sent) : 0,
		limit: limit === 'cpu' || limit === 'bandwidth' || limit === 'other' ? limit : 'none',
		codec: text(rows('codec').find(({ id }) => id === video.codecId)?.mimeType).replace(
			/^video\//,
			''
		),
		available: path.available
	};
}

/** How receiving goes at an instant. */
export interface Receiving {
	at: number;
	bytes: number;
	bitrate: number | null;
	/** Pictures that came whole since the beginning. */
	frames: number;
	lostPackets: number;
	roundTrip: number | null;
	/** How long pictures wait here before they are shown, in milliseconds; null while unknown. */
	waits: number | null;
	waited: number;
	emitted: number;
	codec: string;
}

/** Reads how receiving goes; `before` is the last look. */
export function receivingOf(report: Report, at: number, before?: Receiving): Receiving {
	const rows = rowsOf(report);
	const video = rows('inbound-rtp', 'video')[0] ?? rows('inbound-rtp')[0] ?? {};
	const bytes = rows('inbound-rtp').reduce((sum, row) => sum + number(row.bytesReceived), 0);
	const waited = number(video.jitterBufferDelay);
	const emitted = number(video.jitterBufferEmittedCount);
	const came = emitted - (before?.emitted ?? 0);
	return {
		at,
		bytes,
		bitrate: before ? rate(bytes, before.bytes, at - before.at) : null,
		frames: number(video.framesDecoded),
		lostPackets: rows('inbound-rtp').reduce(
			(sum, row) => sum + Math.max(0, number(row.packetsLost)),
			0
		),
		roundTrip: pathOf(rows).roundTrip,
		waits: came > 0 ? ((waited - (before?.waited ?? 0)) / came) * 1000 : (before?.waits ?? null),
		waited,
		emitted,
		codec: text(rows('codec').find(({ id }) => id === video.codecId)?.mimeType).replace(
			/^(video|audio)\//,
			''
		)
	};
}
