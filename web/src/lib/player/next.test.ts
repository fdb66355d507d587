import { expect, it } from 'vitest';
import type { Video } from '$lib/api/types';
import { episodesOf, nextOf } from './next';

const episode = (id: string, season: number, number: number, is_processed = true): Video =>
	({
		id,
		show_title: 'Show',
		season_number: season,
		episode_number: number,
		is_processed
	}) as Video;

it('goes on to the next episode that can be played', () => {
	const all = [
		episode('s2e1', 2, 1),
		episode('s1e2', 1, 2, false),
		episode('s1e1', 1, 1),
		{ ...episode('other', 1, 3), show_title: 'Other' }
	];
	const ordered = episodesOf(all[2] as Video, all);
	expect(ordered.map((v) => v.id)).toEqual(['s1e1', 's1e2', 's2e1']);
	expect(nextOf(all[2] as Video, ordered)?.id).toBe('s2e1');
	expect(nextOf(all[0] as Video, ordered)).toBeUndefined();
	expect(episodesOf({ ...(all[0] as Video), show_title: null }, all)).toEqual([]);
});
