import type { Page } from '$lib/api/client';
import { asApiError, type ApiError } from '$lib/api/problem';

/** A list read page by page: what is there so far, and how to get more of it. */
export class Listing<T extends { id: string }> {
	items = $state.raw<T[]>([]);
	total = $state<number | null>(null);
	next = $state<string | null>(null);
	loading = $state(true);
	error = $state.raw<ApiError>();
	#turn = 0;

	constructor(private readonly load: (cursor: string | null) => Promise<Page<T>>) {}

	/** Reads the first page anew. What is shown stays until the answer is there. */
	restart = async (): Promise<void> => {
		const turn = ++this.#turn;
		this.loading = true;
		try {
			const page = await this.load(null);
			if (turn !== this.#turn) return;
			this.items = page.items;
			this.total = page.total;
			this.next = page.next;
			this.error = undefined;
		} catch (thrown) {
			if (turn !== this.#turn) return;
			this.error = asApiError(thrown);
		}
		this.loading = false;
	};

	/** Appends the next page, unless one is on its way or the last try failed (`again` insists). */
	more = async (again = false): Promise<void> => {
		if (this.loading || this.next === null || (this.error && !again)) return;
		const turn = ++this.#turn;
		this.loading = true;
		this.error = undefined;
		try {
			const page = await this.load(this.next);
			if (turn !== this.#turn) return;
			const known = new Set(this.items.map((item) => item.id));
			this.items = [...this.items, ...page.items.filter((item) => !known.has(item.id))];
			this.total = page.total ?? this.total;
			this.next = page.next;
		} catch (thrown) {
			if (turn !== this.#turn) return;
			this.error = asApiError(thrown);
		}
		this.loading = false;
	};

	/** Puts a changed item in its place. */
	replace(item: T): void {
		this.items = this.items.map((old) => (old.id === item.id ? item : old));
	}

	remove(id: string): void {
		const before = this.items.length;
		this.items = this.items.filter((item) => item.id !== id);
		if (this.total !== null) this.total -= before - this.items.length;
	}
}
