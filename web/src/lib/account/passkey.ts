/** Passkeys (WebAuthn Level 3): between the server's JSON and the browser's buffers. */

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

const textOf = (buffer: ArrayBuffer): string =>
	btoa(String.fromCharCode(...new Uint8Array(buffer)))
		.replace(/\+/g, '-')
		.replace(/\//g, '_')
		.replace(/=+$/, '');

interface Described {
	type: 'public-key';
	id: string;
	transports?: AuthenticatorTransport[];
}
type Wire = Record<string, unknown> & {
	challenge: string;
	user?: { id: string; name: string; displayName: string };
	excludeCredentials?: Described[];
	allowCredentials?: Described[];
};

const described = (list: Described[] | undefined): PublicKeyCredentialDescriptor[] | undefined =>
	list?.map((one) => ({ ...one, id: bytesOf(one.id) }));

/** The options, whether they come bare or inside `publicKey`. */
function wire(options: unknown): Wire {
	const whole = options as { publicKey?: Wire };
	return whole.publicKey ?? (options as Wire);
}

/** Whether passkeys can be had here: on a secure origin, in a browser that knows them. */
export const passkeysWork = (): boolean =>
	isSecureContext && typeof PublicKeyCredential === 'function' && 'credentials' in navigator;

/** Has the browser make a passkey; its answer as the specification's JSON. */
export async function makePasskey(options: unknown): Promise<Record<string, unknown>> {
	const { challenge, user, excludeCredentials, ...rest } = wire(options);
	const publicKey: unknown = {
		...rest,
		challenge: bytesOf(challenge),
		user: user && { ...user, id: bytesOf(user.id) },
		excludeCredentials: described(excludeCredentials)
	};
	const credential = (await navigator.credentials.create({
		publicKey: publicKey as PublicKeyCredentialCreationOptions
	})) as PublicKeyCredential | null;
	if (!credential) throw new Error('No passkey was made.');
	const answer = credential.response as AuthenticatorAttestationResponse;
	return {
		id: credential.id,
		rawId: textOf(credential.rawId),
		type: credential.type,
		authenticatorAttachment: credential.authenticatorAttachment,
		clientExtensionResults: {},
		response: {
			clientDataJSON: textOf(answer.clientDataJSON),
			attestationObject: textOf(answer.attestationObject),
			transports: answer.getTransports?.() ?? []
		}
	};
}

/** Has a person choose and use a passkey; the browser's answer as the specification's JSON. */
export async function usePasskey(options: unknown): Promise<Record<string, unknown>> {
	const { challenge, allowCredentials, ...rest } = wire(options);
	const credential = (await navigator.credentials.get({
		publicKey: {
			...(rest as object),
			challenge: bytesOf(challenge),
			allowCredentials: described(allowCredentials)
		} as PublicKeyCredentialRequestOptions
	})) as PublicKeyCredential | null;
	if (!credential) throw new Error('No passkey was used.');
	const answer = credential.response as AuthenticatorAssertionResponse;
	return {
		id: credential.id,
		rawId: textOf(credential.rawId),
		type: credential.type,
		authenticatorAttachment: credential.authenticatorAttachment,
		clientExtensionResults: {},
		response: {
			clientDataJSON: textOf(answer.clientDataJSON),
			authenticatorData: textOf(answer.authenticatorData),
			signature: textOf(answer.signature),
			userHandle: answer.userHandle ? textOf(answer.userHandle) : null
		}
	};
}

/** Whether somebody only closed the browser's window: nothing to complain of. */
export const declined = (thrown: unknown): boolean =>
	thrown instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(thrown.name);
