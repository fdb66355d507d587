/**
 * Brings what is chosen in a strip into view, where the screen is too narrow for all of it: an
 * action on the strip's items. The strip is the `nav` around them, and positioned.
 */
export function inView(node: HTMLElement, here: boolean): { update: (here: boolean) => void } {
	const show = (is: boolean): void => {
		const strip = is ? node.closest('nav') : null;
		if (strip) strip.scrollLeft = node.offsetLeft - (strip.clientWidth - node.clientWidth) / 2;
	};
	show(here);
	return { update: show };
}
