export interface Range {
	/** Its name in an address. */
	key: string;
	/** How many days, today among them. */
	days: number;
	label: string;
	/** As in “more than in the … before”. */
	words: string;
}

export const RANGES: Range[] = [
	{ key: '7d', days: 7, label: '7 days', words: '7 days' },
	{ key: '28d', days: 28, label: '28 days', words: '28 days' },
	{ key: '90d', days: 90, label: '90 days', words: '90 days' },
	{ key: '12m', days: 365, label: '12 months', words: '12 months' }
];

const USUAL = RANGES[1] as Range;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Beyond so many days the server tells of days only. */
const HOURS_UP_TO = 31;

/** The stretch that an address asks for. */
export const rangeOf = (key: string | null): Range =>
	RANGES.find((one) => one.key === key) ?? USUAL;

/** What a report is asked for: whole days (UTC), the last of them today. */
export interface Stretch {
	from: string;
	interval: 'hour' | 'day';
}

export function stretchOf(range: Range, now = Date.now()): Stretch {
	const today = Math.floor(now / DAY_MS) * DAY_MS;
	return { from: new Date(today - (range.days - 1) * DAY_MS).toISOString(), interval: 'day' };
}

/**
 * As long a stretch just before. Today is not over: the stretch before ends at the same hour where
 * the server tells hours, so that like is measured against like.
 */
export function stretchBefore(range: Range, now = Date.now()): Stretch & { to: string } {
	const { from } = stretchOf(range, now);
	const back = range.days * DAY_MS;
	const hours = range.days <= HOURS_UP_TO;
	const to = hours ? Math.ceil(now / HOUR_MS) * HOUR_MS - back : Date.parse(from);
	return {
		from: new Date(Date.parse(from) - back).toISOString(),
		to: new Date(to).toISOString(),
		interval: hours ? 'hour' : 'day'
	};
}

/** A report, and of which stretch it is: what is asked for may be another by now. */
export interface Of<T> {
	range: Range;
	report: T;
}

export const of = <T>(range: Range, report: T): Of<T> => ({ range, report });

/** What a report is to be measured against: that of as long a stretch, no other. */
export const compared = <T>(
	shown: Of<{ totals: T }> | undefined,
	before: Of<{ totals: T }> | undefined
): T | undefined => (shown?.range.key === before?.range.key ? before?.report.totals : undefined);

/** By how much something has grown, as a share of what it was; nothing where there was nothing. */
export function growth(now: number | null, before: number | null | undefined): number | null {
	if (now === null || before === null || before === undefined || before <= 0) return null;
	return now / before - 1;
}

/** The beginnings of all hours or days of a stretch, to put what is known of some in its place. */
export function pointsOf(from: string, to: string, interval: Stretch['interval']): string[] {
	const step = interval === 'hour' ? HOUR_MS : DAY_MS;
	const [first, end] = [Math.floor(Date.parse(from) / step) * step, Date.parse(to)];
	const count = Math.max(0, Math.ceil((end - first) / step)) || 0;
	return Array.from({ length: count }, (_, at) => new Date(first + at * step).toISOString());
}

const UTC = { timeZone: 'UTC' } as const;
const DAY = new Intl.DateTimeFormat('en-GB', { ...UTC, day: 'numeric', month: 'short' });
const LONG_DAY = new Intl.DateTimeFormat('en-GB', {
	...UTC,
	weekday: 'long',
	day: 'numeric',
	month: 'long',
	year: 'numeric'
});
const HOUR = new Intl.DateTimeFormat('en-GB', {
	...UTC,
	day: 'numeric',
	month: 'short',
	hour: '2-digit',
	minute: '2-digit'
});

/** A point of time under an axis, as short as can be. */
export const shortTime = (iso: string): string => DAY.format(Date.parse(iso));

/** The same in full: points are days and hours of UTC. */
export const longTime = (iso: string, interval: string): string =>
	interval === 'hour'
		? `${HOUR.format(Date.parse(iso))} UTC`
		: LONG_DAY.format(Date.parse(iso)).replace(',', '');
