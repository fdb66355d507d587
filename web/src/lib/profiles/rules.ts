/** What a profile may be told, before the server checks it. */

/** Ages from which titles may be watched; what nobody has rated counts as 18. */
export const CEILINGS = [
	{ value: 0, label: 'For all ages' },
	{ value: 7, label: 'Up to 7' },
	{ value: 12, label: 'Up to 12' },
	{ value: 14, label: 'Up to 14' },
	{ value: 16, label: 'Up to 16' },
	{ value: 18, label: 'Up to 18' }
] as const;
const KIDS_MOST = 16;

/** The ceilings that this kind of profile may have. */
export const ceilings = (kids: boolean): { value: number; label: string }[] =>
	CEILINGS.filter(({ value }) => !kids || value <= KIDS_MOST);

/** A ceiling in words, also one that is not among those offered. */
export function ceilingName(rating: number | null): string {
	if (rating === null) return 'Everything';
	return CEILINGS.find(({ value }) => value === rating)?.label ?? `Up to ${rating}`;
}

export const goodPin = (pin: string): boolean => /^\d{4,8}$/.test(pin);

/** The PIN after a key: a digit is added, `Backspace` takes the last one off. */
export function pressed(pin: string, key: string): string {
	if (key === 'Backspace') return pin.slice(0, -1);
	return /^\d$/.test(key) && pin.length < 8 ? pin + key : pin;
}

interface Guarded {
	id: string;
	kids: boolean;
	has_pin: boolean;
}

/**
 * Whose PIN stands between the profile in use and another one: a child's own, to leave it; else
 * that of the one to be entered.
 */
export function guard(from: Guarded | undefined, to: Guarded): Guarded | undefined {
	if (from?.id === to.id) return undefined;
	if (from?.kids && from.has_pin) return from;
	return to.has_pin && !to.kids ? to : undefined;
}
