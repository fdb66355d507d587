import { describe, expect, it } from 'vitest';
import type { Definition } from '$lib/channels/types';
import {
	blankBlock,
	changesOf,
	daysInWords,
	daysOf,
	definitionOf,
	formOf,
	mistakesOf,
	wrongIn
} from './form';
import { formatInWords, formatOf, usualFormat } from './format';
import { renameList, usesOf } from './lists';
import { inWords, ruleFormOf, ruleOf, sourceFormOf, sourceInWords } from './rule';

const late: Definition = {
	number: 7,
	name: 'Late',
	time_zone: 'Europe/Berlin',
	language: 'de',
	format: { target_duration_s: 6 },
	seed: 4,
	rules: {
		genres: ['Drama'],
		search: 'lighthouse -keeper',
		minutes: { to: 120 },
		not: { tags: ['silent'] }
	},
	programme: [
		{
			name: 'noir',
			days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
			from: '20:00',
			to: '23:30',
			rules: { all: [{ tags: ['noir'] }, { year: { from: 1940, to: 1959 } }] },
			no_repeat_hours: 72,
			pad_to_minutes: 30
		},
		{
			name: 'holidays',
			dates: [{ from: '12-24', to: '01-01' }],
			entries: [{ source: { items: ['video_1'] } }, { source: { lists: ['classics'] }, count: 2 }],
			filler: { lists: ['classics'] },
			ads: { seconds: 30 }
		},
		{ name: 'row', playlists: ['playlist_1', 'playlist_2'], order: 'in_order' }
	],
	events: [
		{ name: 'news', at: '18:00', live: { item: 'stream_1', minutes: 15 } },
		{ name: 'premiere', at: '20:15', source: { items: ['video_3'] } }
	],
	lists: { classics: { rules: { sets: ['the best'] }, order: 'chronological' } },
	filler: { rules: { types: ['short'], minutes: { to: 5 } } },
	idents: { source: { items: ['video_4'] }, every: 2 },
	bumpers: { items: ['video_9'] },
	slate: 'video_8',
	ads: {
		every_minutes: 20,
		after_programmes: 3,
		seconds: 90,
		source: { rules: { tags: ['house'] } },
		decided: true
	},
	watershed: { from: '22:00', to: '06:00', min_age: 16 },
	dvr_minutes: 120
};

describe('a definition', () => {
	it('comes out of its form as it went in', () => {
		expect(definitionOf(formOf(late))).toEqual(late);
		const least: Definition = { number: 1, name: 'Comedy', rules: { tags: ['comedy'] } };
		expect(definitionOf(formOf(least))).toEqual(least);
	});
	it('has no changes until something is changed', () => {
		const saved = formOf(late);
		expect(changesOf(saved, formOf(late))).toEqual({});
		const form = formOf(late);
		form.name = ' Later ';
		form.filler = null;
		form.programme = form.programme.slice(1);
		expect(changesOf(saved, form)).toEqual({
			name: 'Later',
			filler: null,
			programme: late.programme?.slice(1)
		});
	});
	it('calls a list otherwise wherever it is named', () => {
		const form = formOf(late);
		expect(usesOf(form, 'classics')).toBe(2);
		const [list] = form.lists;
		if (list) list.name = 'The best';
		renameList(form, 'classics', 'The best');
		const { lists, programme } = definitionOf(form);
		expect(lists).toEqual({ 'The best': late.lists?.classics });
		expect(programme?.[1]?.entries?.[1]?.source.lists).toEqual(['The best']);
		expect(programme?.[1]?.filler?.lists).toEqual(['The best']);
	});
});

describe('mistakes', () => {
	it('are told by the path that the server names', () => {
		expect(mistakesOf(formOf(late))).toEqual({});
		const form = formOf(late);
		form.number = '70000';
		form.programme.push({ ...blankBlock('noir'), days: [], to: '20:00' });
		expect(Object.keys(mistakesOf(form)).sort()).toEqual([
			'number',
			'programme[3].days',
			'programme[3].name',
			'programme[3].to'
		]);
		expect(mistakesOf({ ...formOf(late), rules: null, programme: [] })).toHaveProperty('rules');
	});
	it('are found in the parts they belong to', () => {
		const fields = ['programme[2].rules.year', 'name'];
		expect(wrongIn(fields, 'programme[2]')).toBe(true);
		expect(wrongIn(fields, 'programme[1]')).toBe(false);
		expect(wrongIn(fields, 'programme')).toBe(true);
		expect(wrongIn(['programme[20].name'], 'programme[2]')).toBe(false);
	});
});

describe('days', () => {
	it('may be written in several ways', () => {
		expect(daysOf(undefined)).toHaveLength(7);
		expect(daysOf(['weeknights'])).toHaveLength(5);
		expect(daysOf(['mon', 'Sunday'])).toEqual(['monday', 'sunday']);
	});
	it('are told in words', () => {
		expect(daysInWords(daysOf(undefined))).toBe('Every day');
		expect(daysInWords(daysOf(['weekdays']))).toBe('Mon–Fri');
		expect(daysInWords(['monday', 'sunday'])).toBe('Mon, Sun');
		expect(daysInWords([])).toBe('No day');
	});
});

describe('rules', () => {
	it('leave out what is empty, and keep what is not yet a number', () => {
		expect(ruleOf(ruleFormOf({}))).toEqual({});
		expect(ruleOf(ruleFormOf({ year: 1942 }))).toEqual({ year: { from: 1942, to: 1942 } });
		const form = ruleFormOf({});
		form.year = ['old', ''];
		expect(ruleOf(form)).toEqual({ year: { from: 'old' } });
	});
	it('are told in words', () => {
		expect(inWords(ruleFormOf({}))).toBe('everything');
		expect(
			inWords(
				ruleFormOf({
					tags: ['noir', 'crime'],
					year: { from: 1940, to: 1959 },
					not: { tags: ['silent'] }
				})
			)
		).toBe('tagged noir or crime, 1940 to 1959, not tagged silent');
		expect(sourceInWords(sourceFormOf({ items: ['a', 'b'], shows: ['Alpha'] }))).toBe(
			'2 videos and Alpha'
		);
		expect(sourceInWords(sourceFormOf({}))).toBe('nothing yet');
	});
});

describe('a format', () => {
	it('says only what is not as usual', () => {
		expect(formatOf(usualFormat())).toBeUndefined();
		const form = { ...usualFormat(), tallest: '480', channels: '6', audio: ['de', 'en'] };
		const format = formatOf(form);
		expect(format?.rungs?.map(({ name }) => name)).toEqual(['360p', '480p']);
		expect(format?.audio_tracks).toEqual([
			{ language: 'de', name: 'German' },
			{ language: 'en', name: 'English' }
		]);
		expect(formatInWords(format ?? {}).map(({ text }) => text)).toEqual([
			'H.264, 360p, 480p',
			'AAC, 5.1, 48 kHz',
			'German, English',
			'None',
			'6 s'
		]);
	});
});
