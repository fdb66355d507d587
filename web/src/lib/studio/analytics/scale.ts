/** What a number is, which decides on steps that read well and on how it is written. */
export type Kind = 'count' | 'seconds' | 'share' | 'ms';

const NICE: Record<'seconds', number[]> = {
	seconds: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
};

/** The least of 1, 2, 2.5 or 5 times a power of ten that is no less. */
function round(step: number): number {
	const power = 10 ** Math.floor(Math.log10(step));
	const lead = [1, 2, 2.5, 5, 10].find((one) => one * power >= step * (1 - 1e-9)) ?? 10;
	return lead * power;
}

function stepOf(most: number, kind: Kind, steps: number): number {
	const raw = most / steps;
	if (kind === 'seconds') {
		const nice = NICE.seconds.find((one) => one >= raw);
		return nice ?? round(raw / 3600) * 3600;
	}
	if (kind === 'count') {
		const nice = round(Math.max(1, raw));
		return nice === 2.5 ? 5 : nice;
	}
	return round(raw);
}

/** Lines of an axis from 0 to something that reads well and holds the largest value. */
export function ticks(most: number, kind: Kind, steps = 4): number[] {
	const least = kind === 'share' ? 0.04 : kind === 'count' ? steps : 1;
	const top = Math.max(Number.isFinite(most) ? most : 0, least);
	const step = stepOf(top, kind, steps);
	const count = Math.max(1, Math.ceil(top / step - 1e-9));
	return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** Where the points of a line are to be named: at most `most` of them, evenly, the last among them. */
export function labelled(count: number, most: number): number[] {
	if (count <= 0) return [];
	const step = Math.max(1, Math.ceil(count / Math.max(1, most)));
	const picked: number[] = [];
	for (let at = count - 1; at >= 0; at -= step) picked.unshift(at);
	return picked;
}

export interface Spot {
	x: number;
	y: number;
}

/** Where values lie in a box; those that are not known are nowhere. */
export function spots(
	values: (number | null)[],
	width: number,
	height: number,
	most: number
): (Spot | null)[] {
	const step = values.length > 1 ? width / (values.length - 1) : 0;
	const from = values.length > 1 ? 0 : width / 2;
	return values.map((value, at) =>
		value === null ? null : { x: from + at * step, y: height - (value / most) * height }
	);
}

/** The stretches of a line between gaps. */
export function runs(all: (Spot | null)[]): Spot[][] {
	const found: Spot[][] = [];
	let open: Spot[] | undefined;
	for (const spot of all) {
		if (!spot) open = undefined;
		else if (open) open.push(spot);
		else found.push((open = [spot]));
	}
	return found;
}

const at = ({ x, y }: Spot): string => `${x.toFixed(2)},${y.toFixed(2)}`;

/** A line through spots. */
export const line = (through: Spot[]): string => through.map(at).join(' ');

/** The surface between a line and the ground. */
export function area(through: Spot[], ground: number): string {
	const [first, last] = [through[0], through.at(-1)];
	if (!first || !last) return '';
	return `${first.x.toFixed(2)},${ground} ${line(through)} ${last.x.toFixed(2)},${ground}`;
}

/** Which of so many points is nearest to a place across. */
export function nearest(x: number, width: number, count: number): number {
	if (count < 2 || width <= 0) return 0;
	return Math.min(count - 1, Math.max(0, Math.round((x / width) * (count - 1))));
}

/** Where a key takes the pointer; nothing for a key that does not move it. */
export function moved(key: string, from: number, count: number): number | undefined {
	const page = Math.max(1, Math.round(count / 10));
	const to = {
		ArrowLeft: from - 1,
		ArrowDown: from - 1,
		ArrowRight: from + 1,
		ArrowUp: from + 1,
		PageDown: from - page,
		PageUp: from + page,
		Home: 0,
		End: count - 1
	}[key];
	return to === undefined ? undefined : Math.min(count - 1, Math.max(0, to));
}
