import { expect, it } from 'vitest';
import type { Card } from '$lib/api/home';
import { arranged, grouped } from './reasons';

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

it('gives a heading only to what has enough behind it', () => {
	const many = ['1', '2', '3'].map((id) => ({ video: card(id), why: watched }));
	const one = { video: card('4'), why: popular };
	const { reasons, rest } = arranged([one, ...many]);
	expect(reasons.map(({ title }) => title)).toEqual(['Because you watched A']);
	expect(rest).toEqual([one]);
});
