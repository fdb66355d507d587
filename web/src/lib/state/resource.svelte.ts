import { asApiError, type ApiError } from '$lib/api/problem';

/**
 * Something read from the server: what is known, what failed, and whether it is on its way.
 * A newer load always wins over an older one that answers late.
 */
export class Resource<T> {
	data = $state.raw<T>();
	error = $state.raw<ApiError>();
	loading = $state(true);
	#turn = 0;

	constructor(private readonly load: () => Promise<T>) {}

	/** Loads (again). What is shown already stays until the new answer is there. */
	refresh = async (): Promise<void> => {
		const turn = ++this.#turn;
		this.loading = true;
		try {
			const data = await this.load();
			if (turn !== this.#turn) return;
			this.data = data;
			this.error = undefined;
		} catch (thrown) {
			if (turn !== this.#turn) return;
			this.error = asApiError(thrown);
		}
		this.loading = false;
	};
}
