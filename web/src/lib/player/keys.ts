import { commandOf, type Command } from './shortcuts';

/** Where a key is pressed. */
export interface Place {
	/** The player as a whole. */
	stage: HTMLElement | undefined;
	fullscreen: boolean;
	onTv: boolean;
}

const MOVES = new Set([' ', 'Home', 'End']);

/** Whether a key is pressed where it may mean something to the player: in no field, menu or dialog. */
export function belongsToPlayer(event: KeyboardEvent): boolean {
	if (event.defaultPrevented || document.querySelector('dialog[open]')) return false;
	const target = event.composedPath()[0] as HTMLElement | undefined;
	return (
		!!target && !target.closest?.('input:not([type="range"]), textarea, select, [role="menu"]')
	);
}

/**
 * What a key means to the player where it is pressed; null where it belongs to something else: a field,
 * a menu, a dialog, or the page, which scrolls by the same keys.
 */
export function commandAt(
	event: KeyboardEvent,
	{ stage, fullscreen, onTv }: Place
): Command | null {
	if (!belongsToPlayer(event)) return null;
	// A remote control's middle button, while nothing is focused.
	if (event.key === 'Enter' && onTv && document.activeElement === document.body)
		return { do: 'play' };
	const command = commandOf(event);
	const arrow = event.key.startsWith('Arrow');
	if (!command || !(arrow || MOVES.has(event.key))) return command;
	// Elsewhere on the page these keys keep their usual meaning.
	const within = stage?.contains(event.target as Node) ?? false;
	const inside = within || document.activeElement === document.body;
	if (!inside && !document.fullscreenElement) return null;
	const at = event.target as Element;
	const range = 'media-time-range, media-volume-range, input[type="range"]';
	if (arrow && at.closest?.(range)) return null;
	const upright = event.key === 'ArrowUp' || event.key === 'ArrowDown';
	if (upright && !fullscreen && !within) return null;
	// Left and right walk along the buttons on a television.
	if (arrow && onTv && at.closest?.('.controls')) return null;
	if (event.key === ' ' && at.closest?.('button, a, [role="button"]')) return null;
	return command;
}
