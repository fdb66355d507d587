import { call, path, send } from './call';
import type { Session } from './types';

export interface Account {
	id: string;
	username: string;
	display_name: string | null;
	email: string | null;
	email_verified: boolean;
	role: string;
	has_password: boolean;
	two_factor: boolean;
	created_at: string;
}
export interface Registration {
	username: string;
	password: string;
	display_name?: string;
	email?: string;
	invitation?: string;
}
export interface Device {
	id: string;
	kind: string;
	device: string;
	addr: string;
	current: boolean;
	created_at: string;
	last_seen_at: string;
	expires_at: string;
}
export interface ApiKey {
	id: string;
	name: string;
	prefix: string;
	scopes: string[];
	created_at: string;
	expires_at: string | null;
	last_used_at: string | null;
}
export interface Passkey {
	id: string;
	name: string;
	created_at: string;
	last_used_at: string | null;
}
export interface TotpSecret {
	secret: string;
	url: string;
}
export interface DeviceRequest {
	user_code: string;
	client: string;
	addr: string;
	scope: string | null;
	created_at: string;
}

const account = path('api', 'account');

export const people = {
	signIn: (username: string, password: string, code?: string): Promise<Session> =>
		call('POST', '/api/session', { body: { username, password, ...(code ? { code } : {}) } }),
	passkeyOptions: (): Promise<unknown> => call('POST', '/api/session/passkey/options'),
	passkeyFinish: (body: unknown): Promise<Session> =>
		call('POST', '/api/session/passkey/finish', { body }),
	register: (body: Registration): Promise<unknown> => call('POST', '/api/accounts', { body }),
	forgot: (login: string): Promise<unknown> =>
		call('POST', `${account}/reset`, { body: { login } }),
	reset: (token: string, password: string): Promise<unknown> =>
		call('POST', `${account}/reset/confirm`, { body: { token, password } }),
	verifyEmail: (token: string): Promise<unknown> =>
		call('POST', `${account}/verify-email`, { body: { token } }),

	account: (): Promise<Account> => call('GET', account),
	change: (body: { username?: string; display_name?: string | null }): Promise<Account> =>
		call('PATCH', account, { body }),
	claimEmail: (email: string, password?: string): Promise<unknown> =>
		call('POST', `${account}/email`, { body: { email, ...(password ? { password } : {}) } }),
	changePassword: (current_password: string | undefined, password: string): Promise<unknown> =>
		call('POST', `${account}/password`, {
			body: { ...(current_password ? { current_password } : {}), password }
		}),
	/** Everything that is known of the account, as a file. */
	async export(): Promise<Blob> {
		return (await send('GET', `${account}/export`)).blob();
	},
	remove: (password: string | undefined): Promise<unknown> =>
		call('DELETE', account, { body: password ? { password } : {} }),

	devices: (): Promise<Device[]> => call('GET', `${account}/sessions`),
	endOtherDevices: (): Promise<unknown> => call('DELETE', `${account}/sessions`),
	endDevice: (id: string): Promise<unknown> =>
		call('DELETE', path('api', 'account', 'sessions', id)),

	keys: (): Promise<ApiKey[]> => call('GET', `${account}/keys`),
	createKey: (body: {
		name: string;
		scopes: string[];
		expires_at?: string;
	}): Promise<ApiKey & { key: string }> => call('POST', `${account}/keys`, { body }),
	removeKey: (id: string): Promise<unknown> => call('DELETE', path('api', 'account', 'keys', id)),

	passkeys: (): Promise<Passkey[]> => call('GET', `${account}/passkeys`),
	newPasskeyOptions: (password: string | undefined): Promise<unknown> =>
		call('POST', `${account}/passkeys/options`, { body: password ? { password } : {} }),
	addPasskey: (body: unknown): Promise<Passkey> => call('POST', `${account}/passkeys`, { body }),
	removePasskey: (id: string): Promise<unknown> =>
		call('DELETE', path('api', 'account', 'passkeys', id)),

	totp: (): Promise<{ enabled: boolean; recovery_codes_left: number }> =>
		call('GET', `${account}/totp`),
	beginTotp: (password: string | undefined): Promise<TotpSecret> =>
		call('POST', `${account}/totp`, { body: password ? { password } : {} }),
	confirmTotp: (code: string): Promise<{ recovery_codes: string[] }> =>
		call('POST', `${account}/totp/confirm`, { body: { code } }),
	removeTotp: (password: string | undefined): Promise<unknown> =>
		call('DELETE', `${account}/totp`, { body: password ? { password } : {} }),

	deviceRequest: (code: string): Promise<DeviceRequest> =>
		call('GET', '/api/auth/device/approve', { query: { user_code: code } }),
	answerDevice: (user_code: string, approve: boolean): Promise<unknown> =>
		call('POST', '/api/auth/device/approve', { body: { user_code, approve } })
};
