export type Visibility = 'public' | 'unlisted' | 'members' | 'groups' | 'password' | 'private';

export type Regions = { allow: string[] } | { deny: string[] };

/** `/api/videos/{id}/access`. */
export interface Access {
	visibility: Visibility;
	groups: string[];
	has_password: boolean;
	publish_at: string | null;
	expires_at: string | null;
	regions: Regions | null;
	networks: string[];
	rating_level: number | null;
}

export interface AccessChange {
	visibility: Visibility;
	groups: string[];
	password?: string;
	publish_at: string | null;
	expires_at: string | null;
	regions: Regions | null;
	networks: string[];
}

/** The form: text as it is typed. */
export interface AccessFields {
	visibility: Visibility;
	groups: string[];
	password: string;
	publish_at: string;
	expires_at: string;
	where: 'anywhere' | 'allow' | 'deny';
	countries: string[];
	networks: string[];
}

export const VISIBILITIES: { value: Visibility; label: string; text: string }[] = [
	{ value: 'public', label: 'Public', text: 'Everybody finds it and may watch it.' },
	{ value: 'unlisted', label: 'Unlisted', text: 'Whoever has the link; it is in no list.' },
	{ value: 'members', label: 'Members', text: 'Everybody who has signed in.' },
	{ value: 'groups', label: 'Groups', text: 'Those in the groups that you choose.' },
	{ value: 'password', label: 'Password', text: 'Whoever has the link and the password.' },
	{ value: 'private', label: 'Private', text: 'You, and those who run this Matinee.' }
];

export const blankAccess = (): AccessFields => ({
	visibility: 'private',
	groups: [],
	password: '',
	publish_at: '',
	expires_at: '',
	where: 'anywhere',
	countries: [],
	networks: []
});

/** An instant as a field for date and time holds it, in the person's own time. */
export function localOf(iso: string | null): string {
	if (!iso) return '';
	const at = new Date(iso);
	if (Number.isNaN(at.getTime())) return '';
	const two = (n: number): string => String(n).padStart(2, '0');
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function isoOf(local: string): string | null {
	if (local.trim() === '') return null;
	const at = new Date(local);
	return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function accessFieldsOf(access: Access): AccessFields {
	const { regions } = access;
	return {
		visibility: access.visibility,
		groups: access.groups,
		password: '',
		publish_at: localOf(access.publish_at),
		expires_at: localOf(access.expires_at),
		where: regions === null ? 'anywhere' : 'allow' in regions ? 'allow' : 'deny',
		countries: regions === null ? [] : 'allow' in regions ? regions.allow : regions.deny,
		networks: access.networks
	};
}

export function accessChangeOf(fields: AccessFields): AccessChange {
	const codes = fields.countries.map((code) => code.toUpperCase());
	return {
		visibility: fields.visibility,
		groups: fields.visibility === 'groups' ? fields.groups : [],
		...(fields.visibility === 'password' && fields.password ? { password: fields.password } : {}),
		publish_at: isoOf(fields.publish_at),
		expires_at: isoOf(fields.expires_at),
		regions:
			fields.where === 'anywhere' || codes.length === 0
				? null
				: fields.where === 'allow'
					? { allow: codes }
					: { deny: codes },
		networks: fields.networks
	};
}

type Mistakes = Partial<Record<keyof AccessFields, string>>;

export function accessMistakes(fields: AccessFields, hasPassword: boolean): Mistakes {
	const found: Mistakes = {};
	if (fields.visibility === 'groups' && fields.groups.length === 0)
		found.groups = 'Choose at least one group.';
	if (fields.visibility === 'password') {
		if (fields.password === '' && !hasPassword) found.password = 'Choose a password.';
		else if (fields.password !== '' && fields.password.length < 4)
			found.password = 'At least four characters, please.';
	}
	const from = isoOf(fields.publish_at);
	const to = isoOf(fields.expires_at);
	if (from && to && from >= to) found.expires_at = 'It would end before it begins.';
	const odd = fields.countries.find((code) => !/^[a-z]{2}$/i.test(code));
	if (fields.where !== 'anywhere' && odd)
		found.countries = `“${odd}” is not a country's two letters, such as DE or JP.`;
	else if (fields.where !== 'anywhere' && fields.countries.length === 0)
		found.countries = 'Name at least one country.';
	return found;
}

const countryNames = new Intl.DisplayNames('en', { type: 'region' });
/** A country's name for its two letters. */
export function country(code: string): string {
	try {
		return countryNames.of(code.toUpperCase()) ?? code;
	} catch {
		return code;
	}
}

/** `a, b and c`. */
export function listed(words: string[], join = 'and'): string {
	if (words.length < 2) return words.join('');
	return `${words.slice(0, -1).join(', ')} ${join} ${words.at(-1)}`;
}

const when = (at: number): string =>
	new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short' }).format(at);

/** Who can see the video as the form stands, in sentences that need no manual. */
export function summary(
	fields: AccessFields,
	groupName: (id: string) => string,
	now = Date.now()
): string[] {
	const said: string[] = [];
	const from = Date.parse(isoOf(fields.publish_at) ?? '');
	const to = Date.parse(isoOf(fields.expires_at) ?? '');
	const over = to <= now;
	if (fields.visibility !== 'private' && over) {
		said.push(
			`It went off at ${when(to)}: until you change that, only you and those who run this Matinee see it.`
		);
		return said;
	}
	const who = {
		public: 'Everybody finds it in the library and may watch it, without signing in.',
		unlisted: 'It is in no list and no search. Whoever has the link may watch it.',
		members: 'Everybody who has signed in finds it and may watch it. Others never learn of it.',
		groups: fields.groups.length
			? `Only those in ${listed(fields.groups.map(groupName), 'or')} find it and may watch it.`
			: 'Nobody yet: no group is chosen.',
		password: 'It is in no list. Whoever has the link is asked for the password.',
		private: 'Only you and those who run this Matinee see it.'
	}[fields.visibility];
	said.push(who);
	if (fields.visibility === 'private') return said;
	if (from > now) said.push(`Before ${when(from)} it is as if it were not there.`);
	if (to > now) said.push(`At ${when(to)} it goes off by itself.`);
	const countries = fields.countries.filter((code) => /^[a-z]{2}$/i.test(code)).map(country);
	if (fields.where === 'allow' && countries.length)
		said.push(`It plays only in ${listed(countries)}.`);
	if (fields.where === 'deny' && countries.length)
		said.push(`It plays everywhere but in ${listed(countries)}.`);
	if (fields.networks.length)
		said.push(
			`It plays only from the ${fields.networks.length === 1 ? 'network' : 'networks'} ${listed(fields.networks)}.`
		);
	return said;
}
