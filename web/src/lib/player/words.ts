/** What went wrong with playing, and whether trying again may help. */
export interface Trouble {
	title: string;
	text: string;
	retry: boolean;
	/** Whether it may mend itself once the network is back. */
	online?: boolean;
}

export type TroubleKind =
	'network' | 'missing' | 'forbidden' | 'decode' | 'refused' | 'unsupported' | 'nothing' | 'code';

const TROUBLES: Record<TroubleKind, Trouble> = {
	network: {
		title: 'The connection was lost',
		text: 'The video stopped coming. Check the network; your place is kept.',
		retry: true,
		online: true
	},
	missing: {
		title: 'This video is no longer here',
		text: 'It may have been deleted, or it is being made anew. Try again in a moment.',
		retry: true
	},
	forbidden: {
		title: 'This video may not be played here',
		text: 'Your permission to watch has run out. Sign in again, or ask whoever shared it.',
		retry: true
	},
	decode: {
		title: 'This browser cannot decode the video',
		text: 'Something in the picture or the sound is beyond it. Another quality or browser may do.',
		retry: true
	},
	refused: {
		title: 'The video did not load',
		text: 'The server that keeps it did not answer with anything this browser can play.',
		retry: true
	},
	unsupported: {
		title: 'This browser cannot play streams',
		text: 'It knows neither HLS nor Media Source Extensions. A current browser will do.',
		retry: false
	},
	nothing: {
		title: 'There is nothing to play yet',
		text: 'The video is known, but no part of it is ready.',
		retry: true
	},
	code: {
		title: 'The player did not load',
		text: 'A part of this site could not be fetched. Check the network and try again.',
		retry: true
	}
};

export const troubleOf = (kind: TroubleKind): Trouble => TROUBLES[kind];

/**
 * What people call a quality. A tall picture is named by its width and a very wide one by the
 * 16:9 size it fits in, as the ladder itself is.
 */
export function levelName(width: number, height: number, name = ''): string {
	if (/^\d{3,4}p\d*$/.test(name)) return name;
	if (!height) return name || 'Only one';
	const short = Math.min(width || height, height);
	return short >= 2160 ? '4K' : `${short}p`;
}

const CODECS: [RegExp, string][] = [
	[/^avc[13]/, 'H.264'],
	[/^(hvc1|hev1)/, 'HEVC'],
	[/^av01/, 'AV1'],
	[/^vp0?9/, 'VP9'],
	[/^vp0?8/, 'VP8'],
	[/^mp4a\.40/, 'AAC'],
	[/^opus/i, 'Opus'],
	[/^ac-3/, 'AC-3'],
	[/^ec-3/, 'E-AC-3'],
	[/^fLaC/i, 'FLAC']
];

/** A codec string (RFC 6381) as people say it. */
export function codecName(codec: string | null | undefined): string {
	if (!codec) return '';
	return CODECS.find(([pattern]) => pattern.test(codec))?.[1] ?? codec;
}

/** `?t=` as written by people and other sites: `90`, `90s`, `1m30s`, `1h2m3s`, `1:02:03`. */
export function parseTime(text: string | null): number | null {
	if (!text) return null;
	const value = text.trim();
	if (/^\d+(\.\d+)?s?$/.test(value)) return Number.parseFloat(value);
	if (/^\d+(:[0-5]?\d){1,2}$/.test(value)) {
		return value.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
	}
	const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(value);
	if (!match || value === '') return null;
	return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}
