/** What came as JSON, before anybody knows what it is. */
export type Facts = Record<string, unknown>;

export const isFacts = (value: unknown): value is Facts =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, or none. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
