import type { Component } from 'svelte';
import Film from '@lucide/svelte/icons/film';
import ChartLine from '@lucide/svelte/icons/chart-line';
import Clapperboard from '@lucide/svelte/icons/clapperboard';
import Contact from '@lucide/svelte/icons/contact';
import Gauge from '@lucide/svelte/icons/gauge';
import HardDrive from '@lucide/svelte/icons/hard-drive';
import Layers from '@lucide/svelte/icons/layers';
import LayoutList from '@lucide/svelte/icons/layout-list';
import LinkIcon from '@lucide/svelte/icons/link';
import ListVideo from '@lucide/svelte/icons/list-video';
import MailPlus from '@lucide/svelte/icons/mail-plus';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Radio from '@lucide/svelte/icons/radio';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Tv from '@lucide/svelte/icons/tv';
import Settings from '@lucide/svelte/icons/sliders-horizontal';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Users from '@lucide/svelte/icons/users';
import UsersRound from '@lucide/svelte/icons/users-round';
import Webhook from '@lucide/svelte/icons/webhook';
import type { Session } from '$lib/api/types';

export type Role = 'viewer' | 'creator' | 'moderator' | 'administrator';
const RANK: Role[] = ['viewer', 'creator', 'moderator', 'administrator'];

export const ROLES: { value: Role; label: string; text: string }[] = [
	{ value: 'viewer', label: 'Viewer', text: 'Watches' },
	{ value: 'creator', label: 'Creator', text: 'Uploads, and looks after what is their own' },
	{ value: 'moderator', label: 'Moderator', text: 'Watches over what others write' },
	{ value: 'administrator', label: 'Administrator', text: 'Runs all of it' }
];

export const roleName = (role: string): string =>
	ROLES.find(({ value }) => value === role)?.label ?? role;

/** What somebody may do; a Matinee that needs no sign-in is everybody's. */
export function roleOf(session: Session | undefined): Role | undefined {
	if (!session) return undefined;
	if (session.user) {
		const role = session.user.role as Role;
		return RANK.includes(role) ? role : 'viewer';
	}
	return session.auth_mode === 'open' ? 'administrator' : undefined;
}

export function atLeast(role: Role | undefined, least: Role): boolean {
	return role !== undefined && RANK.indexOf(role) >= RANK.indexOf(least);
}

export interface Place {
	href: string;
	label: string;
	icon: Component<{ class?: string }>;
	least: Role;
}

export interface Places {
	label: string;
	places: Place[];
}

const ALL: Places[] = [
	{
		label: 'Overview',
		places: [
			{ href: '/studio', label: 'Dashboard', icon: Gauge, least: 'creator' },
			{ href: '/studio/analytics', label: 'Analytics', icon: ChartLine, least: 'creator' },
			{ href: '/studio/live', label: 'Live', icon: Radio, least: 'creator' },
			{ href: '/studio/channels', label: 'Channels', icon: Tv, least: 'creator' },
			{ href: '/studio/jobs', label: 'Jobs and storage', icon: HardDrive, least: 'creator' }
		]
	},
	{
		label: 'Library',
		places: [
			{ href: '/studio/content', label: 'Content', icon: Film, least: 'creator' },
			{ href: '/studio/shows', label: 'Shows and courses', icon: Clapperboard, least: 'creator' },
			{ href: '/studio/collections', label: 'Collections', icon: Layers, least: 'creator' },
			{ href: '/studio/people', label: 'People', icon: Contact, least: 'creator' },
			{ href: '/studio/playlists', label: 'Playlists', icon: ListVideo, least: 'creator' },
			{ href: '/studio/import', label: 'Import', icon: LinkIcon, least: 'creator' }
		]
	},
	{
		label: 'Community',
		places: [
			{ href: '/studio/moderation', label: 'Moderation', icon: ShieldCheck, least: 'moderator' },
			{ href: '/studio/home', label: 'Home page', icon: LayoutList, least: 'administrator' }
		]
	},
	{
		label: 'Service',
		places: [
			{ href: '/studio/ads', label: 'Advertising', icon: Megaphone, least: 'administrator' },
			{ href: '/studio/users', label: 'Users', icon: Users, least: 'administrator' },
			{ href: '/studio/groups', label: 'Groups', icon: UsersRound, least: 'administrator' },
			{ href: '/studio/invitations', label: 'Invitations', icon: MailPlus, least: 'administrator' },
			{ href: '/studio/webhooks', label: 'Webhooks', icon: Webhook, least: 'administrator' },
			{ href: '/studio/audit', label: 'Audit log', icon: ScrollText, least: 'administrator' },
			{ href: '/studio/settings', label: 'Settings', icon: Settings, least: 'administrator' }
		]
	}
];

/** Where somebody may go in the studio. */
export function placesFor(role: Role | undefined): Places[] {
	return ALL.map(({ label, places }) => ({
		label,
		places: places.filter(({ least }) => atLeast(role, least))
	})).filter(({ places }) => places.length > 0);
}

/** The place that an address belongs to: the one with the longest address that begins it. */
export function placeOf(path: string): Place | undefined {
	const within = path.startsWith('/studio/videos') ? '/studio/content' : path;
	return ALL.flatMap(({ places }) => places)
		.filter(({ href }) => within === href || within.startsWith(`${href}/`))
		.sort((a, b) => b.href.length - a.href.length)[0];
}
