import { clock } from '$lib/format';
import { behind } from '$lib/live/edge';
import type { Engine } from './engine.svelte';
import { nextRate, type Command } from './shortcuts';

/** The parts of the player that a command moves besides the engine. */
export interface Hands {
	/** Frames in a second. */
	frameRate: number;
	/** Shows a word on the screen for what was just done. */
	say: (text: string) => void;
	/** Presses one of the player's own buttons. */
	press: (button: string) => void;
	captions: () => void;
	theatre: () => void;
	stats: () => void;
	next: () => void;
	help: () => void;
}

/** Does what a key or button asks for. */
export function obey(command: Command, engine: Engine, hands: Hands): void {
	const media = engine.video;
	const { say } = hands;
	switch (command.do) {
		case 'play':
			if (media.paused) media.play().catch(() => undefined);
			else media.pause();
			break;
		case 'seek':
			engine.seek(media.currentTime + command.by);
			say(`${command.by > 0 ? '+' : '−'}${Math.abs(command.by)} s`);
			break;
		case 'jump':
			engine.jump(command.part);
			say(engine.edge.live ? placeIn(engine) : clock(media.currentTime));
			break;
		case 'frame':
			if (media.paused) engine.seek(media.currentTime + command.by / hands.frameRate);
			break;
		case 'volume':
			media.muted = false;
			media.volume = Math.min(1, Math.max(0, media.volume + command.by));
			say(`Volume ${Math.round(media.volume * 100)} %`);
			break;
		case 'mute':
			media.muted = !media.muted;
			say(media.muted ? 'Sound off' : 'Sound on');
			break;
		case 'rate':
			if (engine.edge.live) break;
			media.playbackRate = nextRate(media.playbackRate, command.by);
			say(`Speed ${media.playbackRate}×`);
			break;
		case 'fullscreen':
			hands.press('media-fullscreen-button');
			break;
		case 'pip':
			hands.press('media-pip-button');
			break;
		default:
			hands[command.do]();
	}
}

/** Where one is in a broadcast. */
function placeIn(engine: Engine): string {
	const seconds = engine.edge.position - engine.video.currentTime;
	return seconds < 1 ? 'Live' : `${behind(seconds)} behind`;
}
