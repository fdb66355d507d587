import type { Source } from '$lib/channels/types';
import { freshKey } from './fields';
import type { ChannelForm } from './form';
import { blankSource, sourceFormOf, sourceOf, type SourceForm } from './rule';

/** A named collection of a channel, which its blocks, its filler and other lists refer to. */
export interface ListForm {
	key: number;
	name: string;
	source: SourceForm;
}

export const blankList = (name: string): ListForm => ({
	key: freshKey(),
	name,
	source: blankSource()
});

export const listFormsOf = (lists: Record<string, Source> | undefined): ListForm[] =>
	Object.entries(lists ?? {}).map(([name, source]) => ({
		key: freshKey(),
		name,
		source: sourceFormOf(source)
	}));

export const listsOf = (forms: ListForm[]): Record<string, Source> =>
	Object.fromEntries(forms.map(({ name, source }) => [name.trim(), sourceOf(source)]));

/** Everything of a channel that may refer to a list. */
export function sourcesOf(form: ChannelForm): SourceForm[] {
	const all: (SourceForm | null | undefined)[] = [
		...form.programme.flatMap((block) => [
			block.source,
			...block.entries.map(({ source }) => source),
			block.filler,
			block.ads?.source
		]),
		...form.events.map(({ source }) => source),
		...form.lists.map(({ source }) => source),
		form.filler,
		form.idents?.source,
		form.bumpers,
		form.ads?.source
	];
	return all.filter((source) => source !== null && source !== undefined);
}

/** A list is called otherwise, wherever it is named. */
export function renameList(form: ChannelForm, before: string, after: string): void {
	for (const source of sourcesOf(form))
		source.lists = source.lists.map((name) => (name === before ? after : name));
}

/** How many refer to a list. */
export const usesOf = (form: ChannelForm, name: string): number =>
	sourcesOf(form).filter(({ lists }) => lists.includes(name)).length;
