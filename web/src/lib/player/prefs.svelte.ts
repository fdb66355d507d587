interface Prefs {
	volume: number;
	muted: boolean;
	rate: number;
	theatre: boolean;
	/** Language of the subtitles; empty when they are off. */
	subtitles: string;
	/** Language of the sound; empty for the first. */
	audio: string;
	/** For how many loudspeakers; 0 for the first. */
	channels: number;
	/** Whether the next title begins by itself. */
	autoplay: boolean;
	/** Whether broadcasts are watched with the least latency, where that can be had. */
	fast: boolean;
}

const KEY = 'matinee.player';
const DEFAULTS: Prefs = {
	volume: 1,
	muted: false,
	rate: 1,
	theatre: false,
	subtitles: '',
	audio: '',
	channels: 0,
	autoplay: true,
	fast: false
};

function read(): Prefs {
	try {
		return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) };
	} catch {
		return { ...DEFAULTS };
	}
}

/** What a viewer chose once and expects to find again. */
export const prefs = $state(read());

export function remember(changed: Partial<Prefs>): void {
	Object.assign(prefs, changed);
	try {
		localStorage.setItem(KEY, JSON.stringify(prefs));
	} catch {
		// Storage may be full or forbidden: then it is remembered for this visit only.
	}
}
