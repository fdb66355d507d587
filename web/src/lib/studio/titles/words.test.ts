import { expect, it } from 'vitest';
import { matching, suggestLanguages } from './words';

it('offers what begins so before what holds it', () =>
	expect(matching(['Melodrama', 'Drama', 'War'], 'dra')).toEqual(['Drama', 'Melodrama']));

it('offers all while nothing is typed', () => expect(matching(['b', 'a'], '')).toEqual(['b', 'a']));

it('finds a language by its tag and by its name', () => {
	expect(suggestLanguages('pt')).toEqual(['pt', 'pt-BR']);
	expect(suggestLanguages('Ger')).toEqual(['de']);
	expect(suggestLanguages('klingon')).toEqual([]);
});
