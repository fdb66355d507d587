export type Command =
	| { do: 'play' }
	| { do: 'seek'; by: number }
	| { do: 'jump'; part: number }
	| { do: 'frame'; by: 1 | -1 }
	| { do: 'volume'; by: number }
	| { do: 'mute' }
	| { do: 'rate'; by: 1 | -1 }
	| { do: 'captions' }
	| { do: 'fullscreen' }
	| { do: 'theatre' }
	| { do: 'pip' }
	| { do: 'stats' }
	| { do: 'next' }
	| { do: 'help' };

/** What the help dialog shows, in its order. */
export const SHORTCUTS: { keys: string[]; what: string }[] = [
	{ keys: ['Space', 'K'], what: 'Play or pause' },
	{ keys: ['←', '→'], what: '5 seconds back or on' },
	{ keys: ['J', 'L'], what: '10 seconds back or on' },
	{ keys: [',', '.'], what: 'One frame back or on, while paused' },
	{ keys: ['0', '…', '9'], what: 'To a tenth of the video' },
	{ keys: ['Home', 'End'], what: 'To the start or the end' },
	{ keys: ['↑', '↓'], what: 'Louder or softer' },
	{ keys: ['M'], what: 'Sound off or on' },
	{ keys: ['<', '>'], what: 'Slower or faster' },
	{ keys: ['C'], what: 'Subtitles off or on' },
	{ keys: ['F'], what: 'Full screen' },
	{ keys: ['T'], what: 'Theatre' },
	{ keys: ['I'], what: 'Picture in picture' },
	{ keys: ['N'], what: 'Next episode' },
	{ keys: ['S'], what: 'Stats for nerds' },
	{ keys: ['?'], what: 'This list' }
];

interface Key {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
}

const PLAIN: Record<string, Command> = {
	' ': { do: 'play' },
	k: { do: 'play' },
	MediaPlayPause: { do: 'play' },
	ArrowLeft: { do: 'seek', by: -5 },
	ArrowRight: { do: 'seek', by: 5 },
	j: { do: 'seek', by: -10 },
	l: { do: 'seek', by: 10 },
	MediaRewind: { do: 'seek', by: -10 },
	MediaFastForward: { do: 'seek', by: 10 },
	',': { do: 'frame', by: -1 },
	'.': { do: 'frame', by: 1 },
	Home: { do: 'jump', part: 0 },
	End: { do: 'jump', part: 1 },
	ArrowUp: { do: 'volume', by: 0.05 },
	ArrowDown: { do: 'volume', by: -0.05 },
	m: { do: 'mute' },
	'<': { do: 'rate', by: -1 },
	'>': { do: 'rate', by: 1 },
	c: { do: 'captions' },
	f: { do: 'fullscreen' },
	t: { do: 'theatre' },
	i: { do: 'pip' },
	n: { do: 'next' },
	MediaTrackNext: { do: 'next' },
	s: { do: 'stats' },
	'?': { do: 'help' }
};

/** The command a key stands for, if any. Keys with Ctrl, Alt or Meta belong to the browser. */
export function commandOf(event: Key): Command | null {
	if (event.ctrlKey || event.metaKey || event.altKey) return null;
	if (/^\d$/.test(event.key)) return { do: 'jump', part: Number(event.key) / 10 };
	return PLAIN[event.key] ?? PLAIN[event.key.toLowerCase()] ?? null;
}

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** The next speed up or down from the present one, which need not be on the list. */
export function nextRate(rate: number, by: 1 | -1): number {
	const found =
		by > 0 ? RATES.find((r) => r > rate + 0.001) : RATES.findLast((r) => r < rate - 0.001);
	return found ?? rate;
}
