import { expect, it } from 'vitest';
import { soundTracks, wantedSound, type Sound } from './sound';

const sound = (lang: string | undefined, channels: string, more: Partial<Sound> = {}): Sound => ({
	name: lang ?? 'audio 1',
	lang,
	channels,
	groupId: `aac-${channels}`,
	default: false,
	url: `${lang}-${channels}${more.characteristics ?? ''}`,
	...more
});
const labels = (...sounds: Sound[]): string[] => soundTracks(sounds).map(({ label }) => label);

it('names a language in full, and the loudspeakers only where they differ', () => {
	expect(labels(sound('en', '2'), sound('de', '2'))).toEqual(['English', 'German']);
	expect(labels(sound('en', '2'), sound('de', '2'), sound('en', '6'))).toEqual([
		'English · Stereo',
		'German · Stereo',
		'English · 5.1 surround'
	]);
});

it.each<[Sound[], string[]]>([
	[
		[sound(undefined, '2'), sound(undefined, '6')],
		['Stereo', '5.1 surround']
	],
	[[sound(undefined, '2')], ['Sound 1']],
	[[sound('en', '2', { name: "Director's commentary" })], ["Director's commentary"]],
	[
		[sound('de', '6', { name: 'Deutsch 5.1' }), sound('de', '2', { name: 'Deutsch stereo' })],
		['Deutsch · 5.1 surround', 'Deutsch · Stereo']
	],
	[
		[
			sound('en', '2'),
			sound('en', '2', { characteristics: 'public.accessibility.describes-video' })
		],
		['English', 'English · described']
	],
	[
		[sound('en', '16/JOC'), sound('en', '2')],
		['English · Atmos', 'English · Stereo']
	]
])('finds words for whatever a stream tells', (sounds, expected) =>
	expect(labels(...sounds)).toEqual(expected)
);

it('begins with what was chosen once, as nearly as it is there', () => {
	const sounds = [
		sound('en', '2', { default: true }),
		sound('de', '2'),
		sound('en', '6', { default: true })
	];
	const begin = (language: string, channels: number): number =>
		wantedSound(sounds, { language, channels });
	expect(begin('', 0)).toBe(0);
	expect(begin('de', 6)).toBe(1);
	expect(begin('en', 6)).toBe(2);
	expect(begin('fr', 0)).toBe(0);
	expect(begin('de-AT', 0)).toBe(1);
	expect(wantedSound([], { language: 'en', channels: 2 })).toBe(-1);
});
