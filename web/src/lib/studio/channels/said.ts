/** What is wrong, by the path of its field, for components that know their path. */
export type Said = (path: string) => string | undefined;

/** What `Field` and `Tokens` take: an error where there is one. */
export const errorOf = (said: Said, path: string): { error?: string } => {
	const why = said(path);
	return why ? { error: why } : {};
};
