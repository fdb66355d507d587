import { capital, language } from '$lib/format';
import type { Track } from './tracks';

/** A sound of a stream, as its playlist describes it. */
export interface Sound {
	name: string;
	lang?: string | undefined;
	/** `2`, `6`, `16/JOC` … (RFC 8216 §4.3.4.1). */
	channels?: string | undefined;
	groupId: string;
	characteristics?: string | undefined;
	default: boolean;
	url: string;
}

/** What somebody chose to hear once, and is given again where it is to be had. */
export interface Hearing {
	/** A language (BCP 47); empty for whatever comes first. */
	language: string;
	/** How many channels; 0 for whatever comes first. */
	channels: number;
}

const MIXES: Record<number, string> = {
	1: 'Mono',
	2: 'Stereo',
	6: '5.1 surround',
	8: '7.1 surround'
};

export const channelsOf = ({ channels }: Pick<Sound, 'channels'>): number =>
	Number.parseInt(channels ?? '', 10) || 0;

function mixOf(sound: Sound): string {
	const count = channelsOf(sound);
	if (sound.channels?.includes('/JOC')) return 'Atmos';
	return MIXES[count] ?? (count ? `${count} channels` : '');
}

/** A name that says no more than how many channels there are, or which track it is. */
const MEANINGLESS = /^(audio|track|sound)?\s*\d*$|^(mono|stereo|surround|[57]\.1)$/i;
const MIX_IN_NAME = /[\s·,(]*\b(mono|stereo|surround|[57]\.1)\b\)?$/i;

/** Whose voice it is: the name it was given, else its language. */
function voiceOf(sound: Sound, at: number): string {
	const given = sound.name.trim().replace(MIX_IN_NAME, '').trim();
	const spoken = language(sound.lang);
	const isCode = given.toLowerCase() === sound.lang?.toLowerCase();
	if (given && !MEANINGLESS.test(given) && !isCode) return capital(given);
	return capital(spoken) || `Sound ${at + 1}`;
}

const describes = (sound: Sound): boolean =>
	sound.characteristics?.includes('describes-video') ?? false;

/**
 * The sounds as people choose them: by language, and by how many loudspeakers they are for where there
 * is more than one such form.
 */
export function soundTracks(sounds: readonly Sound[]): Track[] {
	const several = new Set(sounds.map(mixOf)).size > 1;
	const voices = new Set(sounds.map((sound) => sound.lang ?? '')).size;
	return sounds.map((sound, index) => {
		const mix = mixOf(sound);
		const voice = voiceOf(sound, index);
		// With one language that nobody named, what differs is the mix alone.
		const nameless = voices === 1 && voice.startsWith('Sound ');
		const parts = [
			nameless && several ? '' : voice,
			several ? mix : '',
			describes(sound) && !/descri/i.test(voice) ? 'described' : ''
		];
		return {
			index,
			label: parts.filter(Boolean).join(' · ') || voice,
			language: sound.lang ?? ''
		};
	});
}

/**
 * The sound to begin with: the wanted language in the wanted mix, else that language, else what the
 * stream itself puts first. -1 without any.
 */
export function wantedSound(sounds: readonly Sound[], hearing: Hearing): number {
	const tongue = (code: string | undefined): string =>
		(code ?? '').toLowerCase().split('-')[0] ?? '';
	const score = (sound: Sound): number =>
		(hearing.language && tongue(sound.lang) === tongue(hearing.language) ? 8 : 0) +
		(hearing.channels && channelsOf(sound) === hearing.channels ? 4 : 0) +
		(sound.default ? 2 : 0) +
		// Those for the blind are chosen by hand.
		(describes(sound) ? -1 : 0);
	let best = -1;
	sounds.forEach((sound, index) => {
		const leader = sounds[best];
		if (!leader || score(sound) > score(leader)) best = index;
	});
	return best;
}
