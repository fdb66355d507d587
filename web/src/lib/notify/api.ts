import { call, path } from '$lib/api/call';
import type { Followed, Following, Notice, NoticeSettings } from './types';

const settings = path('api', 'account', 'notifications');

export const notify = {
	/** What somebody is called, and who follows them. */
	person: (user: string): Promise<Following> => call('GET', path('api', 'users', user, 'follow')),
	follow: (user: string, on: boolean): Promise<Following> =>
		call(on ? 'PUT' : 'DELETE', path('api', 'users', user, 'follow')),

	/** Whom one follows, the latest first. */
	following: (limit: number): Promise<Followed[]> =>
		call('GET', path('api', 'account', 'following'), { query: { limit } }),

	/** The latest first. */
	list: (limit: number, offset = 0): Promise<Notice[]> =>
		call('GET', '/api/notifications', { query: { limit, offset } }),
	count: (): Promise<{ unread: number }> => call('GET', '/api/notifications/count'),
	read: (which: { ids: string[] } | { all: true }): Promise<unknown> =>
		call('POST', '/api/notifications/read', { body: which }),

	settings: (): Promise<NoticeSettings> => call('GET', settings),
	change: (body: NoticeSettings): Promise<NoticeSettings> => call('PUT', settings, { body })
};
