import { expect, it } from 'vitest';
import {
	dayEnd,
	dayStart,
	detailsOf,
	goneIn,
	placeOfSubject,
	sentenceOf,
	type AuditEntry
} from './audit';

const entry = (part: Partial<AuditEntry>): AuditEntry => ({
	id: 'audit_1',
	at: '2026-11-21T10:00:00Z',
	actor_id: 'user_1',
	actor_name: 'ada',
	action: 'user.role',
	subject: 'user_2',
	detail: null,
	addr: null,
	...part
});

it.each([
	['user.role', 'changed the role of a user'],
	['video.access', 'changed who may see a video'],
	['group.add', 'put somebody into a group'],
	['group.change', 'changed a group'],
	['artwork.delete', 'deleted an artwork'],
	['video.chapters', 'changed the chapters of a video'],
	['video.subtitles_delete', 'deleted subtitles of a video'],
	['home.rows', 'arranged the home page'],
	['key.rotate', 'key · rotate'],
	['boot', 'boot · done']
])('%s: %s', (action, said) => expect(sentenceOf(entry({ action }))).toBe(said));

it('puts details into words, never into JSON', () =>
	expect(
		detailsOf(
			entry({
				detail: { before: 'viewer', ids: ['a', 'b'], all: true, was: { role: null }, no: [] }
			})
		)
	).toEqual([
		{ name: 'Before', value: 'viewer' },
		{ name: 'Ids', value: 'a, b' },
		{ name: 'All', value: 'yes' },
		{ name: 'Was', value: 'role –' },
		{ name: 'No', value: '–' }
	]));

it.each([
	['video.access', 'video_1', '/studio/videos/video_1'],
	['group.add', 'group_1', '/studio/groups'],
	['moderation.decide', 'case_1', '/studio/moderation'],
	['moderation.rules', 'rules', '/studio/moderation/rules'],
	['settings.change', 'settings', '/studio/settings'],
	['channel.edit', 'channel_1', '/studio/channels/channel_1'],
	['comment.delete', 'comment_1', undefined],
	['key.create', 'key_1', undefined],
	['boot', null, undefined]
])('%s of %s leads to %s', (action, subject, place) =>
	expect(placeOfSubject(entry({ action, subject }))).toBe(place)
);

it('leads nowhere where nothing is left', () => {
	const all = [
		entry({ action: 'user.delete', subject: 'user_2' }),
		entry({ action: 'user.role', subject: 'user_2' }),
		entry({ action: 'user.role', subject: 'user_3' })
	];
	expect(all.map((one) => placeOfSubject(one, goneIn(all)))).toEqual([
		undefined,
		undefined,
		'/studio/users/user_3'
	]);
});

it('takes whole days', () => {
	const start = dayStart('2026-11-21');
	const end = dayEnd('2026-11-21');
	expect(Date.parse(end ?? '') - Date.parse(start ?? '')).toBe(86_400_000);
	expect(dayStart('')).toBeUndefined();
	expect(dayEnd('nonsense')).toBeUndefined();
});
