import { beforeNavigate } from '$app/navigation';

/**
 * Asks before somebody leaves what they have not saved; call it while a component is made. `stays`
 * says of which addresses what is typed lives on. A page that is closed is asked about by the browser.
 */
export function askBeforeLeaving(
	dirty: () => boolean,
	stays?: (path: string) => boolean,
	question = 'What you changed is not saved. Leave anyway?'
): void {
	beforeNavigate(({ cancel, willUnload, to }) => {
		if (!dirty() || (to && stays?.(to.url.pathname))) return;
		if (willUnload || !confirm(question)) cancel();
	});
}
