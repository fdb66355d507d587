import type { Channel } from '$lib/channels/types';
import type { Stream } from '$lib/live/types';
import { call } from './call';
import type { Maybe, Video, View, With } from './types';

/** What a row tells of a title: less than the title's own page does. */
export type Card = View<'CardView'>;
export type Why = With<View<'WhyView'>, { kind: 'watched' | 'alike' | 'popular' }>;
export type HomeItem = With<
	Maybe<View<'HomeItemView'>, 'progress' | 'rank' | 'why'>,
	{ video: Card; why?: Why }
>;
/** A row of titles; or of what is on the air, with `streams` or `channels`. */
export type HomeRow = With<
	View<'RowView'>,
	{ items: HomeItem[]; streams?: Stream[]; channels?: Channel[] }
>;
export type HomePage = With<View<'HomeView'>, { rows: HomeRow[] }>;

export const home = (): Promise<HomePage> => call('GET', '/api/home');

/** Whether there is anything on the page. */
export const isBare = ({ hero, rows }: HomePage): boolean =>
	!hero && rows.every((row) => !row.items.length && !row.streams?.length && !row.channels?.length);

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
