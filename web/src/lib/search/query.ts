/** What a search asks for, as it stands in the address of the results. */

export const FACETS = ['type', 'genre', 'year', 'length', 'rating', 'language'] as const;
export type Facet = (typeof FACETS)[number];
/** What can be narrowed down to besides the facets, when a link says so. */
const NARROWS = [...FACETS, 'tag', 'person'] as const;
export type Narrow = (typeof NARROWS)[number];

export const SORTS = [
	{ value: 'relevance', label: 'Best match' },
	{ value: 'newest', label: 'Newest first' },
	{ value: 'popular', label: 'Most watched' },
	{ value: 'title', label: 'Title A–Z' }
] as const;

export interface Search {
	q: string;
	narrow: Partial<Record<Narrow, string[]>>;
	sort: string;
}

export function searchOf(params: URLSearchParams): Search {
	const narrow: Search['narrow'] = {};
	for (const name of NARROWS) {
		const values = params
			.getAll(name)
			.flatMap((value) => value.split(','))
			.map((value) => value.trim())
			.filter(Boolean);
		if (values.length) narrow[name] = [...new Set(values)];
	}
	const sort = params.get('sort') ?? 'relevance';
	return {
		q: params.get('q')?.trim() ?? '',
		narrow,
		sort: SORTS.some(({ value }) => value === sort) ? sort : 'relevance'
	};
}

/** The parameters for the server: only what says something. */
export function paramsOf({ q, narrow, sort }: Search): Record<string, string> {
	return {
		...(q ? { q } : {}),
		...Object.fromEntries(
			NARROWS.flatMap((name) => (narrow[name]?.length ? [[name, narrow[name].join(',')]] : []))
		),
		...(sort === 'relevance' ? {} : { sort })
	};
}

export function hrefOf(search: Search): string {
	const text = new URLSearchParams(paramsOf(search)).toString();
	return text ? `/search?${text}` : '/search';
}

export const chosen = (search: Search, name: Narrow, value: string): boolean =>
	search.narrow[name]?.includes(value) ?? false;

/** The search with this value added, or taken out if it is in. */
export function toggled(search: Search, name: Narrow, value: string): Search {
	const old = search.narrow[name] ?? [];
	const values = old.includes(value) ? old.filter((one) => one !== value) : [...old, value];
	return { ...search, narrow: { ...search.narrow, [name]: values } };
}

/** All values narrowed down to, flat, for showing and removing them. */
export function narrowed(search: Search): { name: Narrow; value: string }[] {
	return NARROWS.flatMap((name) => (search.narrow[name] ?? []).map((value) => ({ name, value })));
}

const LENGTHS: Record<string, string> = {
	short: 'Under 10 minutes',
	medium: '10 to 40 minutes',
	long: '40 to 90 minutes',
	feature: 'Over 90 minutes'
};
export const lengthName = (value: string): string => LENGTHS[value] ?? value;
