import type { Page } from '$lib/api/client';
import { readPage, read, send, step } from '../server';
import type { Delivery, Webhook } from './words';

export type WebhookDraft = Pick<Webhook, 'url' | 'events' | 'description' | 'active'>;

const at = (id: string, ...rest: string[]): string =>
	['/api/webhooks', ...[id, ...rest].map(step)].join('/');

export const webhooks = {
	list: (): Promise<Webhook[]> => read('/api/webhooks'),
	get: (id: string): Promise<Webhook> => read(at(id)),
	/** The answer alone tells the secret. */
	make: (body: WebhookDraft): Promise<Webhook> => send('POST', '/api/webhooks', body),
	change: (id: string, body: Partial<WebhookDraft>): Promise<Webhook> =>
		send('PATCH', at(id), body),
	/** Another secret, which the answer alone tells; `keep` lets the one before sign, too, for a day. */
	rotate: (id: string, keep: boolean): Promise<Webhook> =>
		send('POST', `${at(id, 'rotate')}?keep_previous=${keep}`),
	remove: (id: string): Promise<unknown> => send('DELETE', at(id)),
	/** Sends a message that means nothing, to see whether it arrives. */
	test: (id: string): Promise<unknown> => send('POST', at(id, 'test')),
	deliveries: (id: string, offset: number): Promise<Page<Delivery>> =>
		readPage(at(id, 'deliveries'), { limit: 30, offset }),
	retry: (id: string, delivery: string): Promise<unknown> =>
		send('POST', at(id, 'deliveries', delivery, 'retry'))
};
