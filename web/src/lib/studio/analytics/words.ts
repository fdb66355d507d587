import { bitrate, runtime } from '$lib/format';
import type { Level, Quality, Totals } from './model';
import type { Kind } from './scale';

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count as it fits on a card: to the last one up to 99,999. */
export const count = (value: number): string =>
	value < 100_000 ? Math.round(value).toLocaleString('en') : SHORT.format(value);

/** A share in hundredths; a decimal only where it is small. */
export function percent(share: number): string {
	const hundred = share * 100;
	const digits = hundred > 0 && hundred < 9.95 ? 1 : 0;
	return `${hundred.toLocaleString('en', { maximumFractionDigits: digits })} %`;
}

/** Time watched: hours alone once there are many. */
export function watched(seconds: number): string {
	if (seconds < 0.5) return '0 s';
	return seconds >= 360_000 ? `${count(seconds / 3600)} h` : runtime(seconds);
}

/** A short time: `430 ms`, `1.8 s`. */
export const span = (ms: number): string =>
	ms < 1000
		? `${Math.round(ms)} ms`
		: `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: ms < 10_000 ? 1 : 0 })} s`;

const WRITE: Record<Kind, (value: number) => string> = {
	count,
	seconds: watched,
	share: percent,
	ms: span
};

/** A value as people read it; a dash where nothing is known. */
export const write = (value: number | null | undefined, kind: Kind): string =>
	value === null || value === undefined ? '–' : WRITE[kind](value);

export interface Metric {
	name: Exclude<keyof Totals, 'completions'>;
	label: string;
	kind: Kind;
}

export const METRICS: Metric[] = [
	{ name: 'views', label: 'Views', kind: 'count' },
	{ name: 'watch_time_seconds', label: 'Watch time', kind: 'seconds' },
	{ name: 'unique_viewers', label: 'Viewers', kind: 'count' },
	{ name: 'plays', label: 'Plays', kind: 'count' },
	{ name: 'average_watch_seconds', label: 'Average watch time', kind: 'seconds' },
	{ name: 'completion_rate', label: 'Completed', kind: 'share' }
];

export type Whom = 'device' | 'referrer' | 'country' | 'quality';

const DEVICES: Record<string, string> = {
	desktop: 'Computers',
	mobile: 'Phones',
	tablet: 'Tablets',
	tv: 'Televisions',
	other: 'Other players'
};

const REFERRERS: Record<string, string> = { direct: 'Direct', internal: 'This site' };

function country(code: string): string {
	try {
		return new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code;
	} catch {
		return code;
	}
}

/** What a part of the audience is called. */
export function nameOf(whom: Whom, name: string): string {
	if (!name || name === 'unknown') return 'Not known';
	if (whom === 'device') return DEVICES[name] ?? name;
	if (whom === 'referrer') return REFERRERS[name] ?? name;
	return whom === 'country' ? country(name) : name;
}

interface LevelWords {
	label: string;
	/** What the limit asks. */
	aim: (limit: number) => string;
	/** What the value is. */
	measure: string;
	kind: Kind;
	unknown: string;
}

const LEVELS: Record<string, LevelWords> = {
	startup_ms: {
		label: 'Start-up',
		aim: (limit) => `The picture is there in less than ${span(limit)}`,
		measure: '95 of 100 plays began within',
		kind: 'ms',
		unknown: 'Known once somebody has pressed play.'
	},
	seek_ms: {
		label: 'Seeking',
		aim: (limit) => `It moves on in less than ${span(limit)}`,
		measure: '95 of 100 seeks took no more than',
		kind: 'ms',
		unknown: 'Known once somebody has gone elsewhere in a video.'
	},
	rebuffer_ratio: {
		label: 'Rebuffering',
		aim: (limit) => `Less than ${percent(limit)} of the time`,
		measure: 'Of all the time, the picture stood still for',
		kind: 'share',
		unknown: 'Known once something has been watched.'
	}
};

/** What an aim is called, and how its value is to be read. */
export const levelWords = ({ name }: Pick<Level, 'name'>): LevelWords =>
	LEVELS[name] ?? {
		label: name.replaceAll('_', ' '),
		aim: (limit) => `Less than ${limit}`,
		measure: 'It is',
		kind: 'count',
		unknown: 'Not known yet.'
	};

/** The other figures of how well it played, each with what it means. */
export const facts = (quality: Quality): { label: string; value: string; hint: string }[] => [
	{
		label: 'Stalls per hour',
		value:
			quality.stalls_per_hour === null
				? '–'
				: quality.stalls_per_hour.toLocaleString('en', { maximumFractionDigits: 1 }),
		hint: `${count(quality.stalls)} in all, ${watched(quality.stall_time_seconds)}`
	},
	{
		label: 'Bit rate',
		value: bitrate(quality.average_bitrate_bps),
		hint: `${count(quality.quality_switches)} changes of quality`
	},
	{
		label: 'Playback failures',
		value: write(quality.fatal_error_rate, 'share'),
		hint: `${count(quality.fatal_errors)} of ${count(quality.plays)} plays`
	},
	{
		label: 'Exits before start',
		value: write(quality.exit_before_start_rate, 'share'),
		hint: `${count(quality.exits_before_start)} of ${count(quality.plays)} plays`
	},
	{
		label: 'Dropped frames',
		value: count(quality.dropped_frames),
		hint: 'that a player could not show in time'
	}
];

/** How much more or less, in words and with a sign. */
export function change(share: number): string {
	const hundred = Math.round(share * 100);
	if (hundred === 0) return 'as before';
	if (hundred >= 1000) return `${count(share + 1)} times as much`;
	return `${hundred > 0 ? '+' : '−'}${Math.abs(hundred).toLocaleString('en')} %`;
}
