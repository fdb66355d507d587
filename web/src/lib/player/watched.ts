/** A stretch of the video in seconds. */
export type Stretch = [from: number, to: number];

/** Between two looks at the clock of a video it moves on by no more than this, in seconds. */
const STEP = 3;
/** What is shorter is no stretch. */
const SHORTEST = 0.05;

/** Remembers which stretches of a video were played, from looks at its clock. */
export class Watched {
	#from: number | undefined;
	#to = 0;
	#done: Stretch[] = [];

	/** The clock says so much, and the picture moves. */
	at(time: number, rate = 1): void {
		const moved = time - this.#to;
		if (this.#from === undefined || moved < 0 || moved > STEP * Math.max(1, rate)) {
			this.stop();
			this.#from = time;
		}
		this.#to = time;
	}

	/** The picture stands still, or is about to be elsewhere. */
	stop(): void {
		if (this.#from !== undefined && this.#to - this.#from >= SHORTEST)
			this.#done.push([rounded(this.#from), rounded(this.#to)]);
		this.#from = undefined;
	}

	/** What was played since it was last asked for. */
	take(): Stretch[] {
		const from = this.#from;
		this.stop();
		if (from !== undefined) this.#from = this.#to;
		const done = this.#done;
		this.#done = [];
		return done;
	}
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
