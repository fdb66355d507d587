import { toasts } from '$lib/state/toasts.svelte';

/** Copies a text; where the browser does not allow that, says so. */
export async function copy(text: string, done = 'Copied.'): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
		toasts.good(done);
	} catch {
		toasts.show('Your browser did not allow copying. Mark the text and copy it by hand.');
	}
}
