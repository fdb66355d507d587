import { read } from '../server';

interface Word {
	name: string;
	count: number;
}

const known = new Map<string, Promise<string[]>>();

/** The words that are in use, the most used first; asked for once. */
function inUse(what: 'genres' | 'tags' | 'categories'): Promise<string[]> {
	const asked =
		known.get(what) ?? read<Word[]>(`/api/${what}`).then((words) => words.map(({ name }) => name));
	known.set(what, asked);
	asked.catch(() => known.delete(what));
	return asked;
}

/** Of these words, those that go with what is typed: the ones that begin so come first. */
export function matching(words: string[], typed: string): string[] {
	const part = typed.toLowerCase();
	if (!part) return words;
	const fits = words.filter((word) => word.toLowerCase().includes(part));
	const begins = (word: string): number => (word.toLowerCase().startsWith(part) ? 0 : 1);
	return fits.sort((a, b) => begins(a) - begins(b));
}

export const suggestGenres = async (typed: string): Promise<string[]> =>
	matching([...new Set([...(await inUse('genres')), ...GENRES])], typed);
export const suggestTags = async (typed: string): Promise<string[]> =>
	matching(await inUse('tags'), typed);
export const suggestCategories = async (typed: string): Promise<string[]> =>
	matching(await inUse('categories'), typed);

const GENRES = [
	'Action',
	'Adventure',
	'Animation',
	'Comedy',
	'Crime',
	'Documentary',
	'Drama',
	'Family',
	'Fantasy',
	'History',
	'Horror',
	'Music',
	'Mystery',
	'Romance',
	'Science fiction',
	'Sport',
	'Thriller',
	'War',
	'Western'
];

const LANGUAGES =
	'ar bn cs da de el en es et fa fi fr he hi hu id it ja ko lt lv nl no pl pt pt-BR ro ru sv th tr uk ur vi zh'.split(
		' '
	);
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** Languages by their tag or their name: `ger` finds `de`. */
export const suggestLanguages = (typed: string): string[] => {
	const part = typed.toLowerCase();
	return LANGUAGES.filter(
		(tag) =>
			tag.toLowerCase().startsWith(part) || (names.of(tag) ?? '').toLowerCase().startsWith(part)
	);
};
