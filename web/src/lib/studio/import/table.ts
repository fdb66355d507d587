import type { View } from '$lib/api/types';
import { send } from '../server';

export type Report = View<'ImportReport'>;
export type Row = Report['report'][number];

export type Outcome = 'created' | 'updated' | 'unchanged' | 'failed';

export const OUTCOMES: {
	outcome: Outcome;
	/** What has become of a row. */
	done: string;
	/** What would become of it. */
	planned: string;
	tone: 'good' | 'light' | 'plain' | 'bad';
}[] = [
	{ outcome: 'created', done: 'Added', planned: 'Would be added', tone: 'good' },
	{ outcome: 'updated', done: 'Changed', planned: 'Would be changed', tone: 'light' },
	{ outcome: 'unchanged', done: 'As it was', planned: 'Known already', tone: 'plain' },
	{ outcome: 'failed', done: 'Refused', planned: 'Refused', tone: 'bad' }
];

export const outcomeOf = (row: Pick<Row, 'outcome'>): (typeof OUTCOMES)[number] | undefined =>
	OUTCOMES.find(({ outcome }) => outcome === row.outcome);

const MOST = 64 * 1024 * 1024;

/** The type under which a table is sent, by its name; nothing where it is none. */
export function typeOfTable(name: string): string | undefined {
	if (/\.(csv|txt)$/i.test(name)) return 'text/csv';
	if (/\.tsv$/i.test(name)) return 'text/tab-separated-values';
	if (/\.(jsonl|ndjson)$/i.test(name)) return 'application/x-ndjson';
	if (/\.json$/i.test(name)) return 'application/json';
	return undefined;
}

/** Whether a text that was typed or pasted is JSON rather than a table with commas. */
export const typeOfText = (text: string): string =>
	/^\s*[[{]/.test(text) ? 'application/json' : 'text/csv';

/** Why a file cannot be a table, as far as its name and size tell. */
export function tableProblem(file: { name: string; size: number }): string | undefined {
	if (!typeOfTable(file.name)) return 'A CSV or JSON file, please.';
	if (file.size === 0) return 'The file is empty.';
	if (file.size > MOST) return 'The file is larger than 64 MiB.';
	return undefined;
}

/** Sends a table: to see what would happen, or to have it happen. */
export const importTable = (body: Blob | string, type: string, dry: boolean): Promise<Report> =>
	send<Report>('POST', `/api/metadata/import?dry_run=${dry}`, body, type);

/** How much of a report is shown at once. */
export const SHOWN = 100;

/** The rows of a kind, or all of them, the refused ones first. */
export function rowsOf(report: Report, outcome: Outcome | ''): Row[] {
	const rows = outcome ? report.report.filter((row) => row.outcome === outcome) : report.report;
	const rank = (row: Row): number => (row.outcome === 'failed' ? 0 : 1);
	return [...rows].sort((a, b) => rank(a) - rank(b) || a.line - b.line);
}

/** A table to begin with: the columns, and a row. */
export const EXAMPLE = `title,filename,release_year,genres,tags,description,rating,director
Sherlock Jr.,sherlock-jr.mp4,1924,"Comedy;Silent",keaton,A projectionist dreams himself into the film.,G,Buster Keaton
`;
