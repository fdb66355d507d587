/** Only what is said: an empty field is none. */
export function said<T extends object>(fields: T): Partial<T> {
	return Object.fromEntries(
		Object.entries(fields).filter(
			([, value]) =>
				value !== undefined &&
				value !== null &&
				value !== '' &&
				!(Array.isArray(value) && value.length === 0)
		)
	) as Partial<T>;
}

let keys = 0;
/** Tells rows of a form from each other: names change while they are typed. */
export const freshKey = (): number => (keys += 1);
