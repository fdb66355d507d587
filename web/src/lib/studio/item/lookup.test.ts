import { expect, it } from 'vitest';
import { compared, fitOf, type Candidate } from './lookup';

const candidate: Candidate = {
	external_id: '992',
	title: 'Sherlock Jr.',
	original_title: null,
	year: 1924,
	overview: 'A projectionist dreams.',
	poster_url: null,
	score: 0.9
};

it('puts what is said here beside what is said there', () =>
	expect(
		compared(
			{ title: 'Sherlock Jr.', original_title: null, release_year: 1925, description: '' },
			candidate
		)
	).toEqual([
		{ name: 'Title', mine: 'Sherlock Jr.', theirs: 'Sherlock Jr.', same: true },
		{ name: 'Year', mine: '1925', theirs: '1924', same: false },
		{ name: 'Synopsis', mine: '', theirs: 'A projectionist dreams.', same: false }
	]));

it.each([
	[1, 'good'],
	[0.85, 'good'],
	[0.7, 'warn'],
	[0.1, 'plain']
])('a score of %s is %s', (score, tone) => expect(fitOf(score).tone).toBe(tone));
