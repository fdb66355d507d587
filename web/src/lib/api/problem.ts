export interface FieldError {
	field: string;
	reason: string;
}

/** What went wrong with a request, in words for a person (RFC 9457), whoever failed. */
export class ApiError extends Error {
	override readonly name = 'ApiError';

	constructor(
		/** HTTP status; 0 when the server could not be reached at all. */
		readonly status: number,
		readonly title: string,
		readonly detail: string | null = null,
		readonly errors: FieldError[] = [],
		/** The problem's stable address, by which one kind of refusal is told from another. */
		readonly type: string = 'about:blank',
		/** Whatever else the problem document says. */
		readonly facts: Readonly<Record<string, unknown>> = {},
		/** In how many seconds to try again, if the server says. */
		readonly retryAfter: number | null = null
	) {
		super(detail ?? title);
	}

	get unreachable(): boolean {
		return this.status === 0;
	}

	/** Whether the server (or the proxy before it) is there but not serving for now. */
	get unavailable(): boolean {
		return this.unreachable || this.status === 502 || this.status === 503 || this.status === 504;
	}

	/** Whether this is the kind of refusal whose address ends like that. */
	is(kind: string): boolean {
		return this.type === kind || this.type.endsWith(`/${kind}`) || this.type.endsWith(`:${kind}`);
	}

	/** The reason the server gave for one field, if it named that field. */
	reason(field: string): string | undefined {
		return this.errors.find((e) => e.field === field)?.reason;
	}

	/** One line that holds everything worth saying. */
	get sentence(): string {
		const named = this.errors.map((e) => (e.field ? `${e.field}: ${e.reason}` : e.reason));
		return [this.detail ?? this.title, ...named.filter((n) => !this.detail?.includes(n))].join(
			' · '
		);
	}
}

const FALLBACK: Record<number, string> = {
	0: 'The server cannot be reached',
	400: 'The server did not understand that',
	401: 'Please sign in first',
	403: 'That is not allowed',
	404: 'Not found',
	409: 'That is not possible right now',
	413: 'The file is too large',
	415: 'This kind of file is not supported',
	422: 'Some of the values are not accepted',
	429: 'Too many requests; please wait a moment',
	502: 'The server is not answering',
	503: 'The server is starting or busy',
	507: 'The server has run out of space'
};

function fieldErrors(value: unknown): FieldError[] {
	if (!Array.isArray(value)) return [];
	return value.flatMap((entry: unknown) => {
		if (typeof entry !== 'object' || entry === null) return [];
		const { field, reason } = entry as Record<string, unknown>;
		return typeof reason === 'string'
			? [{ field: typeof field === 'string' ? field : '', reason }]
			: [];
	});
}

/** Reads a problem document; whatever else a proxy may have answered becomes a plain sentence. */
export function problemOf(
	status: number,
	body: unknown,
	retryAfter: number | null = null
): ApiError {
	const title = FALLBACK[status] ?? (status >= 500 ? 'The server failed' : 'The request failed');
	if (typeof body === 'string') {
		try {
			return problemOf(status, JSON.parse(body) as unknown, retryAfter);
		} catch {
			return new ApiError(status, title, null, [], 'about:blank', {}, retryAfter);
		}
	}
	if (typeof body !== 'object' || body === null) return new ApiError(status, title);
	const facts = body as Record<string, unknown>;
	const { title: given, detail, errors, type } = facts;
	return new ApiError(
		status,
		typeof given === 'string' && given ? given : title,
		typeof detail === 'string' && detail ? detail : null,
		fieldErrors(errors),
		typeof type === 'string' && type ? type : 'about:blank',
		facts,
		retryAfter
	);
}

/** Turns anything thrown into an `ApiError`, so that pages handle a single kind. */
export function asApiError(thrown: unknown): ApiError {
	if (thrown instanceof ApiError) return thrown;
	if (thrown instanceof TypeError) return new ApiError(0, FALLBACK[0] as string);
	return new ApiError(-1, thrown instanceof Error ? thrown.message : 'Something went wrong');
}
