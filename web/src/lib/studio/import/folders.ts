import { call, path } from '$lib/api/call';

/** Films that lie on the machine: folders that whoever has it named. */
export interface Folder {
	id: string;
	path: string;
	available: boolean;
	scan: Scan | null;
}

export interface Scan {
	state: 'queued' | 'running' | 'done' | 'failed' | 'canceled';
	dry_run: boolean;
	is_public: boolean;
	requested_at: string;
	finished_at: string | null;
	error: string | null;
	found: number | null;
	imported: number;
	there: number;
	failed: number;
	files: ScannedFile[] | null;
}

export type Fate = 'imported' | 'would' | 'there' | 'failed';

export interface ScannedFile {
	file: string;
	fate: Fate;
	video_id: string | null;
	notes: string[];
}

export const FATES: Record<Fate, { word: string; tone: 'good' | 'light' | 'plain' | 'bad' }> = {
	imported: { word: 'Imported', tone: 'good' },
	would: { word: 'Would be imported', tone: 'light' },
	there: { word: 'There already', tone: 'plain' },
	failed: { word: 'Failed', tone: 'bad' }
};

export const isOpen = (scan: Scan | null | undefined): boolean =>
	scan?.state === 'queued' || scan?.state === 'running';

/** How far a scan is in per cent; null while it cannot be known. */
export function percentOf(scan: Scan): number | null {
	if (scan.found === null) return null;
	if (scan.found === 0) return 100;
	return (100 * (scan.imported + scan.there + scan.failed)) / scan.found;
}

/** How a scan stands, in words. */
export function wordsOf(scan: Scan): string {
	const films = (n: number): string => (n === 1 ? '1 film' : `${n.toLocaleString('en')} films`);
	if (scan.state === 'queued') return 'Waits for its turn.';
	if (scan.state === 'running' && scan.found === null) return 'Looks for films…';
	if (scan.found === 0 && scan.state === 'done') return 'There is no film in it.';
	const parts = [
		scan.dry_run ? `${films(scan.imported)} would be imported` : `${films(scan.imported)} imported`,
		`${scan.there.toLocaleString('en')} there already`,
		...(scan.failed ? [`${scan.failed.toLocaleString('en')} failed`] : [])
	];
	const all = `${parts.join(', ')}.`;
	if (scan.state === 'canceled') return `Stopped: ${all}`;
	if (scan.state === 'running') return `Of ${films(scan.found ?? 0)}: ${all}`;
	return all;
}

export const folders = {
	all: (): Promise<Folder[]> => call('GET', '/api/metadata/folders'),
	one: (id: string): Promise<Folder> => call('GET', path('api', 'metadata', 'folders', id)),
	scan: (id: string, body: { dry_run: boolean; is_public: boolean }): Promise<Scan> =>
		call('POST', path('api', 'metadata', 'folders', id, 'scan'), { body }),
	stop: (id: string): Promise<void> =>
		call('DELETE', path('api', 'metadata', 'folders', id, 'scan'))
};
