import type { Level } from 'hls.js';
import { bitrate } from '$lib/format';
import type { Quality } from './tracks';
import { codecName, levelName } from './words';

type Sounded = Pick<Level, 'uri' | 'audioGroups'>;

/**
 * Which levels to leave out. A stream lists every picture once for each group of sounds (stereo, 5.1):
 * those with another group than the wanted one go, and what is then still there twice.
 */
export function superfluous(levels: readonly Sounded[], group: string | undefined): number[] {
	const seen = new Set<string>();
	return levels.flatMap(({ uri, audioGroups }, index) => {
		const other = group !== undefined && audioGroups?.length && !audioGroups.includes(group);
		if (other || seen.has(uri)) return [index];
		seen.add(uri);
		return [];
	});
}

/** The levels as people choose them, the finest first. `sources`: renditions that are the upload itself. */
export function qualitiesOf(levels: readonly Level[], sources: readonly string[]): Quality[] {
	return levels
		.map((level, index) => {
			const rendition = /\/(rendition_[a-z0-9]+)\//.exec(level.uri)?.[1] ?? '';
			const name = levelName(level.width, level.height, level.name);
			return {
				index,
				name: sources.includes(rendition) ? `${name} source` : name,
				height: level.height,
				bitrate: level.bitrate,
				codec: codecName(level.videoCodec),
				hint: bitrate(level.bitrate),
				rendition
			};
		})
		.sort((a, b) => b.height - a.height || b.bitrate - a.bitrate);
}
