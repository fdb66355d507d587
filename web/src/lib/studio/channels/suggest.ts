import { read } from '../server';
import type { Person, Show } from '../titles/model';
import { suggestGenres, suggestTags } from '../titles/words';
import type { ListName } from './rule';

const names = (found: { title?: string; name?: string }[]): string[] =>
	found.flatMap(({ title, name }) => title ?? name ?? []);

/** Words that go with what is typed into a condition. */
export const SUGGEST: Partial<Record<ListName, (typed: string) => Promise<string[]>>> = {
	tags: suggestTags,
	genres: suggestGenres,
	shows: async (q) => names(await read<Show[]>('/api/shows', { q, limit: 8 })),
	sets: async (q) => names(await read<Show[]>('/api/collections', { q, limit: 8 })),
	people: async (q) => names(await read<Person[]>('/api/people', { q, limit: 8 }))
};
