import { call, path, type Query } from '$lib/api/call';
import type { Page } from '$lib/api/client';
import { paged } from '$lib/live/api';
import type {
	Channel,
	DayPreview,
	Definition,
	DefinitionPatch,
	Edited,
	Format,
	Matches,
	Play,
	Rule,
	Schedule,
	Takeover
} from './types';

/** The address of a channel, by its identifier, number or slug, and of what belongs to it. */
const channel = (id: string, ...rest: string[]): string => path('api', 'channels', id, ...rest);

export interface ChannelQuery extends Query {
	q?: string;
	mine?: boolean;
	limit?: number;
	cursor?: string | null;
}

/** As many channels as a page asks for at once, and as many as it ever shows. */
const PAGE = 200;
const MOST = 2000;

export const channels = {
	list: (query: ChannelQuery = {}): Promise<Page<Channel>> => paged('/api/channels', query),
	/** All of them, page after page. */
	async all(query: ChannelQuery = {}): Promise<Channel[]> {
		const found: Channel[] = [];
		let cursor: string | null = null;
		do {
			const page: Page<Channel> = await channels.list({ ...query, limit: PAGE, cursor });
			found.push(...page.items);
			cursor = page.next;
		} while (cursor !== null && found.length < MOST);
		return found;
	},
	get: (id: string): Promise<Channel> => call('GET', channel(id)),
	play: (id: string): Promise<Play> => call('GET', path('api', 'channel', 'play', id)),
	unlock: (id: string, password: string): Promise<unknown> =>
		call('POST', channel(id, 'unlock'), { body: { password } }),

	make: (body: Definition): Promise<Channel> => call('POST', '/api/channels', { body }),
	/** Changes it from `effective` on; a dry run only tells what would be. */
	change: (
		id: string,
		body: DefinitionPatch,
		options: { effective?: string; dry_run?: boolean } = {}
	): Promise<Edited> => call('PATCH', channel(id), { body, query: options }),
	remove: (id: string): Promise<unknown> => call('DELETE', channel(id)),
	/** Takes up the library as it is now. */
	refresh: (id: string): Promise<Edited> => call('POST', channel(id, 'refresh')),

	/** Broadcasts that take it over, the latest first. */
	takeovers: (id: string): Promise<Takeover[]> => call('GET', channel(id, 'takeovers')),
	takeOver: (
		id: string,
		body: { stream_id: string; starts_at?: string; minutes?: number }
	): Promise<Takeover> => call('POST', channel(id, 'takeovers'), { body }),
	/** Goes on with the programme, or calls off what has not begun. */
	handBack: (id: string, takeover: string): Promise<Takeover> =>
		call('DELETE', channel(id, 'takeovers', takeover)),

	schedule: (id: string, from: string, to: string): Promise<Schedule> =>
		call('GET', channel(id, 'schedule'), { query: { from, to } }),
	/** The guide of some channels, by their numbers. */
	guide: async (numbers: number[], from: string, to: string): Promise<Schedule[]> => {
		const query = { channels: numbers.join(','), from, to, limit: PAGE };
		return (await paged<Schedule>('/api/epg', query)).items;
	},

	/** One day of a channel as its next edit would have it; nothing is kept. */
	preview: (
		of: string,
		body: DefinitionPatch,
		date: string,
		signal?: AbortSignal
	): Promise<DayPreview> =>
		call('POST', '/api/channels/preview', {
			body,
			query: { date, channel: of },
			...(signal ? { signal } : {})
		}),
	matches: (
		rules: Rule,
		visibility?: string,
		format?: Format,
		signal?: AbortSignal
	): Promise<Matches> =>
		call('POST', '/api/channels/matches', {
			body: {
				rules,
				limit: 24,
				...(visibility ? { visibility } : {}),
				...(format ? { format } : {})
			},
			...(signal ? { signal } : {})
		}),
	/** What these videos are called, as far as whoever asks may see them. */
	named: (items: string[]): Promise<Matches> =>
		call('POST', '/api/channels/matches', {
			body: { rules: { items }, limit: 100, visibility: 'private' }
		})
};
