/** Going to a channel by its number, digit by digit, as on a remote control. */

/** The highest number has so many digits. */
const DIGITS = 4;

/** What is typed with one more digit; nothing begins with a zero. */
export function typed(before: string, digit: string): string {
	const text = `${before}${digit}`.replace(/^0+/, '');
	return text.length > DIGITS ? text.slice(-DIGITS) : text;
}

/** Whether another digit could still mean something: if not, nobody needs to wait for one. */
export function settled(text: string, numbers: readonly number[]): boolean {
	if (text.length >= DIGITS) return true;
	return !numbers.some((number) => {
		const whole = String(number);
		return whole.length > text.length && whole.startsWith(text);
	});
}

/** The channel before or after one, around the corner at the ends; of none, the first or last. */
export function neighbour<T extends { number: number }>(
	lineup: readonly T[],
	number: number,
	by: 1 | -1
): T | undefined {
	if (lineup.length === 0) return undefined;
	const at = lineup.findIndex((one) => one.number === number);
	if (at >= 0) return lineup[(at + by + lineup.length) % lineup.length];
	// A channel that is in no list, such as an unlisted one: on from where it would stand.
	const next = lineup.findIndex((one) => one.number > number);
	const after = next < 0 ? 0 : next;
	return lineup[by > 0 ? after : (after - 1 + lineup.length) % lineup.length];
}
