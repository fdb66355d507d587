import type { Credit, Season } from '$lib/api/titles';
import { capital } from '$lib/format';

const ROLES: Record<string, string> = {
	actor: 'Cast',
	guest: 'Guests',
	director: 'Direction',
	writer: 'Screenplay',
	producer: 'Production',
	composer: 'Music',
	cinematographer: 'Camera',
	editor: 'Editing',
	creator: 'Idea',
	narrator: 'Narration',
	host: 'Host',
	artist: 'Artist'
};
/** What stands over the people of one role. */
export const roleName = (role: string): string => ROLES[role] ?? capital(role.replace(/_/g, ' '));

const ON_SCREEN = new Set(['actor', 'guest', 'host', 'narrator', 'artist', 'performer']);

/** Those whom one sees or hears, in order, and the others by what they did. */
export function castAndCrew(credits: Credit[]): {
	cast: Credit[];
	crew: { role: string; people: Credit[] }[];
} {
	const crew = new Map<string, Credit[]>();
	for (const credit of credits) {
		if (ON_SCREEN.has(credit.role)) continue;
		crew.set(credit.role, [...(crew.get(credit.role) ?? []), credit]);
	}
	return {
		cast: credits.filter(({ role }) => ON_SCREEN.has(role)),
		crew: [...crew].map(([role, people]) => ({ role, people }))
	};
}

/** What stands over the episodes of a season, or over the lessons of a part of a course. */
export function seasonName(
	{ number, title }: Pick<Season, 'number' | 'title'>,
	course = false
): string {
	if (title) return title;
	if (number === 0) return 'Specials';
	if (number === null) return course ? 'Lessons' : 'Episodes';
	return `${course ? 'Part' : 'Season'} ${number}`;
}

/** `1974-11-11` as people write it; a year or a month alone stays what it is. */
export function day(date: string | null | undefined): string {
	if (!date) return '';
	const parts = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(date);
	if (!parts) return date;
	return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' }).format(
		Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))
	);
}

/** A moment to come, with its hour. */
export const moment = (iso: string): string =>
	new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' }).format(Date.parse(iso));

const EXTRAS: Record<string, string> = {
	trailer: 'Trailer',
	teaser: 'Teaser',
	clip: 'Clip',
	featurette: 'Featurette',
	behind_the_scenes: 'Behind the scenes',
	deleted_scene: 'Deleted scene',
	interview: 'Interview',
	short: 'Short'
};
export const extraName = (kind: string | null | undefined): string =>
	kind ? (EXTRAS[kind] ?? capital(kind.replace(/_/g, ' '))) : 'Extra';

/** A letter of the alphabet under which titles stand; `#` holds digits, `*` other scripts. */
export const letterName = (letter: string): string =>
	letter === '#' ? '0–9' : letter === '*' ? 'Other scripts' : letter;
