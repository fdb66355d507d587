import { expect, it } from 'vitest';
import type { Person } from './model';
import { personChanges, personFieldsOf, personMistakes } from './person';

const fields = personFieldsOf({
	id: 'person_1',
	name: 'Buster Keaton',
	biography: '',
	birth_date: '1895-10-04',
	death_date: null,
	birth_place: null
} as Person);

it('sends only what was changed', () => {
	expect(personChanges(fields, { ...fields, name: 'Buster Keaton ' })).toEqual({});
	expect(personChanges(fields, { ...fields, birth_date: '', birth_place: 'Piqua' })).toEqual({
		birth_date: null,
		birth_place: 'Piqua'
	});
});

it('points at what is wrong', () => {
	expect(personMistakes(fields)).toEqual({});
	expect(Object.keys(personMistakes({ ...fields, name: ' ', birth_date: 'soon' }))).toEqual([
		'name',
		'birth_date'
	]);
	expect(personMistakes({ ...fields, death_date: '1890-01-01' }).death_date).toBeDefined();
});
