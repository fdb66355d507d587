import { expect, it } from 'vitest';
import { superfluous } from './levels';

const level = (uri: string, ...audioGroups: string[]) => ({ uri, audioGroups });

it('keeps each picture once, with the wanted sounds', () => {
	const levels = [
		level('720p', 'stereo'),
		level('720p', 'surround'),
		level('360p', 'stereo'),
		level('360p', 'surround')
	];
	expect(superfluous(levels, 'stereo')).toEqual([1, 3]);
	expect(superfluous(levels, 'surround')).toEqual([0, 2]);
	expect(superfluous(levels, undefined)).toEqual([1, 3]);
});

it('keeps pictures that bring their own sound', () =>
	expect(superfluous([{ uri: 'a', audioGroups: undefined }, level('b')], 'stereo')).toEqual([]));
