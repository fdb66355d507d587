import { nextCursor, type Page } from '$lib/api/client';
import { ApiError, asApiError, problemOf } from '$lib/api/problem';

type Query = Record<string, string | number | boolean | null | undefined>;
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An address with its query; what has no value is left out. */
export function address(path: string, query: Query = {}): string {
	const params = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
	}
	const text = params.toString();
	return text ? `${path}?${text}` : path;
}

/** One step of a path, made safe. */
export const step = (id: string): string => encodeURIComponent(id);

async function ask(method: Method, path: string, body?: unknown, type?: string): Promise<Response> {
	const raw = body instanceof FormData || body instanceof Blob || typeof body === 'string';
	const headers: Record<string, string> = { accept: 'application/json' };
	if (type) headers['content-type'] = type;
	else if (body !== undefined && !raw) headers['content-type'] = 'application/json';
	let answer: Response;
	try {
		answer = await fetch(path, {
			method,
			headers,
			credentials: 'same-origin',
			...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) })
		});
	} catch (thrown) {
		throw asApiError(thrown);
	}
	if (!answer.ok) throw problemOf(answer.status, await answer.text().catch(() => ''));
	return answer;
}

async function bodyOf<T>(answer: Response): Promise<T> {
	const text = await answer.text();
	return (text ? JSON.parse(text) : undefined) as T;
}

/** Sends something and reads the answer; an `ApiError` is thrown when it is refused. */
export async function send<T = unknown>(
	method: Method,
	path: string,
	body?: unknown,
	type?: string
): Promise<T> {
	return bodyOf<T>(await ask(method, path, body, type));
}

export const read = <T>(path: string, query?: Query): Promise<T> =>
	send<T>('GET', address(path, query));

/** Reads one page of a list. */
export async function readPage<T>(path: string, query?: Query): Promise<Page<T>> {
	const answer = await ask('GET', address(path, query));
	const total = answer.headers.get('X-Total-Count');
	return {
		items: await bodyOf<T[]>(answer),
		total: total === null ? null : Number(total),
		next: nextCursor(answer.headers.get('Link'))
	};
}

/** Reads a whole list, page after page, up to `most` of it. */
export async function readAll<T>(path: string, query: Query = {}, most = 1000): Promise<T[]> {
	const all: T[] = [];
	let cursor: string | null = null;
	do {
		const page: Page<T> = await readPage<T>(path, {
			limit: 200,
			...query,
			...(cursor ? { cursor } : {})
		});
		all.push(...page.items);
		cursor = page.next;
	} while (cursor !== null && all.length < most);
	return all.slice(0, most);
}

/** `undefined` where there is nothing, or nothing for this person; other failures stay failures. */
export async function ifAllowed<T>(asked: Promise<T>): Promise<T | undefined> {
	try {
		return await asked;
	} catch (thrown) {
		if (thrown instanceof ApiError && [401, 403, 404].includes(thrown.status)) return undefined;
		throw thrown;
	}
}
