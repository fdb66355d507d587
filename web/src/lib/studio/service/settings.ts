import { read, send } from '../server';

/** A setting as the server tells it. */
export interface Setting {
	key: string;
	env: string;
	section: string;
	description: string;
	/** What a value looks like, to follow "expected". */
	expects: string;
	kind: 'text' | 'number' | 'switch' | 'choice' | 'list' | 'size' | 'duration' | 'rate';
	choices: string[];
	default: string | null;
	value: string | null;
	is_set: boolean;
	is_secret: boolean;
	source: 'flag' | 'environment' | 'file' | 'studio' | 'default';
	source_name: string | null;
	is_editable: boolean;
	locked_reason: string | null;
	needs_restart: boolean;
	is_pending: boolean;
}

/** What is typed, by a setting's key; `null` gives it back to what holds without the studio. */
export type Drafts = Record<string, string | null>;

export const settings = (): Promise<Setting[]> => read<Setting[]>('/api/settings');
export const changeSettings = (drafts: Drafts): Promise<Setting[]> =>
	send<Setting[]>('PATCH', '/api/settings', drafts);

const SMALL = new Set(['a', 'an', 'and', 'at', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to']);
const SPOKEN: Record<string, string> = {
	api: 'API',
	cdn: 'CDN',
	hls: 'HLS',
	id: 'ID',
	ip: 'IP',
	oidc: 'OpenID',
	s3: 'S3',
	smtp: 'SMTP',
	tls: 'TLS',
	tmdb: 'TMDB',
	url: 'address',
	vod: 'VOD'
};

/** A setting's key as people read it: `max_file_size` → `Max file size`. */
export function settingName(key: string): string {
	const words = key.split('_').map((word) => SPOKEN[word] ?? word);
	const [first = '', ...rest] = words;
	const begin = SMALL.has(first) ? first : first.charAt(0).toUpperCase() + first.slice(1);
	return [begin, ...rest].join(' ');
}

/** Settings under their headings, in the order in which the server tells them. */
export function sectionsOf(
	all: Setting[],
	words = '',
	editableOnly = false
): { section: string; settings: Setting[] }[] {
	const wanted = words.trim().toLowerCase().split(/\s+/).filter(Boolean);
	const sections = new Map<string, Setting[]>();
	for (const one of all) {
		if (editableOnly && !one.is_editable) continue;
		const text = `${one.section} ${one.key} ${settingName(one.key)} ${one.description} ${one.env}`;
		if (!wanted.every((word) => text.toLowerCase().includes(word))) continue;
		sections.set(one.section, [...(sections.get(one.section) ?? []), one]);
	}
	return [...sections].map(([section, settings]) => ({ section, settings }));
}

/** What stands in the control of a setting. */
export const shownValue = (one: Setting, drafts: Drafts): string => {
	const draft = drafts[one.key];
	if (draft === undefined) return one.value ?? '';
	return draft ?? one.default ?? '';
};

/** The drafts after something was typed; what is as it was is no change. */
export function drafted(drafts: Drafts, one: Setting, text: string): Drafts {
	const value = one.kind === 'text' ? text : text.trim();
	const same = value === (one.value ?? '');
	// Nothing at all stands for what holds without the studio.
	const kept = value === '' && one.default === null ? null : value;
	return without(drafts, one.key, same ? undefined : kept);
}

/** The drafts after a setting was given back to what holds without the studio. */
export const givenBack = (drafts: Drafts, one: Setting): Drafts =>
	without(drafts, one.key, one.source === 'studio' ? null : undefined);

function without(drafts: Drafts, key: string, value: string | null | undefined): Drafts {
	const rest = Object.entries(drafts).filter(([name]) => name !== key);
	return Object.fromEntries(value === undefined ? rest : [...rest, [key, value]]);
}

const SOURCES: Record<Setting['source'], string> = {
	flag: 'set on the command line',
	environment: 'set in the environment',
	file: 'set in the configuration file',
	studio: 'set here',
	default: 'as it comes'
};

/** Where the value of a setting comes from, in words. */
export const sourceWords = ({ source, source_name }: Setting): string =>
	source_name && source !== 'studio' && source !== 'default'
		? `${SOURCES[source]} (${source_name})`
		: SOURCES[source];
