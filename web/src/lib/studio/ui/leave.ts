import { beforeNavigate } from '$app/navigation';

/**
 * Asks before somebody leaves what they have not saved; call it while a component is made. `stays`
 * says of which addresses what is typed lives on.
 */
export function askBeforeLeaving(dirty: () => boolean, stays?: (path: string) => boolean): void {
	beforeNavigate(({ cancel, willUnload, to }) => {
		if (!dirty() || (to && stays?.(to.url.pathname))) return;
		if (willUnload || !confirm('What you changed is not saved. Leave anyway?')) cancel();
	});
}
