const MOST = 16 * 1024 * 1024;

/** Why a file cannot be taken as subtitles, as far as its name and size tell. */
export function subtitleProblem(file: { name: string; size: number }): string | undefined {
	if (!/\.(srt|vtt|ass|ssa)$/i.test(file.name)) return 'An SRT, WebVTT or ASS file, please.';
	if (file.size === 0) return 'The file is empty.';
	if (file.size > MOST) return 'The file is larger than 16 MiB.';
	return undefined;
}

/** The language in a file's name: `Film.pt-BR.srt` → `pt-BR`; empty when it names none. */
export function languageOfFile(name: string): string {
	const parts = name.split('.').slice(1, -1).reverse();
	const found = parts.find(
		(part) => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(part) && !/^(sdh|cc)$/i.test(part)
	);
	return found ?? '';
}
