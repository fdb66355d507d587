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

/** What a sound track is for. */
export const SOUND_ROLES = [
	{ value: '', label: 'Not said' },
	{ value: 'original', label: 'The original' },
	{ value: 'dub', label: 'A dub' },
	{ value: 'commentary', label: 'Commentary' },
	{ value: 'description', label: 'Description for the blind' },
	{ value: 'music', label: 'Music alone' }
];

/** Why a file cannot be a sound track, as far as its type and size tell. */
export function soundProblem(file: {
	name: string;
	type: string;
	size: number;
}): string | undefined {
	const plain = /\.(mka|m4a|flac|opus|ogg|wav|mp3|aac|ac3|eac3|mkv|mp4|mov|webm|ts)$/i;
	if (!/^(audio|video)\//.test(file.type) && !plain.test(file.name))
		return 'A file with sound, please.';
	return file.size === 0 ? 'The file is empty.' : undefined;
}
