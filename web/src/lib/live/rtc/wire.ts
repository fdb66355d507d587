import { asApiError, problemOf } from '$lib/api/problem';
import { iceServersOf, type IceServer } from './links';
import { fragmentOf, type Candidate } from './sdp';

/** What a server said to an offer (WHIP, RFC 9725, and WHEP alike). */
export interface Answer {
	sdp: string;
	/** The session's own address, by which it is changed and ended. */
	session: string;
	/** Which ICE session it is, for `If-Match`. */
	etag: string | null;
	/** What to find a way through firewalls with, if the server names any. */
	iceServers: IceServer[];
}

/** Hands an offer over; whatever speaks against it is an `ApiError`. */
export async function offer(url: string, sdp: string, signal?: AbortSignal): Promise<Answer> {
	let response: Response;
	try {
		response = await fetch(url, {
			method: 'POST',
			credentials: 'same-origin',
			headers: { 'Content-Type': 'application/sdp', Accept: 'application/sdp' },
			body: sdp,
			...(signal ? { signal } : {})
		});
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
		throw asApiError(thrown);
	}
	const text = await response.text().catch(() => '');
	const place = response.headers.get('Location');
	if (!response.ok) {
		const after = response.headers.get('Retry-After');
		throw problemOf(
			response.status,
			text,
			after !== null && /^\d+$/.test(after) ? Number(after) : null
		);
	}
	if (!place || !text.startsWith('v=')) throw problemOf(502, '');
	return {
		sdp: text,
		session: new URL(place, new URL(url, location.href)).href,
		etag: response.headers.get('ETag'),
		iceServers: iceServersOf(response.headers.get('Link'))
	};
}

/** Tells of more ways to reach this browser. A server that wants to know of none loses nothing. */
export async function trickle(
	{ session, etag }: Answer,
	local: string,
	candidates: Candidate[]
): Promise<void> {
	await fetch(session, {
		method: 'PATCH',
		credentials: 'same-origin',
		headers: {
			'Content-Type': 'application/trickle-ice-sdpfrag',
			...(etag ? { 'If-Match': etag } : {})
		},
		body: fragmentOf(local, candidates)
	}).catch(() => undefined);
}

/** Ends a session, also while the page goes away. Resolves in any case. */
export async function hangUp(session: string): Promise<void> {
	await fetch(session, { method: 'DELETE', credentials: 'same-origin', keepalive: true }).catch(
		() => undefined
	);
}
