import type { Bounds, Order, Rule, Source } from '$lib/channels/types';

/** The lists of a rule, in the order in which people think of them. */
export const LISTS = [
	'tags',
	'genres',
	'types',
	'shows',
	'people',
	'ratings',
	'sets',
	'items'
] as const;
export type ListName = (typeof LISTS)[number];

export const LIST_LABELS: Record<ListName, string> = {
	tags: 'Tags',
	genres: 'Genres',
	types: 'Kinds',
	shows: 'Shows',
	people: 'People',
	ratings: 'Age ratings',
	sets: 'Collections',
	items: 'Videos'
};

/** A rule as it stands in its form: numbers as they are typed. */
export interface RuleForm extends Record<ListName, string[]> {
	search: string;
	year: [string, string];
	minutes: [string, string];
	all: RuleForm[];
	any: RuleForm[];
	not: RuleForm | null;
}

export interface SourceForm {
	rules: RuleForm | null;
	items: string[];
	shows: string[];
	playlists: string[];
	lists: string[];
	order: Order | '';
}

export const ORDERS: { value: Order | ''; label: string; text: string }[] = [
	{ value: '', label: 'As it comes', text: 'Videos as listed, shows by episode, rules shuffled.' },
	{ value: 'shuffle', label: 'Shuffled', text: 'Each once before any comes again.' },
	{ value: 'in_order', label: 'In order', text: 'As they are listed.' },
	{ value: 'chronological', label: 'Chronological', text: 'By year, season and episode.' },
	{ value: 'round_robin', label: 'Shows in turn', text: 'One of each show after the other.' }
];

export const blankRule = (): RuleForm => ({
	tags: [],
	genres: [],
	types: [],
	shows: [],
	people: [],
	ratings: [],
	sets: [],
	items: [],
	search: '',
	year: ['', ''],
	minutes: ['', ''],
	all: [],
	any: [],
	not: null
});

export const blankSource = (): SourceForm => ({
	rules: blankRule(),
	items: [],
	shows: [],
	playlists: [],
	lists: [],
	order: ''
});

function typed(bounds: Bounds | undefined): [string, string] {
	if (bounds === undefined) return ['', ''];
	if (typeof bounds === 'number') return [String(bounds), String(bounds)];
	return [bounds.from?.toString() ?? '', bounds.to?.toString() ?? ''];
}

/** A number where one is typed; whatever else is typed is sent as it is, and refused in words. */
export function number(text: string): number | undefined {
	const plain = text.trim();
	if (plain === '') return undefined;
	return /^\d+$/.test(plain) ? Number(plain) : (plain as unknown as number);
}

function bounds([from, to]: [string, string]): Bounds | undefined {
	const [least, most] = [number(from), number(to)];
	if (least === undefined && most === undefined) return undefined;
	return {
		...(least === undefined ? {} : { from: least }),
		...(most === undefined ? {} : { to: most })
	};
}

export function ruleFormOf(rule: Rule): RuleForm {
	const form = blankRule();
	for (const name of LISTS) form[name] = [...(rule[name] ?? [])];
	form.search = rule.search ?? '';
	form.year = typed(rule.year);
	form.minutes = typed(rule.minutes);
	form.all = (rule.all ?? []).map(ruleFormOf);
	form.any = (rule.any ?? []).map(ruleFormOf);
	form.not = rule.not ? ruleFormOf(rule.not) : null;
	return form;
}

/** The rule that a form says; what stands empty is left out. `{}` is everything. */
export function ruleOf(form: RuleForm): Rule {
	const rule: Rule = {};
	for (const name of LISTS) if (form[name].length) rule[name] = [...form[name]];
	if (form.search.trim()) rule.search = form.search.trim();
	const year = bounds(form.year);
	const minutes = bounds(form.minutes);
	if (year !== undefined) rule.year = year;
	if (minutes !== undefined) rule.minutes = minutes;
	if (form.all.length) rule.all = form.all.map(ruleOf);
	if (form.any.length) rule.any = form.any.map(ruleOf);
	if (form.not) rule.not = ruleOf(form.not);
	return rule;
}

export const sourceFormOf = (source: Source): SourceForm => ({
	rules: source.rules ? ruleFormOf(source.rules) : null,
	items: [...(source.items ?? [])],
	shows: [...(source.shows ?? [])],
	playlists: [...(source.playlists ?? [])],
	lists: [...(source.lists ?? [])],
	order: source.order ?? ''
});

export function sourceOf(form: SourceForm): Source {
	const source: Source = {};
	if (form.rules) source.rules = ruleOf(form.rules);
	if (form.items.length) source.items = [...form.items];
	if (form.shows.length) source.shows = [...form.shows];
	if (form.playlists.length) source.playlists = [...form.playlists];
	if (form.lists.length) source.lists = [...form.lists];
	if (form.order) source.order = form.order;
	return source;
}

const span = ([from, to]: [string, string], unit: string): string => {
	if (from && to) return from === to ? `${from}${unit}` : `${from} to ${to}${unit}`;
	if (from) return `from ${from}${unit}`;
	return to ? `up to ${to}${unit}` : '';
};

const joined = (words: string[], join: string): string =>
	words.length < 3
		? words.join(` ${join} `)
		: `${words.slice(0, -1).join(', ')} ${join} ${words.at(-1)}`;

/** A rule in words: `tagged noir or crime, from 1940 to 1959, not silent`. */
export function inWords(form: RuleForm): string {
	const named: [ListName, string][] = [
		['tags', 'tagged '],
		['genres', ''],
		['types', ''],
		['shows', 'of '],
		['people', 'with '],
		['ratings', 'rated '],
		['sets', 'in ']
	];
	const said = named.flatMap(([name, before]) =>
		form[name].length ? [`${before}${joined(form[name], 'or')}`] : []
	);
	if (form.items.length)
		said.push(form.items.length === 1 ? 'one video' : `${form.items.length} videos`);
	if (form.search.trim()) said.push(`found by “${form.search.trim()}”`);
	const year = span(form.year, '');
	if (year) said.push(year);
	const minutes = span(form.minutes, ' min');
	if (minutes) said.push(minutes);
	for (const one of form.all) said.push(inWords(one));
	if (form.any.length) said.push(`either ${joined(form.any.map(inWords), 'or')}`);
	if (form.not) said.push(`not ${inWords(form.not)}`);
	return said.join(', ') || 'everything';
}

/** A source in words. */
export function sourceInWords(form: SourceForm): string {
	const said = [
		form.items.length
			? form.items.length === 1
				? 'one video'
				: `${form.items.length} videos`
			: '',
		form.shows.length ? joined(form.shows, 'and') : '',
		form.playlists.length
			? form.playlists.length === 1
				? 'a playlist'
				: `${form.playlists.length} playlists`
			: '',
		form.rules ? inWords(form.rules) : '',
		form.lists.length ? `the list ${joined(form.lists, 'and')}` : ''
	].filter(Boolean);
	return joined(said, 'and') || 'nothing yet';
}
