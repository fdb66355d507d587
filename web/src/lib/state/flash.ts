import type { Toast } from './toasts.svelte';

export interface Flash {
	tone: Toast['tone'];
	text: string;
}

const COOKIE = 'matinee_flash';

/** Reads a flash cookie's value: plain words, or JSON `{level, message}` when the tone matters. */
export function readFlash(cookies: string): Flash | null {
	const raw = cookies
		.split(/;\s*/)
		.find((pair) => pair.startsWith(`${COOKIE}=`))
		?.slice(COOKIE.length + 1);
	if (!raw) return null;
	let text: string;
	try {
		text = decodeURIComponent(raw.replace(/^"|"$/g, '').replace(/\+/g, ' '));
	} catch {
		return null;
	}
	try {
		const parsed = JSON.parse(text) as Record<string, unknown>;
		const message = parsed.message ?? parsed.text;
		const level = String(parsed.level ?? parsed.category ?? parsed.tone ?? 'success');
		if (typeof message === 'string') {
			const tone = /error|bad|danger|fail/.test(level) ? 'bad' : level === 'info' ? 'info' : 'good';
			return { text: message, tone };
		}
	} catch {
		// Not JSON: the words themselves.
	}
	return text ? { text, tone: 'info' } : null;
}

/** Takes the message that a redirect left behind. It is shown once. */
export function takeFlash(): Flash | null {
	const flash = readFlash(document.cookie);
	if (document.cookie.includes(`${COOKIE}=`)) {
		document.cookie = `${COOKIE}=; Max-Age=0; Path=/; SameSite=Lax`;
	}
	return flash;
}
