/** What an extra is to the title that it comes with. */
export const EXTRA_KINDS = [
	{ value: 'trailer', label: 'Trailer' },
	{ value: 'teaser', label: 'Teaser' },
	{ value: 'clip', label: 'Clip' },
	{ value: 'behind_the_scenes', label: 'Behind the scenes' },
	{ value: 'deleted_scene', label: 'Deleted scene' },
	{ value: 'featurette', label: 'Featurette' },
	{ value: 'interview', label: 'Interview' },
	{ value: 'scene', label: 'Scene' },
	{ value: 'short', label: 'Short' },
	{ value: 'other', label: 'Other' }
];

/** The kind that a title gives away: `Sherlock Jr. (Trailer)`. */
export function guessKind(title: string): string {
	const plain = title.toLowerCase().replaceAll(/[_-]/g, ' ');
	const found = EXTRA_KINDS.find(
		({ value }) => value !== 'other' && plain.includes(value.replaceAll('_', ' '))
	);
	return found?.value ?? 'trailer';
}
