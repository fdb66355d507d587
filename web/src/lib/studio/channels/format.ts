import { getContext, setContext } from 'svelte';
import type { Format, Rung, Track } from '$lib/channels/types';
import { language } from '$lib/format';

/** What may be said of the form of a channel when it is made. */
export interface FormatForm {
	/** The height of its largest pictures. */
	tallest: string;
	/** How many speakers its sound is for. */
	channels: string;
	/** Languages of its sound; the first is heard unless viewers choose. */
	audio: string[];
	subtitles: string[];
}

/** The usual ladder, which the server has too. */
export const RUNGS: Rung[] = [
	{ name: '360p', bandwidth: 1_200_000, width: 640, height: 360, codec: 'avc1.64001e' },
	{ name: '480p', bandwidth: 2_000_000, width: 854, height: 480, codec: 'avc1.64001f' },
	{ name: '720p', bandwidth: 4_500_000, width: 1280, height: 720, codec: 'avc1.640020' },
	{ name: '1080p', bandwidth: 8_000_000, width: 1920, height: 1080, codec: 'avc1.64002a' }
];

export const SPEAKERS = [
	{ value: '1', label: 'Mono' },
	{ value: '2', label: 'Stereo' },
	{ value: '6', label: '5.1' }
];

export const usualFormat = (): FormatForm => ({
	tallest: '1080',
	channels: '2',
	audio: [],
	subtitles: []
});

const tracks = (tags: string[]): Track[] =>
	tags.map((tag) => ({ language: tag, name: language(tag) }));

/** The format that a form says; nothing where all is as usual. */
export function formatOf(form: FormatForm): Format | undefined {
	const rungs = RUNGS.filter(({ height }) => height <= Number(form.tallest));
	const format: Format = {
		...(rungs.length === RUNGS.length ? {} : { rungs }),
		...(form.channels === '2' ? {} : { channels: Number(form.channels) }),
		...(form.audio.length ? { audio_tracks: tracks(form.audio) } : {}),
		...(form.subtitles.length ? { subtitle_tracks: tracks(form.subtitles) } : {})
	};
	return Object.keys(format).length ? format : undefined;
}

const CODECS: Record<string, string> = {
	avc: 'H.264',
	hevc: 'HEVC',
	av1: 'AV1',
	aac: 'AAC',
	opus: 'Opus',
	ac3: 'AC-3',
	eac3: 'E-AC-3'
};

/** A format in words, a line for each thing. */
export function formatInWords(format: Format): { name: string; text: string }[] {
	const rungs = format.rungs ?? RUNGS;
	const names = (all: Track[] | undefined, none: string): string =>
		all?.length ? all.map(({ name }) => name).join(', ') : none;
	const speakers = String(format.channels ?? 2);
	const layout = SPEAKERS.find(({ value }) => value === speakers)?.label ?? `${speakers} speakers`;
	const codec = (name: string): string => CODECS[name] ?? name;
	return [
		{
			name: 'Pictures',
			text: `${codec(format.video ?? 'avc')}, ${rungs.map(({ name }) => name).join(', ')}`
		},
		{
			name: 'Sound',
			text: `${codec(format.audio ?? 'aac')}, ${layout}, ${(format.sample_rate ?? 48_000) / 1000} kHz`
		},
		{ name: 'Languages', text: names(format.audio_tracks, 'Whatever a video has first') },
		{ name: 'Subtitles', text: names(format.subtitle_tracks, 'None') },
		{ name: 'Longest segment', text: `${format.target_duration_s ?? 6} s` }
	];
}

const KEY = Symbol('the format of a channel');
/** The format of the channel that is looked at, for whatever stands deep in its page. */
export const ofChannel = {
	set: (format: () => Format | undefined): void => void setContext(KEY, format),
	get: (): (() => Format | undefined) =>
		getContext<(() => Format | undefined) | undefined>(KEY) ?? (() => undefined)
};
