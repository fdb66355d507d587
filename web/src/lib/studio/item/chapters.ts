export interface Chapter {
	start_ms: number;
	end_ms?: number | null;
	title: string;
}

/** A chapter in the form, under a name of its own so that rows keep their place. */
export interface ChapterRow {
	key: number;
	/** A position as it is typed. */
	start: string;
	title: string;
}

/** A position as one types it: `0:05`, `1:02:03.5`. */
export function clockMs(ms: number): string {
	const whole = Math.max(0, Math.round(ms));
	const h = Math.floor(whole / 3_600_000);
	const m = Math.floor((whole % 3_600_000) / 60_000);
	const s = Math.floor((whole % 60_000) / 1000);
	const rest = whole % 1000;
	const two = (n: number): string => String(n).padStart(2, '0');
	const fine = rest ? `.${String(rest).padStart(3, '0').replace(/0+$/, '')}` : '';
	return `${h ? `${h}:${two(m)}` : m}:${two(s)}${fine}`;
}

/** Milliseconds out of what somebody typed (`90`, `1:30`, `1:02:03.5`); none when it is no time. */
export function msOf(text: string): number | undefined {
	const match = /^(?:(?:(\d+):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text.trim());
	if (!match) return undefined;
	const [, h, m, s, fine] = match;
	if ((m !== undefined && Number(s) > 59) || (h !== undefined && Number(m) > 59)) return undefined;
	return (
		Number(h ?? 0) * 3_600_000 +
		Number(m ?? 0) * 60_000 +
		Number(s) * 1000 +
		Number((fine ?? '').padEnd(3, '0'))
	);
}

export const rowsOf = (chapters: Chapter[]): ChapterRow[] =>
	chapters.map(({ start_ms, title }, key) => ({ key, start: clockMs(start_ms), title }));

/** What is wrong, by a row's key. */
export function chapterMistakes(rows: ChapterRow[], lengthMs: number): Record<number, string> {
	const wrong: Record<number, string> = {};
	const seen = new Set<number>();
	for (const { key, start, title } of rows) {
		const at = msOf(start);
		if (at === undefined) wrong[key] = 'A time such as 1:30, please.';
		else if (lengthMs > 0 && at >= lengthMs) wrong[key] = 'The film is over by then.';
		else if (seen.has(at)) wrong[key] = 'Another chapter begins there already.';
		else if (title.trim() === '') wrong[key] = 'Give it a name.';
		if (at !== undefined) seen.add(at);
	}
	return wrong;
}

/** The rows as chapters, in the order of the film. */
export function chaptersOf(rows: ChapterRow[]): Chapter[] {
	return rows
		.flatMap(({ start, title }) => {
			const start_ms = msOf(start);
			return start_ms === undefined ? [] : [{ start_ms, title: title.trim() }];
		})
		.sort((a, b) => a.start_ms - b.start_ms);
}

/** The index of the chapter that runs at this position, or -1. */
export function runningAt(chapters: Chapter[], ms: number): number {
	return chapters.findLastIndex(({ start_ms }) => start_ms <= ms);
}
