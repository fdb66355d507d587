import type { Credit } from './model';

/** What somebody can have done, in the words that people read. */
export const CREDIT_ROLES = [
	{ value: 'actor', label: 'Actor' },
	{ value: 'voice', label: 'Voice' },
	{ value: 'guest', label: 'Guest' },
	{ value: 'host', label: 'Host' },
	{ value: 'presenter', label: 'Presenter' },
	{ value: 'narrator', label: 'Narrator' },
	{ value: 'teacher', label: 'Teacher' },
	{ value: 'musician', label: 'Musician' },
	{ value: 'director', label: 'Director' },
	{ value: 'writer', label: 'Writer' },
	{ value: 'creator', label: 'Creator' },
	{ value: 'producer', label: 'Producer' },
	{ value: 'executive_producer', label: 'Executive producer' },
	{ value: 'composer', label: 'Composer' },
	{ value: 'cinematographer', label: 'Camera' },
	{ value: 'editor', label: 'Editing' },
	{ value: 'crew', label: 'Crew' },
	{ value: 'other', label: 'Other' }
];

/** A credit in the editor; `person_id` is empty while the person is only a name. */
export interface DraftCredit {
	/** Tells one line from another, however they are ordered. */
	key: string;
	person_id: string;
	name: string;
	role: string;
	character: string;
	avatar_url: string | null;
}

let lines = 0;
const key = (): string => `line-${(lines += 1)}`;

export const draftsOf = (credits: Credit[]): DraftCredit[] =>
	credits.map((credit) => ({
		key: key(),
		person_id: credit.person_id,
		name: credit.name,
		role: credit.role,
		character: credit.character ?? '',
		avatar_url: credit.avatar_url
	}));

export const newDraft = (
	person: { id?: string; name: string; avatar_url?: string | null },
	role = 'actor'
): DraftCredit => ({
	key: key(),
	person_id: person.id ?? '',
	name: person.name,
	role,
	character: '',
	avatar_url: person.avatar_url ?? null
});

/** As the server takes them: known people by their id, new ones by their name. */
export const creditsToSend = (
	drafts: DraftCredit[]
): { person_id?: string; name?: string; role: string; character?: string }[] =>
	drafts.map(({ person_id, name, role, character }) => ({
		...(person_id ? { person_id } : { name: name.trim() }),
		role,
		...(character.trim() ? { character: character.trim() } : {})
	}));

export const sameCredits = (a: DraftCredit[], b: DraftCredit[]): boolean =>
	JSON.stringify(creditsToSend(a)) === JSON.stringify(creditsToSend(b));

/** The credits of a title after one person has become another; nobody stands twice for the same. */
export function merged(credits: Credit[], from: string, to: string): Credit[] {
	const seen = new Set<string>();
	return credits
		.map((credit) => (credit.person_id === from ? { ...credit, person_id: to } : credit))
		.filter(({ person_id, role, character }) => {
			const mark = JSON.stringify([person_id, role, character?.toLowerCase() ?? '']);
			if (seen.has(mark)) return false;
			seen.add(mark);
			return true;
		});
}
