/** An account as administrators see it. */
export interface Account {
	id: string;
	username: string;
	display_name: string | null;
	email: string | null;
	email_verified: boolean;
	role: string;
	has_password: boolean;
	two_factor: boolean;
	disabled: boolean;
	last_seen_at: string | null;
	created_at: string;
}

export interface Device {
	id: string;
	kind: string;
	device: string;
	addr: string;
	last_seen_at: string;
}

export interface Invitation {
	id: string;
	role: string;
	note: string;
	max_uses: number;
	uses: number;
	active: boolean;
	created_at: string;
	expires_at: string;
	link?: string;
}

export interface Group {
	id: string;
	name: string;
	description: string;
	created_at: string;
}

export interface Member {
	user_id: string;
	expires_at: string | null;
	added_at: string;
}

/** What has become of an invitation, in a word. */
export function invitationState(
	invitation: Pick<Invitation, 'active' | 'uses' | 'max_uses' | 'expires_at'>,
	now = Date.now()
): 'open' | 'used up' | 'expired' {
	if (invitation.uses >= invitation.max_uses) return 'used up';
	if (!invitation.active || Date.parse(invitation.expires_at) <= now) return 'expired';
	return 'open';
}
