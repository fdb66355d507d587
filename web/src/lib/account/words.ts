/** What people type, before it is sent. */

export const LEAST_PASSWORD = 8;

/** What is wrong with a new password and its repetition; undefined when nothing is. */
export function passwordMistakes(
	password: string,
	again: string
): { password?: string; again?: string } {
	return {
		...(password.length < LEAST_PASSWORD
			? { password: `At least ${LEAST_PASSWORD} characters, please.` }
			: {}),
		...(password === again ? {} : { again: 'The two are not the same.' })
	};
}

/**
 * What a link carries behind its hash, where no server sees it: `#token`, `#token=…`; else the
 * parameter of that name.
 */
export function carried(url: URL, name = 'token'): string {
	const hash = url.hash.replace(/^#/, '');
	const fragment = new URLSearchParams(hash).get(name) ?? (hash.includes('=') ? '' : hash);
	return fragment || (url.searchParams.get(name) ?? '');
}

/** Only a way within this site: a link must not be able to lead a fresh sign-in elsewhere. */
export function wayBack(wanted: string | null): string {
	return wanted && /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}

/** A television's code as it is read out: in capitals, in two groups, whatever was typed. */
export function deviceCode(typed: string): string {
	const plain = typed
		.toUpperCase()
		.replace(/[^A-Z0-9]/g, '')
		.slice(0, 8);
	return plain.length > 4 ? `${plain.slice(0, 4)}-${plain.slice(4)}` : plain;
}

/** How good a password is, roughly, from 0 to 4: by its length and variety. */
export function strength(password: string): number {
	if (password.length < LEAST_PASSWORD) return password ? 1 : 0;
	const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password));
	const varied = new Set(password).size;
	if (varied < 5) return 1;
	if (password.length >= 16 || (password.length >= 12 && kinds.length >= 2)) return 4;
	return password.length >= 10 || kinds.length >= 3 ? 3 : 2;
}

const ROLES: Record<string, string> = {
	viewer: 'Viewer',
	creator: 'Creator',
	moderator: 'Moderator',
	administrator: 'Administrator'
};
export const roleName = (role: string): string => ROLES[role] ?? role;

export const SCOPES = [
	{ value: 'read', label: 'Read', hint: 'See and play what you may see' },
	{ value: 'upload', label: 'Upload', hint: 'Put videos in' },
	{ value: 'manage', label: 'Manage', hint: 'Change and delete what is yours' },
	{ value: 'admin', label: 'Administer', hint: 'Everything that your role may do' }
] as const;
