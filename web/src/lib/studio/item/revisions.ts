import { capital } from '$lib/format';

export interface Change {
	field: string;
	before: unknown;
	after: unknown;
}

export interface Revision {
	number: number;
	at: string;
	actor: string | null;
	via: string;
	changes: Change[];
}

const WAYS: Record<string, string> = {
	create: 'Made',
	upload: 'Uploaded',
	edit: 'Edited',
	bulk: 'Edited with others',
	restore: 'Brought back',
	import: 'Imported',
	provider: 'Taken from the provider',
	scan: 'Read from the folder'
};

export const wayOf = (via: string): string => WAYS[via] ?? capital(via.replaceAll('_', ' '));

export const fieldName = (field: string): string => capital(field.replaceAll('_', ' '));

/** A value as a person reads it. */
export function valueText(value: unknown): string {
	if (value === null || value === undefined || value === '') return '–';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	if (Array.isArray(value)) return value.map(valueText).join(', ') || '–';
	if (typeof value === 'object') {
		const { name, title, character, role, number } = value as Record<string, unknown>;
		const main = name ?? title;
		if (typeof main === 'string') {
			const more = [role, character].filter((one) => typeof one === 'string' && one !== '');
			const said = typeof number === 'number' ? `${number}. ${main}` : main;
			return more.length ? `${said} (${more.join(', ')})` : said;
		}
		return Object.entries(value)
			.filter(([, inner]) => inner !== null && inner !== '')
			.map(([key, inner]) => `${key.replaceAll('_', ' ')} ${valueText(inner)}`)
			.join(', ');
	}
	return String(value);
}

/**
 * What going back to `number` would change: for every field that was changed since, what it is now
 * and what it would be. `revisions` run from the latest to the oldest, without gaps.
 */
export function changesBackTo(revisions: Revision[], number: number): Change[] {
	const fields = new Map<string, Change>();
	for (const revision of revisions) {
		if (revision.number <= number) break;
		for (const { field, before, after } of revision.changes) {
			const known = fields.get(field);
			fields.set(field, { field, before: known ? known.before : after, after: before });
		}
	}
	return [...fields.values()].filter(
		({ before, after }) => JSON.stringify(before) !== JSON.stringify(after)
	);
}
