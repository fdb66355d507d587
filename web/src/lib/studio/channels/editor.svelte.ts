import { channels } from '$lib/channels/api';
import type { Channel, DefinitionPatch, Edited } from '$lib/channels/types';
import { asApiError, type ApiError } from '$lib/api/problem';
import { changesOf, formOf, mistakesOf, type ChannelForm } from './form';

/** What changes who a channel is, but not what it shows: it holds at once. */
const AT_ONCE = new Set(['number', 'name', 'slug', 'logo', 'language']);

/** A channel in the studio: what is kept of it, and what somebody is changing. */
export class ChannelEditor {
	channel = $state.raw<Channel>();
	form = $state<ChannelForm>();
	/** Whether mistakes are shown: from the first try to save on. */
	check = $state(false);
	busy = $state(false);
	error = $state.raw<ApiError>();
	/** What the change would do, while somebody looks at it. */
	review = $state.raw<Edited>();
	#saved = $state.raw<ChannelForm>();

	readonly changes = $derived.by<DefinitionPatch>(() =>
		this.#saved && this.form ? changesOf(this.#saved, this.form) : {}
	);
	readonly dirty = $derived(Object.keys(this.changes).length > 0);
	readonly mistakes = $derived.by<Record<string, string>>(() =>
		this.check && this.form ? mistakesOf(this.form) : {}
	);
	/** The fields that are wrong, by what is seen here and what the server said. */
	readonly wrong = $derived([
		...Object.keys(this.mistakes),
		...(this.error?.errors ?? []).map(({ field }) => field)
	]);
	readonly lists = $derived(
		(this.form?.lists ?? []).map(({ name }) => name.trim()).filter(Boolean)
	);

	said = (path: string): string | undefined => this.mistakes[path] ?? this.error?.reason(path);

	take(channel: Channel): void {
		this.channel = channel;
		if (!channel.definition) return;
		this.#saved = formOf(channel.definition);
		this.form = formOf(channel.definition);
		this.check = false;
		this.error = undefined;
	}

	undo(): void {
		if (this.channel) this.take(this.channel);
	}

	/** Asks what the change would do; where it does nothing to what is shown, it is made at once. */
	async ask(effective = 'next'): Promise<void> {
		this.check = true;
		if (!this.form || !this.channel || Object.keys(mistakesOf(this.form)).length > 0) return;
		const plain = Object.keys(this.changes).every((name) => AT_ONCE.has(name));
		if (plain) {
			await this.save('next');
			return;
		}
		await this.#work(async (id) => {
			this.review = await channels.change(id, this.changes, { effective, dry_run: true });
		});
	}

	/** Makes the change. Gives whether that went well. */
	async save(effective: string): Promise<boolean> {
		return this.#work(async (id) => {
			const { channel } = await channels.change(id, this.changes, { effective });
			// Writes answer with the definition; if ever one does not, it is read.
			this.take(channel.definition ? channel : await channels.get(id));
			this.review = undefined;
		});
	}

	async #work(run: (id: string) => Promise<void>): Promise<boolean> {
		if (!this.channel) return false;
		this.busy = true;
		this.error = undefined;
		try {
			await run(this.channel.id);
			return true;
		} catch (thrown) {
			this.error = asApiError(thrown);
			this.review = undefined;
			return false;
		} finally {
			this.busy = false;
		}
	}
}
