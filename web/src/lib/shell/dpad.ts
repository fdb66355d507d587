/** Finding one's way with arrow keys alone: a remote control has no Tab key and no pointer. */

const FOCUSABLE =
	'a[href], button:not(:disabled):not([tabindex="-1"]), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export interface Box {
	left: number;
	right: number;
	top: number;
	bottom: number;
}

/**
 * The best of `boxes` to go to from `from`: the nearest one that lies wholly in that direction,
 * where straying to the side counts double. Returns its index, or -1.
 */
export function nearest(from: Box, boxes: Box[], direction: Direction): number {
	const across = direction === 'ArrowLeft' || direction === 'ArrowRight';
	let best = -1;
	let least = Infinity;
	boxes.forEach((box, index) => {
		const ahead = {
			ArrowLeft: from.left - box.right,
			ArrowRight: box.left - from.right,
			ArrowUp: from.top - box.bottom,
			ArrowDown: box.top - from.bottom
		}[direction];
		// A hair of overlap is a border, not a neighbour on the wrong side.
		if (ahead < -4) return;
		const [near, far, boxNear, boxFar] = across
			? [from.top, from.bottom, box.top, box.bottom]
			: [from.left, from.right, box.left, box.right];
		const aside = Math.max(0, boxNear - far, near - boxFar);
		const drift = Math.abs((boxNear + boxFar) / 2 - (near + far) / 2);
		const cost = Math.max(0, ahead) + aside * 2 + drift * (across ? 0.3 : 0.15);
		if (cost < least) {
			least = cost;
			best = index;
		}
	});
	return best;
}

/** Whether this screen is steered by a remote control, as far as its name tells. */
export function onTelevision(agent: string, search = ''): boolean {
	if (/[?&]tv(=1|&|$)/.test(search)) return true;
	return /\b(SMART-TV|SmartTV|Tizen.*TV|Web0S|webOS|AFT[A-Z0-9]+|BRAVIA|GoogleTV|Android TV|CrKey|HbbTV|NetCast|Roku|AppleTV)\b/i.test(
		agent
	);
}

const typing = (element: Element | null): boolean =>
	element instanceof HTMLTextAreaElement ||
	element instanceof HTMLSelectElement ||
	(element instanceof HTMLInputElement && !['checkbox', 'button', 'submit'].includes(element.type));

/**
 * Moves the focus by arrow keys. On a television always; elsewhere only onward from something that
 * already shows a keyboard focus, so that arrows go on scrolling for everybody else.
 */
export function steer(event: KeyboardEvent, tv: boolean): void {
	const direction = event.key as Direction;
	if (!/^Arrow(Left|Right|Up|Down)$/.test(direction)) return;
	if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
		return;
	const active = document.activeElement;
	const vertical = direction === 'ArrowUp' || direction === 'ArrowDown';
	if (typing(active) && !(tv && vertical && !(active instanceof HTMLSelectElement))) return;
	if (active?.closest('[data-keys="own"], [role="menu"], [role="slider"], [role="tablist"]'))
		return;

	const scope = document.querySelector('dialog[open]') ?? document;
	const started = active && active !== document.body && scope.contains(active);
	if (!started) {
		if (!tv) return;
		const first =
			scope.querySelector<HTMLElement>('media-play-button') ??
			scope.querySelector<HTMLElement>('main a[href], main button, dialog button');
		if (first) {
			event.preventDefault();
			first.focus();
		}
		return;
	}
	const cards = ':is([data-testid="video-card"], [data-testid="stream-card"]):focus-visible';
	if (!tv && !active.matches(cards)) return;

	const candidates = [...scope.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
		(element) =>
			element !== active &&
			element.getAttribute('href') !== '#content' &&
			element.checkVisibility({ visibilityProperty: true })
	);
	const at = nearest(
		active.getBoundingClientRect(),
		candidates.map((element) => element.getBoundingClientRect()),
		direction
	);
	const next = candidates[at];
	if (!next) return;
	event.preventDefault();
	next.focus({ preventScroll: true });
	next.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'smooth' });
}
