import type { Maybe, Schemas, View } from '$lib/api/types';

/** Somebody else's program that is told what happens here. The answer to its making tells the secret. */
export type Webhook = Maybe<View<'WebhookView'>, 'secret'>;
export type WebhookEvent = Schemas['WebhookEvent'];
export type Delivery = View<'DeliveryView'>;
export type DeliveryState = Schemas['DeliveryStateView'];

/** What a program may be told of, in the words that people read. */
export const EVENTS: { value: WebhookEvent; label: string }[] = [
	{ value: 'stream.started', label: 'A broadcast begins' },
	{ value: 'stream.ended', label: 'A broadcast ends' },
	{ value: 'recording.ready', label: 'A recording is ready' },
	{ value: 'video.created', label: 'A video comes in' },
	{ value: 'video.published', label: 'A video is published' },
	{ value: 'video.deleted', label: 'A video is deleted' },
	{ value: 'level.missed', label: 'A service level is missed' },
	{ value: 'level.met', label: 'A service level is met again' }
];
export const eventName = (event: string): string =>
	event === 'webhook.test'
		? 'A test'
		: (EVENTS.find(({ value }) => value === event)?.label ?? event);

/** What is wrong with a webhook that somebody writes, by field. */
export function webhookMistakes(url: string, events: string[]): { url?: string; events?: string } {
	const found: { url?: string; events?: string } = {};
	try {
		if (!/^https?:$/.test(new URL(url.trim()).protocol)) throw new TypeError();
	} catch {
		found.url = 'An address that begins with https:// or http://, please.';
	}
	if (events.length === 0) found.events = 'Choose at least one.';
	return found;
}

/** How a delivery went, in a few words. */
export function outcome(one: Delivery, now: number): string {
	const tries = one.attempts === 1 ? '1 try' : `${one.attempts} tries`;
	const said = one.status_code ? `answered ${one.status_code}` : one.error;
	if (one.state === 'delivered')
		return [said, one.attempts > 1 ? tries : ''].filter(Boolean).join(' · ');
	if (one.state === 'failed') return [said, `given up after ${tries}`].filter(Boolean).join(' · ');
	if (one.attempts === 0) return 'on its way';
	const seconds = (Date.parse(one.next_attempt_at ?? '') - now) / 1000;
	const next = !(seconds > 1)
		? 'tried again now'
		: seconds < 90
			? `tried again in ${Math.round(seconds)} s`
			: `tried again in ${Math.round(seconds / 60)} min`;
	return [said, tries, next].filter(Boolean).join(' · ');
}
