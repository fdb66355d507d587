import { expect, it } from 'vitest';
import { chosen, hrefOf, narrowed, paramsOf, searchOf, toggled } from './query';

const of = (text: string) => searchOf(new URLSearchParams(text));

it('reads an address and writes the same one again', () => {
	const search = of('q=+the sea+&genre=Drama,Nature&genre=Drama&year=1999&sort=newest&other=1');
	expect(search.q).toBe('the sea');
	expect(search.narrow).toEqual({ genre: ['Drama', 'Nature'], year: ['1999'] });
	expect(paramsOf(search)).toEqual({
		q: 'the sea',
		genre: 'Drama,Nature',
		year: '1999',
		sort: 'newest'
	});
	expect(of(hrefOf(search).split('?')[1] ?? '')).toEqual(search);
});

it.each(['', 'sort=nonsense', 'genre=', 'genre=,%20,'])('asks for nothing with %j', (text) =>
	expect(hrefOf(of(text))).toBe('/search')
);

it('puts a value in and takes it out', () => {
	const once = toggled(of('q=x'), 'genre', 'Drama');
	expect(chosen(once, 'genre', 'Drama')).toBe(true);
	expect(hrefOf(once)).toBe('/search?q=x&genre=Drama');
	expect(narrowed(toggled(once, 'type', 'movie'))).toEqual([
		{ name: 'type', value: 'movie' },
		{ name: 'genre', value: 'Drama' }
	]);
	expect(hrefOf(toggled(once, 'genre', 'Drama'))).toBe('/search?q=x');
});
