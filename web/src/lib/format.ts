const PLAIN = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A position or length as a clock: `4:05`, `1:04:05`. */
export function clock(seconds: number): string {
	const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
	const h = Math.floor(whole / 3600);
	const m = Math.floor((whole % 3600) / 60);
	const s = String(whole % 60).padStart(2, '0');
	return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

/** A length in words, as on a film's card: `45 s`, `12 min`, `1 h 34 min`. */
export function runtime(seconds: number | null | undefined): string {
	if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
	if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const rest = minutes % 60;
	return rest ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`;
}

/** A number of bytes in binary units: `640 KiB`, `1.2 GiB`. */
export function bytes(count: number | null | undefined): string {
	if (count === null || count === undefined || !Number.isFinite(count)) return '–';
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let value = Math.max(0, count);
	let unit = 0;
	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${unit === 0 || value >= 100 ? Math.round(value) : PLAIN.format(value)} ${units[unit]}`;
}

/** A bit rate: `350 kb/s`, `2.5 Mb/s`. */
export function bitrate(bitsPerSecond: number | null | undefined): string {
	if (!bitsPerSecond || !Number.isFinite(bitsPerSecond)) return '–';
	return bitsPerSecond >= 999_500
		? `${PLAIN.format(bitsPerSecond / 1_000_000)} Mb/s`
		: `${Math.round(bitsPerSecond / 1000)} kb/s`;
}

/** Time left, roughly: `a few seconds`, `3 min`, `1 h 20 min`. */
export function remaining(seconds: number | null | undefined): string {
	if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
	return seconds < 8 ? 'a few seconds' : runtime(seconds);
}

/** A moment against now: `just now`, `5 minutes ago`, `yesterday`, or a date once it is old. */
export function ago(iso: string, now = Date.now()): string {
	const then = Date.parse(iso);
	if (Number.isNaN(then)) return '';
	const seconds = (now - then) / 1000;
	if (seconds < 45) return 'just now';
	const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
	if (seconds < 3570) return relative.format(-Math.max(1, Math.round(seconds / 60)), 'minute');
	if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
	if (seconds < 86_400 * 14) return relative.format(-Math.round(seconds / 86_400), 'day');
	return new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(then);
}

/** A count with its noun: `1 video`, `12 videos`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
	return `${count.toLocaleString('en')} ${count === 1 ? noun : many}`;
}

/** A title guessed from a file's name: `my_summer-film.final.mp4` → `My summer film final`. */
export function titleFromFile(name: string): string {
	const stem = name.replace(/\.[a-z0-9]{2,4}$/i, '');
	const words = stem
		.replace(/[._-]+/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return words ? words.charAt(0).toUpperCase() + words.slice(1) : name;
}

/** Tags out of a comma-separated line: trimmed, without blanks and repeats. */
export function tagsOf(line: string): string[] {
	const tags = line.split(',').map((tag) => tag.trim());
	return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** A language's own English name for a code such as `en` or `pt-BR`; the code when unknown. */
export function language(code: string | null | undefined): string {
	if (!code || code === 'und') return '';
	try {
		return new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code;
	} catch {
		return code;
	}
}

/** A stable number from an id, for picking one of `count` looks. */
export function pick(id: string, count: number): number {
	let hash = 2166136261;
	for (let i = 0; i < id.length; i += 1) {
		hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
	}
	return (hash >>> 0) % count;
}

/** A sentence's first letter, large. */
export function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
