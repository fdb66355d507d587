import type { Video } from '$lib/api/types';
import type { Season } from './model';

export interface EpisodePlace {
	video_id: string;
	season_number: number | null;
	episode_number: number;
}

type Episode = Pick<Video, 'id' | 'season_number' | 'episode_number'>;

/** The most places that are sent at once. */
const AT_ONCE = 500;

/** The number that the first of these has, or that it ought to have. */
const first = (videos: Episode[]): number => {
	const numbers = videos.flatMap(({ episode_number }) => episode_number ?? []);
	return numbers.includes(0) ? 0 : 1;
};

/** The places of a season's episodes after they were put in this order. A season may begin at 0. */
export function placesOf(season: number | null, videos: Episode[]): EpisodePlace[] {
	const begin = first(videos);
	return videos.map(({ id }, at) => ({
		video_id: id,
		season_number: season,
		episode_number: begin + at
	}));
}

/** Only what has to be told: the places that differ from those that the videos have. */
export function changedPlaces(season: number | null, videos: Episode[]): EpisodePlace[] {
	const before = new Map(videos.map((video) => [video.id, video]));
	return placesOf(season, videos).filter(({ video_id, season_number, episode_number }) => {
		const old = before.get(video_id);
		return old?.season_number !== season_number || old.episode_number !== episode_number;
	});
}

/** Places in portions of a size that the server takes. */
export function portions<T>(all: T[], size = AT_ONCE): T[][] {
	const parts: T[][] = [];
	for (let at = 0; at < all.length; at += size) parts.push(all.slice(at, at + size));
	return parts;
}

/** The place at the end of a season for something that joins it. */
export function lastPlace(season: Season | undefined, number: number | null): number {
	const numbers = (season?.number === number ? season.episodes : []).flatMap(
		({ episode_number }) => episode_number ?? []
	);
	return numbers.length ? Math.max(...numbers) + 1 : 1;
}

/** The number of a season that comes next; specials do not count. */
export function nextSeason(seasons: Pick<Season, 'number'>[]): number {
	return Math.max(0, ...seasons.flatMap(({ number }) => number ?? [])) + 1;
}

/** What to call a season. */
export function seasonLabel(number: number | null, title: string | null): string {
	const plain =
		number === null ? 'Without a season' : number === 0 ? 'Specials' : `Season ${number}`;
	return title && number !== null ? `${plain}: ${title}` : (title ?? plain);
}

/** A date such as `2008-01-20`, or what is wrong with it. */
export function dateMistake(date: string): string | undefined {
	if (date.trim() === '') return undefined;
	const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date.trim());
	const at = parts && new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
	return at && at.toISOString().startsWith(date.trim())
		? undefined
		: 'A day such as 2008-01-20, please.';
}
