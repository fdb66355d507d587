export interface HomeRow {
	id: string;
	kind: string;
	title: string | null;
	settings: { value?: string | null; video_id?: string | null; count?: number | null };
	size: number;
	enabled: boolean;
}

export interface RowKind {
	kind: string;
	label: string;
	text: string;
	/** What has to be chosen besides. */
	needs?: 'genre' | 'content_type' | 'tag' | 'collection';
}

export const ROW_KINDS: RowKind[] = [
	{ kind: 'hero', label: 'Hero', text: 'One title, large, at the top' },
	{ kind: 'continue_watching', label: 'Continue watching', text: 'What the viewer has begun' },
	{ kind: 'watchlist', label: 'Their list', text: 'What the viewer keeps for later' },
	{ kind: 'new', label: 'New', text: 'What came last' },
	{ kind: 'trending', label: 'Trending', text: 'What is watched more than before' },
	{ kind: 'top10', label: 'Top 10', text: 'The most watched, with their places' },
	{
		kind: 'because_you_watched',
		label: 'Because you watched …',
		text: 'What goes with what they have seen'
	},
	{ kind: 'recommended', label: 'Recommended', text: 'What is likely to please' },
	{ kind: 'genres', label: 'Rows of genres', text: 'One for each of the largest genres' },
	{ kind: 'genre', label: 'A genre', text: 'Titles of one genre', needs: 'genre' },
	{
		kind: 'content_type',
		label: 'A kind',
		text: 'Films, episodes, shorts …',
		needs: 'content_type'
	},
	{ kind: 'tag', label: 'A tag', text: 'Titles with one tag', needs: 'tag' },
	{
		kind: 'collection',
		label: 'A collection',
		text: 'Titles of a collection',
		needs: 'collection'
	},
	{ kind: 'live_now', label: 'Live now', text: 'Broadcasts under way' },
	{ kind: 'channels_now', label: 'On now', text: 'What the channels play' }
];

export const kindOf = (kind: string): RowKind =>
	ROW_KINDS.find((one) => one.kind === kind) ?? { kind, label: kind, text: '' };

/** What a row is called here: its heading, or what it is of. */
export function rowName(row: HomeRow): string {
	if (row.title) return row.title;
	const { label, needs } = kindOf(row.kind);
	return needs && row.settings.value ? `${label}: ${row.settings.value}` : label;
}

/** What is wrong with the rows, by id. */
export function rowMistakes(rows: HomeRow[]): Record<string, string> {
	const wrong: Record<string, string> = {};
	for (const row of rows) {
		const { needs } = kindOf(row.kind);
		if (needs && !row.settings.value?.trim())
			wrong[row.id] = `Say which ${needs.replace('_', ' ')}.`;
		else if (!Number.isInteger(row.size) || row.size < 1 || row.size > 50)
			wrong[row.id] = 'From 1 to 50 titles, please.';
	}
	return wrong;
}

/** As the server wants it: it names new rows itself. */
export function rowsToSend(rows: HomeRow[]): unknown[] {
	return rows.map(({ id, title, settings, ...row }) => ({
		...row,
		...(id.startsWith('row_') ? { id } : {}),
		title: title?.trim() || null,
		settings: Object.fromEntries(
			Object.entries(settings).filter(([, value]) => value !== null && value !== '')
		)
	}));
}
