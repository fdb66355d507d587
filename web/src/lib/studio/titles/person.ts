import { dateMistake } from './episodes';
import { clearedBlanks, type Person } from './model';
import { differing } from './show';

/** What is said about a person, as it stands in the form. */
export interface PersonFields {
	name: string;
	biography: string;
	birth_date: string;
	death_date: string;
	birth_place: string;
}

export const personFieldsOf = (one: Person): PersonFields => ({
	name: one.name,
	biography: one.biography,
	birth_date: one.birth_date ?? '',
	death_date: one.death_date ?? '',
	birth_place: one.birth_place ?? ''
});

export function personMistakes(fields: PersonFields): Partial<Record<keyof PersonFields, string>> {
	const found: Partial<Record<keyof PersonFields, string>> = {};
	if (fields.name.trim() === '') found.name = 'Give a name.';
	for (const name of ['birth_date', 'death_date'] as const) {
		const wrong = dateMistake(fields[name]);
		if (wrong) found[name] = wrong;
	}
	if (
		!found.death_date &&
		fields.birth_date &&
		fields.death_date &&
		fields.death_date < fields.birth_date
	)
		found.death_date = 'That is before the birth.';
	return found;
}

const whole = (fields: PersonFields): Record<string, string | null> =>
	clearedBlanks({ ...fields }, ['name', 'biography']);

/** The part of the form that differs from what is kept. */
export const personChanges = (
	before: PersonFields,
	after: PersonFields
): Record<string, string | null> =>
	differing(whole(before), whole(after)) as Record<string, string | null>;
