import type { Page } from '$lib/api/client';
import { capital } from '$lib/format';
import { readPage } from '../server';

export type Decision = 'approve' | 'hold' | 'remove' | 'dismiss';
export type Effect = 'allow' | 'flag' | 'hold' | 'refuse';

export interface Case {
	id: string;
	subject: {
		kind: string;
		id: string;
		video_id: string | null;
		author_id: string | null;
		author_name: string;
		excerpt: string;
		state: string | null;
	};
	state: string;
	findings: { hook: string; reason: string }[];
	report_count: number;
	reports: { id: string; reason: string; details: string; created_at: string }[];
	decision: Decision | null;
	decided_by: string | null;
	decided_at: string | null;
	note: string | null;
	created_at: string;
	updated_at: string;
}

export interface WordRule {
	word: string;
	effect: Effect;
	kinds: string[];
}

export interface Rules {
	comments: string;
	reviews: string;
	hold_all: boolean;
	hold_after_reports: number;
	words: WordRule[];
	links: {
		links: Effect;
		allowed_domains: string[];
		blocked_domains: string[];
		blocked_effect: Effect;
		max_links: number | null;
		kinds: string[];
	};
}

export const blankRules = (): Rules => ({
	comments: 'signed_in',
	reviews: 'signed_in',
	hold_all: false,
	hold_after_reports: 0,
	words: [],
	links: {
		links: 'allow',
		allowed_domains: [],
		blocked_domains: [],
		blocked_effect: 'refuse',
		max_links: null,
		kinds: []
	}
});

export const EFFECTS: { value: Effect; label: string }[] = [
	{ value: 'allow', label: 'Nothing happens' },
	{ value: 'flag', label: 'Moderators are told' },
	{ value: 'hold', label: 'Held until a moderator decides' },
	{ value: 'refuse', label: 'Refused, with the reason' }
];

export const cases = (state: string, kind: string, cursor: string | null): Promise<Page<Case>> =>
	readPage('/api/moderation/queue', { state, kind, cursor, limit: 25 });

const DONE: Record<Decision, string> = {
	approve: 'Approved: everybody sees it.',
	hold: 'Held: it is out of sight for now.',
	remove: 'Removed: only its author still sees it.',
	dismiss: 'Dismissed: it stays as it is.'
};
export const doneWith = (decision: Decision): string => DONE[decision];

/** Why a case is there, in a few words. */
export function reasonsOf(one: Case): string[] {
	const counted = new Map<string, number>();
	for (const { reason } of one.reports) counted.set(reason, (counted.get(reason) ?? 0) + 1);
	return [
		...one.findings.map(({ reason }) => capital(reason)),
		...[...counted].map(
			([reason, count]) => `Reported as ${reason}${count > 1 ? ` ×${count}` : ''}`
		)
	];
}

/** What can be decided about it: not what it is already. */
export function choicesFor(one: Case): Decision[] {
	const { state, kind } = one.subject;
	if (state === null && kind !== 'user') return ['dismiss'];
	if (kind === 'user') return ['dismiss'];
	const all: Decision[] = ['approve', 'hold', 'remove', 'dismiss'];
	const already: Record<string, Decision> = { held: 'hold', removed: 'remove' };
	return all.filter((choice) => choice !== already[state ?? ''] || one.state !== 'open');
}

/** Words out of a text with one a line, without blanks and repeats. */
export function linesOf(text: string): string[] {
	return [...new Set(text.split(/[\n,]/).map((line) => line.trim().toLowerCase()))].filter(Boolean);
}
