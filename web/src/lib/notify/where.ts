/**
 * The place on this site that a notification leads to, wherever it was written from; the front page for
 * what leads nowhere here.
 */
export function placeOf(url: string, here: string): string {
	try {
		const { pathname, search, hash, protocol } = new URL(url, here);
		return protocol === 'http:' || protocol === 'https:' ? pathname + search + hash : '/';
	} catch {
		return '/';
	}
}

/** As a badge shows it. */
export const badgeOf = (unread: number): string => (unread > 99 ? '99+' : String(unread));
