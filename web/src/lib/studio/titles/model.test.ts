import { expect, it } from 'vitest';
import { clearedBlanks, placesOf } from './model';

it('clears what stands empty', () =>
	expect(clearedBlanks({ tagline: ' ', overview: '', studio: ' A ' }, ['overview'])).toEqual({
		tagline: null,
		overview: '',
		studio: 'A'
	}));

it('counts episodes from one, in their order', () =>
	expect(placesOf(2, [{ id: 'b' }, { id: 'a' }])).toEqual([
		{ video_id: 'b', season_number: 2, episode_number: 1 },
		{ video_id: 'a', season_number: 2, episode_number: 2 }
	]));
