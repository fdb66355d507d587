import { freshKey } from './fields';
import { DAYS, type EventForm } from './form';
import { blankSource } from './rule';

/** A day's minutes are set in steps of so many. */
export const STEP_MIN = 5;
const DAY_MIN = 1440;

/** `20:15` as minutes after midnight. */
export function minutesOf(text: string): number {
	const [hours = 0, minutes = 0] = text.split(':').map(Number);
	const all = hours * 60 + minutes;
	return Number.isFinite(all) ? all : 0;
}

/** Minutes after midnight as `20:15`, in steps, within a day. */
export function clockOf(minutes: number): string {
	const snapped = Math.round(minutes / STEP_MIN) * STEP_MIN;
	const within = Math.min(DAY_MIN - STEP_MIN, Math.max(0, snapped));
	const two = (n: number): string => String(n).padStart(2, '0');
	return `${two(Math.floor(within / 60))}:${two(within % 60)}`;
}

/** Whether an event is one video on one date: what a timeline lets one move. */
export const isPin = (event: EventForm, date: string): boolean =>
	event.kind === 'source' &&
	event.source.items.length === 1 &&
	event.source.rules === null &&
	event.dates.length === 1 &&
	event.dates[0]?.from === date &&
	event.dates[0].to === date;

/** A video at a time of a date. */
export function pinOf(
	video: string,
	title: string,
	date: string,
	at: string,
	taken: readonly string[]
): EventForm {
	const base = `${title} ${date}`.slice(0, 90);
	let name = base;
	for (let n = 2; taken.includes(name); n += 1) name = `${base} (${n})`;
	return {
		key: freshKey(),
		name,
		days: DAYS.map(({ value }) => value),
		dates: [{ from: date, to: date }],
		at,
		start: '',
		kind: 'source',
		source: { ...blankSource(), rules: null, items: [video] },
		item: '',
		minutes: '60'
	};
}

/** The first time from `from` on that no pin covers; each is a time and a length in minutes. */
export function freeFrom(from: number, pins: readonly { at: number; length: number }[]): number {
	let at = from;
	for (const pin of [...pins].sort((a, b) => a.at - b.at))
		if (at >= pin.at && at < pin.at + pin.length)
			at = Math.ceil((pin.at + pin.length) / STEP_MIN) * STEP_MIN;
	return Math.min(at, DAY_MIN - STEP_MIN);
}
