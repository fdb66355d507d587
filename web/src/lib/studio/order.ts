/** A copy of `items` with the one at `from` put at `to`. Places beyond the ends mean the ends. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
	const copy = [...items];
	const place = Math.min(Math.max(to, 0), copy.length - 1);
	const [item] = copy.splice(from, 1);
	if (item === undefined) return [...items];
	copy.splice(place, 0, item);
	return copy;
}

/**
 * The place that something dragged to `y` belongs to, among rows with these middles (from top to
 * bottom), when it came from `from`.
 */
export function placeAt(middles: readonly number[], from: number, y: number): number {
	let place = 0;
	middles.forEach((middle, index) => {
		if (index !== from && y > middle) place += 1;
	});
	return place;
}

/** What a key does to the thing in place `at` of `count`; `undefined` when it does nothing. */
export function placeByKey(key: string, at: number, count: number): number | undefined {
	const to = {
		ArrowUp: at - 1,
		ArrowLeft: at - 1,
		ArrowDown: at + 1,
		ArrowRight: at + 1,
		Home: 0,
		End: count - 1
	}[key];
	return to === undefined || to < 0 || to >= count || to === at ? undefined : to;
}
