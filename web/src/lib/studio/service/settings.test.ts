import { describe, expect, it } from 'vitest';
import {
	drafted,
	givenBack,
	sectionsOf,
	settingName,
	shownValue,
	sourceWords,
	type Setting
} from './settings';

const setting = (part: Partial<Setting>): Setting => ({
	key: 'name',
	env: 'MATINEE_NAME',
	section: 'Server',
	description: 'What it is called.',
	expects: 'a text of 1 to 60 characters',
	kind: 'text',
	choices: [],
	default: 'Matinee',
	value: 'Matinee',
	is_set: true,
	is_secret: false,
	source: 'default',
	source_name: null,
	is_editable: true,
	locked_reason: null,
	needs_restart: false,
	is_pending: false,
	...part
});

it.each([
	['max_file_size', 'Max file size'],
	['tmdb_key', 'TMDB key'],
	['public_url', 'Public address']
])('%s is called %s', (key, name) => expect(settingName(key)).toBe(name));

describe('sectionsOf', () => {
	const all = [
		setting({}),
		setting({ key: 'port', is_editable: false, description: 'Where it listens.' }),
		setting({ key: 'registration', section: 'People', env: 'MATINEE_REGISTRATION' })
	];
	it('keeps the order that the server gives', () =>
		expect(sectionsOf(all).map(({ section, settings }) => [section, settings.length])).toEqual([
			['Server', 2],
			['People', 1]
		]));
	it('finds by any of the words', () => {
		expect(sectionsOf(all, 'listens')[0]?.settings[0]?.key).toBe('port');
		expect(sectionsOf(all, 'people registration')[0]?.settings[0]?.key).toBe('registration');
		expect(sectionsOf(all, 'nonsense')).toEqual([]);
	});
	it('leaves out what belongs to the machine', () =>
		expect(
			sectionsOf(all, '', true).flatMap(({ settings }) => settings.map(({ key }) => key))
		).toEqual(['name', 'registration']));
});

describe('drafts', () => {
	const name = setting({ value: 'Film club', source: 'studio' });
	it('hold what was changed and forget what is as it was', () => {
		const typed = drafted({}, name, 'Other');
		expect(typed).toEqual({ name: 'Other' });
		expect(shownValue(name, typed)).toBe('Other');
		expect(drafted(typed, name, 'Film club')).toEqual({});
	});
	it('clear what may be nothing', () =>
		expect(drafted({}, setting({ key: 'x', default: null, value: 'a' }), '')).toEqual({ x: null }));
	it('send an empty text where there has to be one, so that the server says why not', () =>
		expect(drafted({}, name, '')).toEqual({ name: '' }));
	it('give back what was set here', () => {
		const back = givenBack({}, name);
		expect(back).toEqual({ name: null });
		expect(shownValue(name, back)).toBe('Matinee');
		expect(givenBack({ name: 'x' }, setting({}))).toEqual({});
	});
});

it('says where a value comes from', () => {
	expect(sourceWords(setting({ source: 'environment', source_name: 'MATINEE_NAME' }))).toBe(
		'set in the environment (MATINEE_NAME)'
	);
	expect(sourceWords(setting({}))).toBe('as it comes');
});
