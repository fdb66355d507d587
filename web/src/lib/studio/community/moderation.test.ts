import { expect, it } from 'vitest';
import { choicesFor, linesOf, reasonsOf, type Case } from './moderation';

const report = (reason: string, id: string): Case['reports'][number] => ({
	id,
	reason,
	details: '',
	created_at: ''
});
const one = (part: Partial<Case>, subject: Partial<Case['subject']> = {}): Case =>
	({
		state: 'open',
		findings: [],
		reports: [],
		subject: { kind: 'comment', state: 'visible', ...subject },
		...part
	}) as Case;

it('says why something is there', () =>
	expect(
		reasonsOf(
			one({
				findings: [{ hook: 'words', reason: 'blocked word: spam' }],
				reports: [report('spam', '1'), report('abuse', '2'), report('spam', '3')]
			})
		)
	).toEqual(['Blocked word: spam', 'Reported as spam ×2', 'Reported as abuse']));

it('offers what would change something', () => {
	expect(choicesFor(one({}))).toEqual(['approve', 'hold', 'remove', 'dismiss']);
	expect(choicesFor(one({}, { state: 'held' }))).not.toContain('hold');
	expect(choicesFor(one({}, { state: null }))).toEqual(['dismiss']);
	expect(choicesFor(one({}, { kind: 'user', state: null }))).toEqual(['dismiss']);
});

it('reads lists as people type them', () =>
	expect(linesOf('Example.com\n\n other.org, example.com')).toEqual(['example.com', 'other.org']));
