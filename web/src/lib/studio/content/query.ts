import type { VideoQuery } from '$lib/api/client';

export const STATES = [
	{ value: null, label: 'All' },
	{ value: 'completed', label: 'Ready' },
	{ value: 'processing', label: 'Processing' },
	{ value: 'pending', label: 'Waiting' },
	{ value: 'failed', label: 'Failed' },
	{ value: 'canceled', label: 'Cancelled' }
];

export const SORTS = [
	{ value: '-created_at', label: 'Newest first' },
	{ value: 'created_at', label: 'Oldest first' },
	{ value: 'title', label: 'Title A–Z' },
	{ value: '-title', label: 'Title Z–A' },
	{ value: '-view_count', label: 'Most watched' },
	{ value: '-duration', label: 'Longest' },
	{ value: 'duration', label: 'Shortest' },
	{ value: '-release_year', label: 'Latest year' }
];

const FILTERS = ['status', 'q', 'content_type', 'is_public', 'genre', 'tag'] as const;
const PAGE = 50;

export const sortOf = (params: URLSearchParams): string => params.get('sort') ?? '-created_at';

export const isFiltered = (params: URLSearchParams): boolean =>
	FILTERS.some((name) => params.get(name));

/**
 * What the address asks for, as the server is asked; here extras are seen like anything else. Who does
 * not look after all of it (`mine`) sees their own: others' they may not change.
 */
export function queryOf(params: URLSearchParams, mine: boolean): VideoQuery {
	const made: Record<string, string | number | boolean> = {
		sort: sortOf(params),
		limit: PAGE,
		extras: true
	};
	if (mine) made.mine = true;
	for (const name of FILTERS) {
		const value = params.get(name);
		if (value) made[name] = name === 'is_public' ? value === 'true' : value;
	}
	return made;
}

/** The address of the table after these changes; `null` takes a filter away. */
export function addressOf(params: URLSearchParams, changes: Record<string, string | null>): string {
	const next = new URLSearchParams(params);
	for (const [name, value] of Object.entries(changes)) {
		if (value) next.set(name, value);
		else next.delete(name);
	}
	const text = next.toString();
	return text ? `/studio/content?${text}` : '/studio/content';
}
