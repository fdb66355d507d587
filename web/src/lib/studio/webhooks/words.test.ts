import { expect, it } from 'vitest';
import { eventName, outcome, webhookMistakes, type Delivery } from './words';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const delivery = (facts: Partial<Delivery>): Delivery => ({
	id: 'delivery_1',
	event: 'stream.started',
	created_at: '2026-11-21T11:59:00Z',
	attempts: 1,
	state: 'delivered',
	status_code: null,
	error: null,
	next_attempt_at: null,
	finished_at: null,
	...facts
});

it.each([
	['https://example.com/hook', ['stream.started'], {}],
	['http://10.0.0.1:9000', ['stream.started'], {}],
	['example.com', ['stream.started'], { url: expect.any(String) }],
	['ftp://example.com', [], { url: expect.any(String), events: expect.any(String) }]
])('of %s for %j it says %j', (url, events, said) =>
	expect(webhookMistakes(url, events)).toEqual(said)
);

it('names what it knows, and leaves the rest as it is', () => {
	expect(eventName('stream.ended')).toBe('A broadcast ends');
	expect(eventName('webhook.test')).toBe('A test');
	expect(eventName('moon.full')).toBe('moon.full');
});

it.each([
	[delivery({ status_code: 204 }), 'answered 204'],
	[delivery({ status_code: 200, attempts: 3 }), 'answered 200 · 3 tries'],
	[
		delivery({ state: 'failed', error: 'connection refused', attempts: 8 }),
		'connection refused · given up after 8 tries'
	],
	[delivery({ state: 'queued', attempts: 0 }), 'on its way'],
	[
		delivery({ state: 'queued', status_code: 500, next_attempt_at: '2026-11-21T12:00:30Z' }),
		'answered 500 · 1 try · tried again in 30 s'
	],
	[
		delivery({ state: 'queued', status_code: 500, next_attempt_at: '2026-11-21T12:05:00Z' }),
		'answered 500 · 1 try · tried again in 5 min'
	]
])('tells how a delivery went', (one, said) => expect(outcome(one, NOW)).toBe(said));
