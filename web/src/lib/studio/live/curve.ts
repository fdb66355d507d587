/** A line through values, the oldest first, in a box of `width` by `height`. */
export function curve(values: number[], width: number, height: number): string {
	const most = Math.max(1, ...values) * 1.08;
	const step = width / Math.max(1, values.length - 1);
	return values
		.map(
			(value, at) => `${(at * step).toFixed(2)},${(height - (value / most) * height).toFixed(2)}`
		)
		.join(' ');
}
