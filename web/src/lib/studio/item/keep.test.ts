import { expect, test } from 'vitest';
import { staySentence } from './keep';

const now = Date.parse('2027-02-01T12:00:00Z');
const going = {
	stream_id: 'stream_1',
	retention_days: 30,
	is_kept: false,
	removed_at: '2027-03-03T12:00:00Z'
};

test('the day on which a recording goes is named', () => {
	expect(staySentence(going, now)).toBe('This recording is removed on 3 March 2027.');
});

test('what is too old already goes soon', () => {
	const late = { ...going, removed_at: '2027-01-31T12:00:00Z' };
	expect(staySentence(late, now)).toBe('This recording is removed within minutes.');
});

test('what is kept stays', () => {
	const kept = { ...going, is_kept: true, removed_at: null };
	expect(staySentence(kept, now)).toBe('Kept for good.');
});

test('nothing is said where recordings stay for ever, and of other videos', () => {
	const ever = { ...going, retention_days: null, removed_at: null };
	expect(staySentence(ever, now)).toBeNull();
	expect(staySentence({ ...ever, is_kept: true }, now)).toBeNull();
	expect(staySentence({ ...going, stream_id: null, removed_at: null }, now)).toBeNull();
});
