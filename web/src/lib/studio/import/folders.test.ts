import { describe, expect, it } from 'vitest';
import { percentOf, wordsOf, type Scan } from './folders';

const scan = (change: Partial<Scan>): Scan => ({
	state: 'done',
	dry_run: false,
	is_public: false,
	requested_at: '2026-11-22T10:00:00Z',
	finished_at: null,
	error: null,
	found: 4,
	imported: 2,
	there: 1,
	failed: 1,
	files: null,
	...change
});

describe('a scan of a folder', () => {
	it('is told in words', () => {
		expect(wordsOf(scan({}))).toBe('2 films imported, 1 there already, 1 failed.');
		expect(wordsOf(scan({ dry_run: true, imported: 1, failed: 0 }))).toBe(
			'1 film would be imported, 1 there already.'
		);
		expect(wordsOf(scan({ state: 'queued' }))).toBe('Waits for its turn.');
		expect(wordsOf(scan({ found: 0 }))).toBe('There is no film in it.');
		expect(wordsOf(scan({ state: 'canceled' }))).toMatch(/^Stopped: 2 films/);
	});

	it('is as far as its films are', () => {
		expect(percentOf(scan({ found: null }))).toBeNull();
		expect(percentOf(scan({ found: 0 }))).toBe(100);
		expect(percentOf(scan({ found: 8 }))).toBe(50);
	});
});
