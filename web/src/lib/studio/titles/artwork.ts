import { bytes, capital } from '$lib/format';
import type { Artwork } from './model';

export type Of = 'videos' | 'shows' | 'people' | 'collections';

export interface ArtworkKind {
	kind: string;
	label: string;
	text: string;
	/** Of the frame that it is shown in: width to height. */
	shape: string;
}

const KINDS: ArtworkKind[] = [
	{ kind: 'poster', label: 'Poster', text: 'Upright, on shelves and lists', shape: '2 / 3' },
	{ kind: 'backdrop', label: 'Backdrop', text: 'Wide, behind the title', shape: '16 / 9' },
	{ kind: 'logo', label: 'Logo', text: 'The title as lettering', shape: '16 / 9' },
	{ kind: 'banner', label: 'Banner', text: 'Very wide', shape: '5 / 1' },
	{ kind: 'still', label: 'Still', text: 'A picture out of it', shape: '16 / 9' },
	{ kind: 'avatar', label: 'Portrait', text: 'The face', shape: '1 / 1' }
];

/** The kinds of pictures that such a thing has. */
export const kindsFor = (of: Of): ArtworkKind[] =>
	KINDS.filter(({ kind }) => (of === 'people' ? kind === 'avatar' : kind !== 'avatar'));

export const kindName = (kind: string): string =>
	KINDS.find((one) => one.kind === kind)?.label ?? capital(kind);

const WIDTHS = [80, 160, 320, 480, 640, 960, 1280, 1920, 2560];

/** The address of a picture in one of the fixed widths. */
export const sizedUrl = (art: Pick<Artwork, 'url'>, width: number, format = 'webp'): string =>
	art.url.replace(/\/\d+\.[a-z]+$/, `/${width}.${format}`);

/** The widths that a picture is handed out in: never larger than it came. */
export function widthsOf(art: Pick<Artwork, 'width'>): number[] {
	const fitting = WIDTHS.filter((width) => width <= art.width);
	return fitting.length ? fitting : WIDTHS.slice(0, 1);
}

/** Pictures by their kind (and season), those that are shown first. */
export function grouped(
	all: Artwork[],
	kinds: ArtworkKind[]
): { kind: ArtworkKind; pictures: Artwork[] }[] {
	return kinds.map((kind) => ({
		kind,
		pictures: all
			.filter((one) => one.kind === kind.kind)
			.sort(
				(a, b) =>
					(a.season_number ?? -1) - (b.season_number ?? -1) ||
					Number(b.is_primary) - Number(a.is_primary)
			)
	}));
}

const MOST = 20 * 1024 * 1024;

/** Why a file cannot be taken as a picture, as far as its type and size tell. */
export function pictureProblem(file: { type: string; size: number }): string | undefined {
	if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return 'A JPEG, PNG or WebP picture, please.';
	if (file.size === 0) return 'The file is empty.';
	if (file.size > MOST) return `It is ${bytes(file.size)} large; at most 20 MiB, please.`;
	return undefined;
}
