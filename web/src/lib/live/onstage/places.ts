import type { Participant, StageTrack } from './types';

/** Something that somebody else sends. */
export interface Wanted {
	participant: string;
	track: StageTrack;
}

/** What a connection has a place for. */
export interface Place {
	kind: 'audio' | 'video';
	wanted: Wanted | undefined;
}

export const keyOf = ({ participant, track }: Wanted): string => `${participant}/${track}`;
export const kindOf = (track: StageTrack): 'audio' | 'video' =>
	track === 'microphone' ? 'audio' : 'video';

/** What there is to receive of the others. */
export function wantedOf(participants: Participant[], own: string | null): Wanted[] {
	return participants
		.filter(({ id, connected }) => id !== own && connected)
		.flatMap((one) =>
			(['microphone', 'camera', 'screen'] as const)
				.filter((track) => one[track])
				.map((track) => ({ participant: one.id, track }))
		);
}

/**
 * Gives everything that is wanted a place: what has one keeps it, places of those who have gone are
 * given anew, and only what is still without one needs another. Gives whether anything has changed.
 */
export function assign<T extends Place>(
	places: T[],
	wanted: Wanted[],
	add: (kind: 'audio' | 'video') => T
): boolean {
	let changed = false;
	const keys = new Set(wanted.map(keyOf));
	for (const place of places)
		if (place.wanted && !keys.has(keyOf(place.wanted))) {
			place.wanted = undefined;
			changed = true;
		}
	const taken = new Set(places.flatMap((place) => (place.wanted ? [keyOf(place.wanted)] : [])));
	for (const one of wanted) {
		if (taken.has(keyOf(one))) continue;
		const kind = kindOf(one.track);
		let place = places.find((free) => free.kind === kind && !free.wanted);
		if (!place) {
			place = add(kind);
			places.push(place);
		}
		place.wanted = one;
		changed = true;
	}
	return changed;
}
