import { call } from './call';
import type { Video } from './types';

/** What a row tells of a title: less than the title's own page does. */
export type Card = Pick<
	Video,
	| 'id'
	| 'title'
	| 'description'
	| 'content_type'
	| 'show_title'
	| 'season_number'
	| 'episode_number'
	| 'genre'
	| 'tags'
	| 'release_year'
	| 'rating'
	| 'duration'
	| 'duration_seconds'
	| 'thumbnail_url'
	| 'poster_url'
	| 'storyboard_url'
	| 'view_count'
	| 'is_public'
	| 'is_processed'
>;
export interface Why {
	kind: 'watched' | 'alike' | 'popular';
	because: { id: string; title: string } | null;
	text: string;
}
export interface HomeItem {
	video: Card;
	progress?: { current_time: number; total_duration: number; percentage: number };
	rank?: number;
	why?: Why;
}
export interface HomeRow {
	id: string;
	kind: string;
	title: string;
	value: string | null;
	because: { id: string; title: string } | null;
	items: HomeItem[];
}
export interface HomePage {
	hero: Card | null;
	rows: HomeRow[];
}

export const home = (): Promise<HomePage> => call('GET', '/api/home');

/** A card as the components that show whole videos take it. */
export function wholeOf(card: Card): Video {
	return {
		duration_ms: null,
		renditions: [],
		subtitles: [],
		thumbnails: [],
		chapters: [],
		processing_status: card.is_processed ? 'completed' : 'processing',
		...card
	} as unknown as Video;
}
