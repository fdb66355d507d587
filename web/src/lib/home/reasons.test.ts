import { expect, it } from 'vitest';
import type { Card } from '$lib/api/home';
import { grouped } from './reasons';

const card = (id: string): Card => ({ id }) as Card;
const watched = {
	kind: 'watched' as const,
	because: { id: 'video_a', title: 'A' },
	text: 'Because you watched A'
};
const popular = { kind: 'popular' as const, because: null, text: 'Popular' };

it('puts together what has the same reason, and leads to where it comes from', () =>
	expect(
		grouped([
			{ video: card('1'), why: watched },
			{ video: card('2'), why: popular },
			{ video: card('3'), why: watched }
		]).map(({ title, href, items }) => [title, href, items.map(({ video }) => video.id)])
	).toEqual([
		['Because you watched A', '/watch/video_a', ['1', '3']],
		['Popular', undefined, ['2']]
	]));
