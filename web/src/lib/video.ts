import type { Rendition, Video } from './api/types';
import { capital, language, plural, runtime } from './format';

/** A video's length in seconds, as exactly as it is known; 0 when it is not. */
export function lengthOf(
	video: Pick<Video, 'duration' | 'duration_ms' | 'duration_seconds'>
): number {
	if (video.duration_ms) return video.duration_ms / 1000;
	return video.duration_seconds ?? video.duration ?? 0;
}

const TYPES: Record<string, string> = {
	movie: 'Film',
	episode: 'Episode',
	short: 'Short',
	documentary: 'Documentary',
	lesson: 'Lesson',
	music: 'Music',
	recording: 'Recording'
};

/** Kinds a video can be of, with the names that people read. */
export const CONTENT_TYPES = Object.entries(TYPES).map(([value, label]) => ({ value, label }));

export function typeName(type: string | null): string {
	if (!type) return '';
	return TYPES[type] ?? type.charAt(0).toUpperCase() + type.slice(1);
}

/** Where an episode stands in its show: `Show · S1 E3`; a lesson in its course: `Course · Lesson 3`. */
export function episodeLine(video: Video): string {
	if (video.content_type === 'lesson' && video.episode_number !== null)
		return [video.show_title, `Lesson ${video.episode_number}`].filter(Boolean).join(' · ');
	const number = [
		video.season_number !== null ? `S${video.season_number}` : '',
		video.episode_number !== null ? `E${video.episode_number}` : ''
	]
		.filter(Boolean)
		.join(' ');
	return [video.show_title, number].filter(Boolean).join(' · ');
}

/** The quiet line below a title on a card. */
export function kindLine(video: Video): string {
	const episode = episodeLine(video);
	if (episode) return episode;
	return [video.release_year, video.genre ?? typeName(video.content_type)]
		.filter(Boolean)
		.join(' · ');
}

/** The facts of a film in a row: year, length, rating, genre … */
export function facts(video: Video): string[] {
	return [
		video.release_year?.toString() ?? '',
		runtime(lengthOf(video) || null),
		typeName(video.content_type),
		video.genre ?? '',
		video.view_count > 0 ? plural(video.view_count, 'view') : ''
	].filter(Boolean);
}

/** Its video renditions, largest first. */
export function ladder(video: Video): Rendition[] {
	return video.renditions
		.filter((rendition) => rendition.kind === 'video')
		.sort((a, b) => (b.height ?? 0) - (a.height ?? 0) || b.bitrate - a.bitrate);
}

const CHANNELS: Record<number, string> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };

/** A sound rendition as people call it: `English 5.1`, `Stereo`. */
export function soundName(sound: Rendition): string {
	const spoken = sound.label || language(sound.language);
	const channels = sound.channels ? (CHANNELS[sound.channels] ?? `${sound.channels} channels`) : '';
	return capital([spoken, channels].filter(Boolean).join(' ')) || 'Sound';
}
