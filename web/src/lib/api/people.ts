import { call, path, send } from './call';
import type { Schemas, Session, View } from './types';

export type Account = View<'AccountView'>;
export type Registration = Schemas['Registration'];
export type Device = View<'SessionView'>;
export type ApiKey = View<'KeyView'>;
export type Passkey = View<'PasskeyView'>;
export type TotpState = View<'TotpView'>;
export type TotpSecret = View<'TotpSecretView'>;
export type DeviceRequest = View<'WaitingDevice'>;
export type NewKey = Schemas['NewKey'];

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
	change: (body: Schemas['AccountChange']): Promise<Account> => call('PATCH', account, { body }),
	claimEmail: (email: string, password?: string): Promise<unknown> =>
		call('POST', `${account}/email`, { body: { email, ...(password ? { password } : {}) } }),
	changePassword: (current: string | undefined, chosen: string): Promise<unknown> => {
		const body: Schemas['PasswordChange'] = {
			...(current ? { current_password: current } : {}),
			new_password: chosen
		};
		return call('POST', `${account}/password`, { body });
	},
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
	createKey: (body: NewKey): Promise<ApiKey> => call('POST', `${account}/keys`, { body }),
	removeKey: (id: string): Promise<unknown> => call('DELETE', path('api', 'account', 'keys', id)),

	passkeys: (): Promise<Passkey[]> => call('GET', `${account}/passkeys`),
	newPasskeyOptions: (password: string | undefined): Promise<unknown> =>
		call('POST', `${account}/passkeys/options`, { body: password ? { password } : {} }),
	addPasskey: (body: unknown): Promise<Passkey> => call('POST', `${account}/passkeys`, { body }),
	removePasskey: (id: string): Promise<unknown> =>
		call('DELETE', path('api', 'account', 'passkeys', id)),

	totp: (): Promise<TotpState> => call('GET', `${account}/totp`),
	beginTotp: (password: string | undefined): Promise<TotpSecret> =>
		call('POST', `${account}/totp`, { body: password ? { password } : {} }),
	confirmTotp: (code: string): Promise<View<'RecoveryCodes'>> =>
		call('POST', `${account}/totp/confirm`, { body: { code } }),
	removeTotp: (password: string | undefined): Promise<unknown> =>
		call('DELETE', `${account}/totp`, { body: password ? { password } : {} }),

	deviceRequest: (code: string): Promise<DeviceRequest> =>
		call('GET', '/api/auth/device/approve', { query: { user_code: code } }),
	answerDevice: (user_code: string, allow: boolean): Promise<unknown> =>
		call('POST', '/api/auth/device/approve', { body: { user_code, allow } })
};
