import { asApiError } from '$lib/api/problem';

export interface Toast {
	id: number;
	tone: 'info' | 'good' | 'bad';
	text: string;
	action?: { label: string; run: () => void } | { label: string; href: string };
}

const SHOWN_MS = 6000;

class Toasts {
	list = $state<Toast[]>([]);
	#next = 1;
	#timers = new Map<number, ReturnType<typeof setTimeout>>();

	/** Shows a message. Failures stay until they are dismissed; the rest leave by themselves. */
	show(text: string, tone: Toast['tone'] = 'info', action?: Toast['action']): void {
		const id = this.#next++;
		this.list = [...this.list.slice(-3), { id, tone, text, action }];
		if (tone !== 'bad') this.resume(id);
	}

	good(text: string, action?: Toast['action']): void {
		this.show(text, 'good', action);
	}

	failed(thrown: unknown): void {
		this.show(asApiError(thrown).sentence, 'bad');
	}

	dismiss(id: number): void {
		this.pause(id);
		this.list = this.list.filter((toast) => toast.id !== id);
	}

	/** Keeps a message while somebody reads it. */
	pause(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
	}

	resume(id: number): void {
		this.pause(id);
		this.#timers.set(
			id,
			setTimeout(() => this.dismiss(id), SHOWN_MS)
		);
	}
}

export const toasts = new Toasts();
