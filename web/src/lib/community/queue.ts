/** Orders of a list, as a person moves its entries about. */

/** The list with the entry at `from` moved to `to`; the same list if that is nowhere. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
	const next = [...list];
	if (from < 0 || from >= list.length || to < 0 || to >= list.length || from === to) return next;
	next.splice(to, 0, ...next.splice(from, 1));
	return next;
}

/** What plays after `id` in a queue: the next one that can be played. */
export function following<T extends { id: string; is_processed: boolean }>(
	queue: readonly T[],
	id: string
): T | undefined {
	const at = queue.findIndex((one) => one.id === id);
	return at < 0 ? undefined : queue.slice(at + 1).find((one) => one.is_processed);
}
