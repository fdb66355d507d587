/** A part of an editor. */
export interface Part {
	/** Its place in the address; the first part's is that of the editor itself. */
	name: string;
	label: string;
}

/** Which part an address means; the first, if there is none of that name. */
export const partOf = (parts: Part[], name: string | undefined): string =>
	parts.find((part) => part.name === name)?.name ?? parts[0]?.name ?? '';

/** The parts of an editor as tabs. */
export const tabsOf = (
	home: string,
	parts: Part[],
	here: string
): { href: string; label: string; here: boolean }[] =>
	parts.map(({ name, label }, at) => ({
		href: at === 0 ? home : `${home}/${name}`,
		label,
		here: here === name
	}));
