import { call, path } from '$lib/api/call';
import { bytesOf } from './push-key';
import type { PushBrowser } from './types';

const WORKER = '/service-worker.js';
const mine = path('api', 'account', 'push');

/** Why this browser cannot be told while nobody looks, or null if it can. */
export function whyNot(): string | null {
	if (!globalThis.isSecureContext)
		return 'Browsers allow this on sites with HTTPS only, and this one came without.';
	if (!('serviceWorker' in navigator) || !('PushManager' in globalThis))
		return 'This browser cannot do so. On an iPhone or iPad, add the site to the home screen first.';
	if (Notification.permission === 'denied')
		return 'This browser was told to show nothing of this site: allow notifications beside the address first.';
	return null;
}

async function subscription(): Promise<PushSubscription | null> {
	if (!('serviceWorker' in navigator)) return null;
	const worker = await navigator.serviceWorker.getRegistration(WORKER);
	return (await worker?.pushManager?.getSubscription()) ?? null;
}

export const push = {
	/** The browsers in which one is told. */
	browsers: (): Promise<PushBrowser[]> => call('GET', mine),
	remove: (id: string): Promise<unknown> => call('DELETE', path('api', 'account', 'push', id)),
	test: (id: string): Promise<unknown> => call('POST', path('api', 'account', 'push', id, 'test')),

	/** Where messages to this browser go, if any do. */
	endpoint: async (): Promise<string | null> => (await subscription())?.endpoint ?? null,

	/** Asks for permission, and has this browser told. */
	async on(): Promise<PushBrowser> {
		if ((await Notification.requestPermission()) !== 'granted')
			throw new Error('This browser has not allowed it.');
		await navigator.serviceWorker.register(WORKER);
		const worker = await navigator.serviceWorker.ready;
		const { public_key } = await call<{ public_key: string }>('GET', '/api/push/key');
		const subscribed = await worker.pushManager.subscribe({
			userVisibleOnly: true,
			applicationServerKey: bytesOf(public_key)
		});
		return call('POST', mine, { body: subscribed.toJSON() });
	},

	/** Tells this browser nothing more: whoever uses it next is somebody else, perhaps. */
	async off(): Promise<void> {
		const subscribed = await subscription();
		if (!subscribed) return;
		const known = (await push.browsers()).find(({ endpoint }) => endpoint === subscribed.endpoint);
		if (known) await push.remove(known.id);
		await subscribed.unsubscribe();
	}
};
