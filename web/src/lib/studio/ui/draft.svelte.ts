import { asApiError, type ApiError } from '$lib/api/problem';
import { toasts } from '$lib/state/toasts.svelte';

/** How the fields of a form are made of what is kept, judged, and sent. */
export interface DraftOptions<Kept, Fields, Changes extends object> {
	/** The fields as they are while nothing is changed. */
	fieldsOf: (kept: Kept) => Fields;
	/** What differs. */
	changes: (saved: Fields, fields: Fields) => Changes;
	/** What is wrong, by field. */
	mistakes: (fields: Fields) => object;
	/** Sends what differs; gives what is kept then. */
	send: (changes: Changes) => Promise<Kept>;
}

/**
 * What somebody types into a form, until it is saved. What is kept may change under it (an episode is
 * moved, processing goes on): what is typed stays until it is taken anew.
 */
export class Draft<Kept, Fields, Changes extends object> {
	#kept: Kept | undefined;
	#saved = $state.raw<Fields>();
	fields = $state<Fields>();
	/** Whether mistakes are shown: from the first try to save on. */
	check = $state(false);
	busy = $state(false);
	error = $state.raw<ApiError>();
	readonly #options: DraftOptions<Kept, Fields, Changes>;

	constructor(options: DraftOptions<Kept, Fields, Changes>) {
		this.#options = options;
	}

	readonly #changes = $derived.by(() =>
		this.#saved && this.fields ? this.#options.changes(this.#saved, this.fields) : undefined
	);
	readonly dirty = $derived(Object.keys(this.#changes ?? {}).length > 0);

	/** Whether anything was taken yet. */
	get begun(): boolean {
		return this.#saved !== undefined;
	}

	/** Begins, or begins anew, with what is kept. */
	take(kept: Kept): void {
		this.#kept = kept;
		this.#saved = this.#options.fieldsOf(kept);
		this.fields = this.#options.fieldsOf(kept);
	}

	/** Goes back to what was taken last. */
	undo(): void {
		if (this.#kept) this.take(this.#kept);
	}

	/** Saves, unless something is wrong; for a form's `onsubmit`. Gives what is kept if that went well. */
	async save(event: SubmitEvent): Promise<Kept | undefined> {
		event.preventDefault();
		this.check = true;
		if (!this.#changes || Object.keys(this.#options.mistakes(this.fields as Fields)).length > 0)
			return;
		this.busy = true;
		this.error = undefined;
		try {
			const kept = await this.#options.send(this.#changes);
			this.take(kept);
			this.check = false;
			toasts.good('Saved.');
			return kept;
		} catch (thrown) {
			this.error = asApiError(thrown);
			return undefined;
		} finally {
			this.busy = false;
		}
	}
}
