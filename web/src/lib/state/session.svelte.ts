import { api } from '$lib/api/client';
import { people } from '$lib/api/people';
import { profiles, type Profile } from '$lib/api/profiles';
import { asApiError, type ApiError } from '$lib/api/problem';
import type { Instance, Session } from '$lib/api/types';

/** Who is here and which Matinee this is; asked once, shared by every page. */
class SessionState {
	instance = $state.raw<Instance>();
	session = $state.raw<Session>();
	error = $state.raw<ApiError>();
	/** Who watches with this account. */
	profiles = $state.raw<Profile[]>([]);
	/** Who watches now. */
	profile = $derived(this.profiles.find((profile) => profile.selected));
	#loading: Promise<void> | undefined;

	/** Whether one may put videos in and change them: a creator or more, or where all are let in. */
	canEdit = $derived(
		this.session?.auth_mode === 'open' ||
			(this.session?.authenticated === true &&
				this.session.user?.role !== 'viewer' &&
				!this.profile?.kids)
	);
	/** Whether somebody is known by name. */
	signedIn = $derived(this.session?.authenticated === true);
	/** Whether one may write at all: where nobody signs in, everybody is known. */
	mayTalk = $derived(this.signedIn || this.session?.auth_mode === 'open');
	ready = $derived(this.session !== undefined && this.instance !== undefined);

	load(again = false): Promise<void> {
		if (!this.#loading || again) this.#loading = this.#read();
		return this.#loading;
	}

	async #read(): Promise<void> {
		try {
			[this.instance, this.session] = await Promise.all([api.instance(), api.session.get()]);
			this.error = undefined;
			void this.loadProfiles();
		} catch (thrown) {
			this.error = asApiError(thrown);
			this.#loading = undefined;
		}
	}

	/** Reads who watches with this account; nobody in particular where there are no profiles. */
	async loadProfiles(): Promise<Profile[]> {
		this.profiles = this.session?.authenticated ? await profiles.list().catch(() => []) : [];
		return this.profiles;
	}

	/** Goes on as another profile. What belongs to the one before is read anew. */
	async choose(id: string, pin?: string): Promise<void> {
		await profiles.select(id, pin);
		await this.load(true);
		await this.loadProfiles();
	}

	/** `code` is the authenticator's, where one is asked for. */
	async signIn(username: string, password: string, code?: string): Promise<void> {
		this.session = await people.signIn(username, password, code);
	}

	/** Takes the answer of another way of signing in. */
	take(session: Session): void {
		this.session = session;
	}

	async setUp(token: string, username: string, password: string): Promise<void> {
		await api.session.setup({ token, username: username || undefined, password });
		await this.load(true);
	}

	async signOut(): Promise<void> {
		// Whoever uses this browser next is told nothing that was meant for somebody else.
		const { push } = await import('$lib/notify/push');
		await push.off().catch(() => undefined);
		await api.session.close();
		this.profiles = [];
		this.session = await api.session.get();
	}
}

export const session = new SessionState();
