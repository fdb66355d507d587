import { describe, expect, it } from 'vitest';
import { assign, keyOf, wantedOf, type Place } from './places';
import type { Participant } from './types';

const somebody = (id: string, more: Partial<Participant> = {}): Participant => ({
	id,
	username: id,
	badge: 'member',
	connected: true,
	microphone: true,
	camera: true,
	screen: false,
	muted: false,
	camera_off: false,
	...more
});

describe('places on a stage', () => {
	const add = (kind: 'audio' | 'video'): Place => ({ kind, wanted: undefined });
	const shown = (places: Place[]): string[] =>
		places.map(({ wanted }) => (wanted ? keyOf(wanted) : '-'));

	it('are for what others send, and not for oneself or who is away', () => {
		const all = [
			somebody('a'),
			somebody('b', { screen: true }),
			somebody('c', { connected: false })
		];
		expect(wantedOf(all, 'a').map(keyOf)).toEqual(['b/microphone', 'b/camera', 'b/screen']);
	});

	it('are kept, and given anew when somebody has gone', () => {
		const places: Place[] = [];
		expect(assign(places, wantedOf([somebody('a'), somebody('b')], null), add)).toBe(true);
		expect(shown(places)).toEqual(['a/microphone', 'a/camera', 'b/microphone', 'b/camera']);
		expect(assign(places, wantedOf([somebody('a'), somebody('b')], null), add)).toBe(false);
		assign(places, wantedOf([somebody('b')], null), add);
		expect(shown(places)).toEqual(['-', '-', 'b/microphone', 'b/camera']);
		assign(places, wantedOf([somebody('b'), somebody('c', { screen: true })], null), add);
		expect(shown(places)).toEqual([
			'c/microphone',
			'c/camera',
			'b/microphone',
			'b/camera',
			'c/screen'
		]);
	});
});
