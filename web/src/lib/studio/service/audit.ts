import type { Page } from '$lib/api/client';
import { capital } from '$lib/format';
import { readPage } from '../server';

/** One act in the audit log. */
export interface AuditEntry {
	id: string;
	at: string;
	actor_id: string | null;
	actor_name: string;
	action: string;
	subject: string | null;
	detail: Record<string, unknown> | null;
	addr: string | null;
}

export interface AuditFilter {
	actor?: string;
	action?: string;
	subject?: string;
	since?: string;
	until?: string;
}

export const auditEntries = (
	filter: AuditFilter,
	cursor: string | null
): Promise<Page<AuditEntry>> => readPage('/api/audit', { ...filter, cursor, limit: 50 });

const VERBS: Record<string, string> = {
	access: 'changed who may see',
	change: 'changed',
	approve: 'approved',
	ban: 'banned',
	bulk: 'changed many of',
	create: 'made',
	decide: 'decided about',
	delete: 'deleted',
	disable: 'disabled',
	edit: 'changed',
	enable: 'enabled',
	import: 'imported',
	remove: 'removed',
	restore: 'restored',
	revoke: 'took back',
	role: 'changed the role of',
	rules: 'changed the rules of',
	update: 'changed'
};

/** What belongs to a title, and is changed by itself. */
const PARTS = new Set([
	'artwork',
	'audio',
	'chapters',
	'credits',
	'items',
	'notes',
	'poster',
	'renditions',
	'subtitles'
]);

/** What a thing and a verb do not say by themselves. */
const SENTENCES: Record<string, string> = {
	'analytics.refresh': 'had the figures counted anew',
	'group.add': 'put somebody into a group',
	'group.remove': 'took somebody out of a group',
	'home.rows': 'arranged the home page',
	'invitation.delete': 'took back an invitation',
	'key.create': 'made an API key',
	'key.delete': 'took back an API key',
	'moderation.decide': 'decided about a report',
	'moderation.rules': 'changed the rules of moderation',
	'recommendations.rebuild': 'had the recommendations made anew',
	'search.rebuild': 'had the search index made anew',
	'session.open': 'signed in',
	'session.reuse': 'showed a refresh token a second time',
	'settings.change': 'changed the settings',
	'show.episodes': 'put the episodes of a show in order',
	'user.email': 'changed their e-mail address',
	'user.end_sessions': 'signed a user out everywhere',
	'user.export': 'exported their data',
	'user.link': 'connected an account at a provider',
	'user.passkey_add': 'added a passkey',
	'user.passkey_remove': 'removed a passkey',
	'user.password': 'changed a password',
	'user.register': 'made an account',
	'user.rename': 'renamed a user',
	'user.reset_link': 'made a link to set a password for a user',
	'user.totp_add': 'turned two-step sign-in on',
	'user.totp_remove': 'turned two-step sign-in off',
	'user.unlink': 'disconnected an account at a provider',
	'video.bulk': 'changed many videos at once',
	'video.cancel': 'stopped the processing of a video',
	'video.keep': 'kept a recording for good',
	'video.keep_delete': 'let a recording go in time',
	'video.retry': 'had a video processed again',
	'video.thumbnails': 'had pictures of a video taken anew'
};

/** What was done, after the name of whoever did it: `changed the role of user_…`. */
export function sentenceOf(entry: AuditEntry): string {
	const [thing = '', ...rest] = entry.action.split('.');
	const verb = rest.join(' ').replaceAll(/[_-]/g, ' ');
	const noun = thing.replaceAll(/[_-]/g, ' ');
	const known = SENTENCES[entry.action];
	if (known) return known;
	const article = /^[aeio]/.test(noun) ? 'an' : 'a';
	const said = VERBS[verb];
	if (said) return `${said} ${article} ${noun}`;
	const part = verb.replace(/ delete$/, '');
	if (PARTS.has(part)) {
		const done = verb === part ? 'changed the' : 'deleted';
		return `${done} ${part} of ${article} ${noun}`;
	}
	return `${noun} · ${verb || 'done'}`;
}

function plain(value: unknown): string {
	if (value === null || value === undefined || value === '') return '–';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (Array.isArray(value)) return value.map(plain).join(', ') || '–';
	if (typeof value === 'object') {
		return Object.entries(value)
			.map(([name, inner]) => `${name.replaceAll('_', ' ')} ${plain(inner)}`)
			.join(', ');
	}
	return String(value);
}

/** The details of an act in words a person reads. */
export function detailsOf(entry: AuditEntry): { name: string; value: string }[] {
	return Object.entries(entry.detail ?? {}).map(([name, value]) => ({
		name: capital(name.replaceAll('_', ' ')),
		value: plain(value)
	}));
}

/**
 * Where the thing that an act was done to is looked after; nowhere when it is gone, or has no page
 * of its own.
 */
export function placeOfSubject(
	entry: Pick<AuditEntry, 'action' | 'subject'>,
	gone: ReadonlySet<string> = new Set()
): string | undefined {
	const { action, subject } = entry;
	if (action.startsWith('moderation.'))
		return action === 'moderation.rules' ? '/studio/moderation/rules' : '/studio/moderation';
	if (action.startsWith('settings.')) return '/studio/settings';
	if (!subject || gone.has(subject)) return undefined;
	return {
		video: `/studio/videos/${subject}`,
		show: `/studio/shows/${subject}`,
		person: `/studio/people/${subject}`,
		collection: `/studio/collections/${subject}`,
		playlist: `/studio/playlists/${subject}`,
		user: `/studio/users/${subject}`,
		group: '/studio/groups',
		invitation: '/studio/invitations',
		channel: `/studio/channels/${subject}`,
		stream: `/studio/live/${subject}`,
		webhook: `/studio/webhooks/${subject}`
	}[subject.split('_')[0] ?? ''];
}

/** What these acts have deleted: no link leads there any more. */
export const goneIn = (entries: AuditEntry[]): Set<string> =>
	new Set(
		entries.flatMap(({ action, subject }) =>
			action.endsWith('.delete') && subject ? [subject] : []
		)
	);

/** A day's beginning where the person is, as an instant. */
export function dayStart(date: string): string | undefined {
	const at = new Date(`${date}T00:00:00`);
	return date && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
}

/** The instant at which the day is over. */
export function dayEnd(date: string): string | undefined {
	const start = dayStart(date);
	if (!start) return undefined;
	const at = new Date(start);
	at.setDate(at.getDate() + 1);
	return at.toISOString();
}
