import type { View, Video } from '$lib/api/types';

export type Candidate = View<'CandidateView'>;
export type Candidates = View<'Candidates'>;

/** What can be taken over of a candidate. */
export const TAKEN = [
	{ value: 'title', label: 'Title' },
	{ value: 'original_title', label: 'Original title' },
	{ value: 'tagline', label: 'Tagline' },
	{ value: 'description', label: 'Synopsis' },
	{ value: 'release_date', label: 'Release date' },
	{ value: 'genres', label: 'Genres' },
	{ value: 'studio', label: 'Studio' },
	{ value: 'languages', label: 'Languages' },
	{ value: 'rating', label: 'Age rating' },
	{ value: 'credits', label: 'Cast and crew' },
	{ value: 'artwork', label: 'Artwork' }
];

export interface Compared {
	name: string;
	mine: string;
	theirs: string;
	same: boolean;
}

/** The video and a candidate side by side, where at least one of them says something. */
export function compared(
	video: Pick<Video, 'title' | 'original_title' | 'release_year' | 'description'>,
	candidate: Candidate
): Compared[] {
	const rows: [string, string | number | null, string | number | null][] = [
		['Title', video.title, candidate.title],
		['Original title', video.original_title, candidate.original_title],
		['Year', video.release_year, candidate.year],
		['Synopsis', video.description, candidate.overview]
	];
	return rows
		.map(([name, mine, theirs]) => ({
			name,
			mine: mine?.toString() ?? '',
			theirs: theirs?.toString() ?? ''
		}))
		.filter(({ mine, theirs }) => mine || theirs)
		.map((row) => ({ ...row, same: row.mine.trim() === row.theirs.trim() }));
}

/** How well it fits, in a word. */
export function fitOf(score: number): { word: string; tone: 'good' | 'warn' | 'plain' } {
	if (score >= 0.85) return { word: 'Fits well', tone: 'good' };
	if (score >= 0.6) return { word: 'May fit', tone: 'warn' };
	return { word: 'Hardly fits', tone: 'plain' };
}
