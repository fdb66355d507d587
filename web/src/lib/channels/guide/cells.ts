import { ms } from '../words';
import type { Airing } from '../types';

/** What stands in a row of the guide: an airing, or several that are too short for one each. */
export interface Cell {
	/** Of its first airing; a key within its row. */
	id: string;
	start: number;
	/** Up to the next cell: what is short between two programmes belongs to the first. */
	end: number;
	airings: Airing[];
	filler: boolean;
}

const MINUTE = 60_000;
/** Filler this long is told apart; what is shorter only fills up. */
const LONG_FILLER = 10 * MINUTE;
/** Programmes shorter than this stand together, a quarter of an hour of them at the most. */
const SHORT = 4 * MINUTE;
const TOGETHER = 15 * MINUTE;

/** Airings of several answers in the order of time, each once; what came last counts. */
export function merged(known: readonly Airing[], fresh: readonly Airing[]): Airing[] {
	const [first, last] = [fresh[0], fresh.at(-1)];
	if (!first || !last) return [...known];
	const from = ms(first.start);
	const to = ms(last.end);
	return [
		...known.filter((one) => ms(one.end) <= from),
		...fresh,
		...known.filter((one) => ms(one.start) >= to)
	];
}

/** A row of the guide. */
export function cellsOf(airings: readonly Airing[]): Cell[] {
	const out: Cell[] = [];
	for (const airing of airings) {
		const start = ms(airing.start);
		const end = ms(airing.end);
		const filler = airing.kind === 'filler';
		const last = out.at(-1);
		const joined = last?.end === start;
		if (last && joined && filler && end - start < LONG_FILLER) {
			last.end = end;
			continue;
		}
		const short = !filler && end - start < SHORT;
		const grows =
			last &&
			joined &&
			short &&
			!last.filler &&
			last.airings.every((one) => ms(one.end) - ms(one.start) < SHORT) &&
			// Cut at the same quarters whatever was loaded.
			Math.floor(start / TOGETHER) === Math.floor(last.start / TOGETHER);
		if (grows) {
			last.airings.push(airing);
			last.end = end;
		} else out.push({ id: airing.id, start, end, airings: [airing], filler });
	}
	return out;
}

/** The index of the cell that is on at an instant; of a gap, the next one; -1 where there is none. */
export function indexAt(cells: readonly Cell[], at: number): number {
	let low = 0;
	let high = cells.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((cells[middle] as Cell).end <= at) low = middle + 1;
		else high = middle;
	}
	return low < cells.length ? low : cells.length - 1;
}

/** The cells that are to be seen between two instants. */
export function within(cells: readonly Cell[], from: number, to: number): Cell[] {
	const first = indexAt(cells, from);
	if (first < 0) return [];
	const out: Cell[] = [];
	for (let n = first; n < cells.length; n += 1) {
		const cell = cells[n] as Cell;
		if (cell.start >= to) break;
		if (cell.end > from) out.push(cell);
	}
	return out;
}

/** Which rows are drawn, the last one not included: those in sight and a few beside them. */
export function rowsIn(
	top: number,
	height: number,
	rowHeight: number,
	count: number,
	beside = 3
): [number, number] {
	if (rowHeight <= 0) return [0, 0];
	const first = Math.max(0, Math.floor(top / rowHeight) - beside);
	const last = Math.min(count, Math.ceil((top + height) / rowHeight) + beside);
	return [Math.min(first, count), Math.max(first, last)];
}

/** Where somebody is in the guide: a row, and a moment within it. */
export interface Place {
	row: number;
	at: number;
}

/** A page of rows, for the keys that turn pages. */
const PAGE = 6;

/**
 * Where a key leads; undefined where it means nothing here, `out` above the first row. `seen` is the
 * first moment in sight: what began before is where one reads its name.
 */
export function walk(
	key: string,
	{ row, at }: Place,
	{ rows, cells, seen, now }: { rows: number; cells: readonly Cell[]; seen: number; now: number }
): Place | 'out' | undefined {
	const here = indexAt(cells, at);
	const to = (index: number): Place => {
		const cell = cells[index];
		return { row, at: cell ? cell.start : at };
	};
	const down = (by: number): Place => {
		const cell = cells[here];
		// Up and down one stays at the moment where one reads.
		const moment = cell ? Math.min(Math.max(cell.start, seen, at), cell.end - 1) : at;
		return { row: Math.min(rows - 1, Math.max(0, row + by)), at: moment };
	};
	switch (key) {
		case 'ArrowLeft':
			return here > 0 ? to(here - 1) : undefined;
		case 'ArrowRight':
			return here < cells.length - 1 ? to(here + 1) : undefined;
		case 'ArrowUp':
			return row === 0 ? 'out' : down(-1);
		case 'ArrowDown':
			return row < rows - 1 ? down(1) : undefined;
		case 'PageUp':
		case 'ChannelUp':
			return down(-PAGE);
		case 'PageDown':
		case 'ChannelDown':
			return down(PAGE);
		case 'Home':
			return { row, at: now };
		case 'End':
			return to(cells.length - 1);
		default:
			return undefined;
	}
}
