import { read, send, step } from '../server';
import { creditsToSend, draftsOf, merged } from './credits';
import type { Credit, PersonWhole, ShowWhole } from './model';

/** Where each title of a person keeps its credits, every title once. */
export function creditPaths(person: Pick<PersonWhole, 'filmography'>): string[] {
	const paths = person.filmography.flatMap(({ video, show }) =>
		video
			? [`/api/videos/${step(video.id)}/credits`]
			: show
				? [`/api/shows/${step(show.id)}/credits`]
				: []
	);
	return [...new Set(paths)];
}

const creditsAt = async (path: string): Promise<Credit[]> =>
	path.startsWith('/api/shows/')
		? (await read<ShowWhole>(path.replace(/\/credits$/, ''))).credits
		: read<Credit[]>(path);

/**
 * Gives every credit of `from` to `to`, title after title, and only then takes `from` away: what
 * fails half-way leaves both there, and can be done again.
 */
export async function mergePeople(
	from: PersonWhole,
	to: string,
	done?: (count: number, of: number) => void
): Promise<void> {
	const paths = creditPaths(from);
	for (const [at, path] of paths.entries()) {
		const credits = merged(await creditsAt(path), from.id, to);
		await send('PUT', path, creditsToSend(draftsOf(credits)));
		done?.(at + 1, paths.length);
	}
	await send('DELETE', `/api/people/${step(from.id)}`);
}
