/// <reference types="@sveltejs/kit" />
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />

/*
 * Tells people what they are told while nobody looks at the site. It stands between the site and
 * nothing: pages, media and answers come as they do without it, and it is there only in browsers whose
 * owner wants to be told.
 */
import { noticeOf } from '$lib/notify/message';
import { bytesOf } from '$lib/notify/push-key';
import { placeOf } from '$lib/notify/where';

const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('push', (event) => {
	const { title, ...options } = noticeOf(event.data?.text() ?? '');
	event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener('notificationclick', (event) => {
	event.notification.close();
	const { url } = event.notification.data as { url: string };
	event.waitUntil(open(placeOf(url, worker.location.origin)));
});

/** Shows a page of the site: where it is open already, or else in a new window. */
async function open(place: string): Promise<void> {
	const wanted = new URL(place, worker.location.origin).href;
	const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const there = windows.find(({ url }) => url === wanted);
	if (there) await there.focus();
	else await worker.clients.openWindow(wanted);
}

// Push services may take a subscription back and give another one, which nobody would know of.
worker.addEventListener('pushsubscriptionchange', (event) => {
	(event as ExtendableEvent).waitUntil(again());
});

async function again(): Promise<void> {
	const answer = await fetch('/api/push/key');
	const { public_key } = (await answer.json()) as { public_key: string };
	const subscription = await worker.registration.pushManager.subscribe({
		userVisibleOnly: true,
		applicationServerKey: bytesOf(public_key)
	});
	await fetch('/api/account/push', {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(subscription)
	});
}
