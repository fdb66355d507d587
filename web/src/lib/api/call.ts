import { asApiError, problemOf } from './problem';

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Options {
	query?: Query;
	body?: unknown;
	signal?: AbortSignal;
	headers?: Record<string, string>;
}

/** A path out of parts, each one escaped: an id or a word can never leave its place. */
export function path(...parts: string[]): string {
	return `/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

/** An address with the parameters that have a value. */
export function address(base: string, query: Query = {}): string {
	const params = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
	}
	const text = params.toString();
	return text ? `${base}?${text}` : base;
}

/** Asks the server and hands back the answer as it came; whatever fails is an `ApiError`. */
export async function send(method: Method, url: string, options: Options = {}): Promise<Response> {
	const { body, query, signal, headers } = options;
	let response: Response;
	try {
		response = await fetch(address(url, query), {
			method,
			credentials: 'same-origin',
			headers: {
				Accept: 'application/json',
				...headers,
				...(body === undefined ? {} : { 'Content-Type': 'application/json' })
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			...(signal ? { signal } : {})
		});
	} catch (thrown) {
		if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
		throw asApiError(thrown);
	}
	if (!response.ok) {
		const after = response.headers.get('Retry-After');
		throw problemOf(
			response.status,
			await response.text().catch(() => ''),
			after !== null && /^\d+$/.test(after) ? Number(after) : null
		);
	}
	return response;
}

/** Asks the server for something that it answers as JSON; an empty answer is undefined. */
export async function call<T>(method: Method, url: string, options: Options = {}): Promise<T> {
	const response = await send(method, url, options);
	const text = await response.text();
	if (!text) return undefined as T;
	try {
		return JSON.parse(text) as T;
	} catch {
		throw problemOf(502, text);
	}
}
