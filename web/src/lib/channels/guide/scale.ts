/** How large things are on this screen: a television's letters are larger. */
export function scale(wide: boolean): { minute: number; row: number; head: number; aside: number } {
	const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
	return {
		/** Pixels for a minute, a row, the row of times, and the column of channels. */
		minute: rem * 0.34,
		row: Math.round(rem * 4.75),
		head: Math.round(rem * 2.5),
		aside: Math.round(rem * (wide ? 14 : 9.5))
	};
}
