import type { Block, DateSpan, Definition, DefinitionPatch, FixedEvent } from '$lib/channels/types';
import { breaksFormOf, breaksOf, type BreaksForm } from './breaks';
import { freshKey, said } from './fields';
import { listFormsOf, listsOf, type ListForm } from './lists';
import {
	blankSource,
	number,
	ruleFormOf,
	ruleOf,
	sourceFormOf,
	sourceInWords,
	sourceOf,
	type RuleForm,
	type SourceForm
} from './rule';

export const DAYS = [
	{ value: 'monday', label: 'Mon' },
	{ value: 'tuesday', label: 'Tue' },
	{ value: 'wednesday', label: 'Wed' },
	{ value: 'thursday', label: 'Thu' },
	{ value: 'friday', label: 'Fri' },
	{ value: 'saturday', label: 'Sat' },
	{ value: 'sunday', label: 'Sun' }
];
const WEEKDAYS = DAYS.slice(0, 5).map(({ value }) => value);
const WEEKEND = DAYS.slice(5).map(({ value }) => value);
const GROUPS: Record<string, string[]> = {
	weekdays: WEEKDAYS,
	weeknights: WEEKDAYS,
	weekend: WEEKEND,
	weekends: WEEKEND,
	daily: DAYS.map(({ value }) => value)
};

/** Several sources that take turns. */
export interface EntryForm {
	key: number;
	source: SourceForm;
	count: string;
}

export interface BlockForm {
	key: number;
	name: string;
	days: string[];
	dates: DateSpan[];
	from: string;
	to: string;
	start: 'on_time' | 'when_free' | '';
	source: SourceForm;
	entries: EntryForm[];
	no_repeat_hours: string;
	pad_to_minutes: string;
	/** Of its own, in place of the channel's. */
	filler: SourceForm | null;
	ads: BreaksForm | null;
}

export interface EventForm {
	key: number;
	name: string;
	days: string[];
	dates: DateSpan[];
	at: string;
	start: 'on_time' | 'when_free' | '';
	kind: 'source' | 'live';
	source: SourceForm;
	item: string;
	minutes: string;
}

/** A definition as it stands in the editor. */
export interface ChannelForm {
	number: string;
	name: string;
	slug: string;
	logo: string;
	time_zone: string;
	language: string;
	dvr_minutes: string;
	rules: RuleForm | null;
	programme: BlockForm[];
	events: EventForm[];
	lists: ListForm[];
	filler: SourceForm | null;
	idents: { source: SourceForm; every: string } | null;
	bumpers: SourceForm | null;
	/** Another number is another shuffle. */
	seed: string;
	slate: string;
	watershed: { from: string; to: string; min_age: string } | null;
	ads: BreaksForm | null;
	/** What the editor does not show stays as it was. */
	rest: Partial<Definition>;
}

/** Days as they may be written, as a list of single ones; all of them when none are given. */
export function daysOf(days: string[] | undefined): string[] {
	if (!days?.length) return DAYS.map(({ value }) => value);
	const meant = new Set(
		days.flatMap((word) => {
			const day = word.toLowerCase();
			return (
				GROUPS[day] ??
				DAYS.filter(({ value }) => value.slice(0, 3) === day.slice(0, 3)).map((d) => d.value)
			);
		})
	);
	return DAYS.map(({ value }) => value).filter((value) => meant.has(value));
}

/** In words: `Every day`, `Mon–Fri`, `Sat, Sun`. */
export function daysInWords(days: string[]): string {
	if (days.length === DAYS.length) return 'Every day';
	const same = (other: string[]): boolean =>
		days.length === other.length && other.every((day) => days.includes(day));
	if (same(WEEKDAYS)) return 'Mon–Fri';
	if (same(WEEKEND)) return 'Sat and Sun';
	return (
		DAYS.filter(({ value }) => days.includes(value))
			.map(({ label }) => label)
			.join(', ') || 'No day'
	);
}

export const timesInWords = (from: string, to: string): string =>
	from || to ? `${from || '00:00'} – ${to || '24:00'}` : 'All day';

export const blankBlock = (name: string): BlockForm => ({
	key: freshKey(),
	name,
	days: daysOf(undefined),
	dates: [],
	from: '20:00',
	to: '23:00',
	start: '',
	source: blankSource(),
	entries: [],
	no_repeat_hours: '',
	pad_to_minutes: '',
	filler: null,
	ads: null
});

export const blankEvent = (name: string): EventForm => ({
	key: freshKey(),
	name,
	days: daysOf(undefined),
	dates: [],
	at: '20:15',
	start: '',
	kind: 'source',
	source: { ...blankSource(), rules: null },
	item: '',
	minutes: '60'
});

function blockFormOf(block: Block): BlockForm {
	const { name, days, dates, from, to, start, entries, no_repeat_hours, pad_to_minutes } = block;
	const { filler, ads } = block;
	return {
		key: freshKey(),
		name,
		days: daysOf(days),
		dates: dates ?? [],
		from: from ?? '',
		to: to ?? '',
		start: start ?? '',
		source: sourceFormOf(block),
		entries: (entries ?? []).map(({ source, count }) => ({
			key: freshKey(),
			source: sourceFormOf(source),
			count: count?.toString() ?? ''
		})),
		no_repeat_hours: no_repeat_hours?.toString() ?? '',
		pad_to_minutes: pad_to_minutes?.toString() ?? '',
		filler: filler ? sourceFormOf(filler) : null,
		ads: ads ? breaksFormOf(ads) : null
	};
}

/** All days are none in particular. */
const someDays = (days: string[]): string[] => (days.length === DAYS.length ? [] : [...days]);

function blockOf(form: BlockForm): Block {
	const turns = form.entries.map(({ source, count }) => ({
		source: sourceOf(source),
		...said({ count: number(count) })
	}));
	return {
		name: form.name.trim(),
		// No day at all is said, so that it is refused in words.
		...(form.days.length === 0 ? { days: [] } : said({ days: someDays(form.days) })),
		...said({
			dates: form.dates.map(({ from, to }) => ({ from, to })),
			from: form.from,
			to: form.to,
			start: form.start || undefined,
			entries: turns,
			no_repeat_hours: number(form.no_repeat_hours),
			pad_to_minutes: number(form.pad_to_minutes),
			filler: form.filler ? sourceOf(form.filler) : undefined,
			ads: form.ads ? breaksOf(form.ads) : undefined
		}),
		...(turns.length ? {} : sourceOf(form.source))
	} as Block;
}

const eventFormOf = (event: FixedEvent): EventForm => ({
	key: freshKey(),
	name: event.name,
	days: daysOf(event.days),
	dates: event.dates ?? [],
	at: event.at,
	start: event.start ?? '',
	kind: event.live ? 'live' : 'source',
	source: event.source ? sourceFormOf(event.source) : { ...blankSource(), rules: null },
	item: event.live?.item ?? '',
	minutes: event.live?.minutes.toString() ?? '60'
});

const eventOf = (form: EventForm): FixedEvent =>
	({
		name: form.name.trim(),
		at: form.at,
		...(form.days.length === 0 ? { days: [] } : said({ days: someDays(form.days) })),
		...said({
			dates: form.dates.map(({ from, to }) => ({ from, to })),
			start: form.start || undefined
		}),
		...(form.kind === 'live'
			? { live: { item: form.item.trim(), minutes: number(form.minutes) ?? 0 } }
			: { source: sourceOf(form.source) })
	}) as FixedEvent;

export function formOf(definition: Definition): ChannelForm {
	const { format } = definition;
	const { idents, watershed, ads } = definition;
	return {
		number: String(definition.number),
		name: definition.name,
		slug: definition.slug ?? '',
		logo: definition.logo ?? '',
		time_zone: definition.time_zone ?? 'UTC',
		language: definition.language ?? '',
		dvr_minutes: definition.dvr_minutes?.toString() ?? '',
		rules: definition.rules ? ruleFormOf(definition.rules) : null,
		programme: (definition.programme ?? []).map(blockFormOf),
		events: (definition.events ?? []).map(eventFormOf),
		lists: listFormsOf(definition.lists),
		filler: definition.filler ? sourceFormOf(definition.filler) : null,
		idents: idents
			? { source: sourceFormOf(idents.source), every: idents.every?.toString() ?? '' }
			: null,
		bumpers: definition.bumpers ? sourceFormOf(definition.bumpers) : null,
		seed: definition.seed?.toString() ?? '',
		slate: definition.slate ?? '',
		watershed: watershed ? { ...watershed, min_age: String(watershed.min_age) } : null,
		ads: ads ? breaksFormOf(ads) : null,
		rest: format === undefined ? {} : { format }
	};
}

export function definitionOf(form: ChannelForm): Definition {
	const zone = form.time_zone.trim();
	return {
		...form.rest,
		number: number(form.number) ?? 0,
		name: form.name.trim(),
		...said({
			slug: form.slug.trim(),
			logo: form.logo.trim(),
			time_zone: zone === 'UTC' ? '' : zone,
			language: form.language.trim(),
			rules: form.rules ? ruleOf(form.rules) : undefined,
			programme: form.programme.map(blockOf),
			events: form.events.map(eventOf),
			lists: form.lists.length ? listsOf(form.lists) : undefined,
			filler: form.filler ? sourceOf(form.filler) : undefined,
			idents: form.idents
				? { source: sourceOf(form.idents.source), ...said({ every: number(form.idents.every) }) }
				: undefined,
			bumpers: form.bumpers ? sourceOf(form.bumpers) : undefined,
			seed: number(form.seed),
			slate: form.slate.trim(),
			watershed: form.watershed
				? { ...form.watershed, min_age: number(form.watershed.min_age) ?? 0 }
				: undefined,
			ads: form.ads ? breaksOf(form.ads) : undefined
		}),
		...((number(form.dvr_minutes) ?? 0) === 0 ? {} : { dvr_minutes: number(form.dvr_minutes) })
	} as Definition;
}

/** The same whatever order the fields stand in. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${entries.map(([name, of]) => `${JSON.stringify(name)}:${canonical(of)}`).join(',')}}`;
}

/** What differs, as it is sent: what is gone is null. */
export function changesOf(saved: ChannelForm, form: ChannelForm): DefinitionPatch {
	const before = definitionOf(saved) as unknown as Record<string, unknown>;
	const after = definitionOf(form) as unknown as Record<string, unknown>;
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	const out: Record<string, unknown> = {};
	for (const name of names)
		if (canonical(before[name]) !== canonical(after[name])) out[name] = after[name] ?? null;
	return out as DefinitionPatch;
}

/** What can be seen to be wrong before it is sent, by the path that the server would name. */
export function mistakesOf(form: ChannelForm): Record<string, string> {
	const found: Record<string, string> = {};
	const whole = (field: string, text: string, least: number, most: number): void => {
		const plain = text.trim();
		if (plain !== '' && (!/^\d+$/.test(plain) || Number(plain) < least || Number(plain) > most))
			found[field] = `A whole number from ${least} to ${most}, please.`;
	};
	const breaks = (field: string, ads: BreaksForm): void => {
		whole(`${field}.every_minutes`, ads.every_minutes, 2, 240);
		whole(`${field}.after_programmes`, ads.after_programmes, 1, 100);
		whole(`${field}.seconds`, ads.seconds, 5, 900);
	};
	if (form.name.trim() === '') found.name = 'Give it a name.';
	if (form.number.trim() === '') found.number = 'Which number is it on?';
	whole('number', form.number, 1, 9999);
	whole('dvr_minutes', form.dvr_minutes, 0, 7 * 24 * 60);
	if (form.rules === null && form.programme.length === 0)
		found.rules = 'Say what it shows: by rules, or in blocks.';
	const names = new Set(['rules']);
	form.programme.forEach((block, n) => {
		const at = `programme[${n}]`;
		const name = block.name.trim();
		if (name === '') found[`${at}.name`] = 'Give the block a name.';
		else if (names.has(name)) found[`${at}.name`] = 'Another block has this name.';
		names.add(name);
		if (block.days.length === 0) found[`${at}.days`] = 'Choose at least one day.';
		if (block.from && block.from === block.to) found[`${at}.to`] = 'It would end when it begins.';
		whole(`${at}.no_repeat_hours`, block.no_repeat_hours, 0, 168);
		whole(`${at}.pad_to_minutes`, block.pad_to_minutes, 1, 720);
		if (block.ads) breaks(`${at}.ads`, block.ads);
	});
	const events = new Set<string>();
	form.events.forEach((event, n) => {
		const at = `events[${n}]`;
		const name = event.name.trim();
		if (name === '') found[`${at}.name`] = 'Give it a name.';
		else if (events.has(name)) found[`${at}.name`] = 'Another one has this name.';
		events.add(name);
		if (event.days.length === 0) found[`${at}.days`] = 'Choose at least one day.';
		if (!event.at) found[`${at}.at`] = 'When does it begin?';
		if (event.kind === 'live') whole(`${at}.live.minutes`, event.minutes, 1, 1440);
		if (event.kind === 'live' && event.item.trim() === '')
			found[`${at}.live.item`] = 'Which broadcast?';
	});
	if (form.watershed) whole('watershed.min_age', form.watershed.min_age, 1, 21);
	whole('seed', form.seed, 0, Number.MAX_SAFE_INTEGER);
	if (form.idents) whole('idents.every', form.idents.every, 1, 100);
	if (form.ads) breaks('ads', form.ads);
	const lists = new Set<string>();
	for (const { name } of form.lists) {
		const plain = name.trim();
		if (plain === '') found['lists.'] = 'Give the list a name.';
		else if (lists.has(plain)) found[`lists.${plain}`] = 'Another list has this name.';
		lists.add(plain);
	}
	return found;
}

/** Whether something is wrong in a part of the definition, such as `programme[2]`. */
export const wrongIn = (fields: readonly string[], part: string): boolean =>
	fields.some(
		(field) => field === part || field.startsWith(`${part}.`) || field.startsWith(`${part}[`)
	);

/** What a block shows and when, in a line. */
export const blockInWords = (block: BlockForm): string =>
	block.entries.length
		? block.entries.map(({ source }) => sourceInWords(source)).join(' · then ')
		: sourceInWords(block.source);
