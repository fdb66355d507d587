import { expect, it } from 'vitest';
import { partOf, tabsOf } from './tabs';

const PARTS = [
	{ name: 'titles', label: 'Titles' },
	{ name: 'artwork', label: 'Artwork' }
];

it('leads to the first part by the address of the editor', () => {
	expect(tabsOf('/studio/x/1', PARTS, 'artwork')).toEqual([
		{ href: '/studio/x/1', label: 'Titles', here: false },
		{ href: '/studio/x/1/artwork', label: 'Artwork', here: true }
	]);
});

it('shows the first part for an address that means none', () => {
	expect(partOf(PARTS, 'artwork')).toBe('artwork');
	expect(partOf(PARTS, 'nothing')).toBe('titles');
	expect(partOf(PARTS, undefined)).toBe('titles');
});
