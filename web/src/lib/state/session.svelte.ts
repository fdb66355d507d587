import { api } from '$lib/api/client';
import { asApiError, type ApiError } from '$lib/api/problem';
import type { Instance, Session } from '$lib/api/types';

/** Who is here and which Matinee this is; asked once, shared by every page. */
class SessionState {
	instance = $state.raw<Instance>();
	session = $state.raw<Session>();
	error = $state.raw<ApiError>();
	#loading: Promise<void> | undefined;

	/** Whether writing is allowed: somebody signed in, or a Matinee that needs no sign-in. */
	canEdit = $derived(this.session?.authenticated === true || this.session?.auth_mode === 'open');
	ready = $derived(this.session !== undefined && this.instance !== undefined);

	load(again = false): Promise<void> {
		if (!this.#loading || again) this.#loading = this.#read();
		return this.#loading;
	}

	async #read(): Promise<void> {
		try {
			[this.instance, this.session] = await Promise.all([api.instance(), api.session.get()]);
			this.error = undefined;
		} catch (thrown) {
			this.error = asApiError(thrown);
			this.#loading = undefined;
		}
	}

	async signIn(username: string, password: string): Promise<void> {
		this.session = await api.session.open(username, password);
	}

	async setUp(token: string, username: string, password: string): Promise<void> {
		await api.session.setup({ token, username: username || undefined, password });
		await this.load(true);
	}

	async signOut(): Promise<void> {
		await api.session.close();
		this.session = await api.session.get();
	}
}

export const session = new SessionState();
