const WINDOW_MS = 6000;

/** How fast bytes go, judged over the last few seconds so that the number stays readable. */
export class Pace {
	#samples: { at: number; sent: number }[] = [];

	/** Forgets what was: after a pause the old seconds say nothing. */
	reset(): void {
		this.#samples = [];
	}

	/** Notes that `sent` bytes in all have gone out by the instant `at` (milliseconds). */
	note(sent: number, at: number): void {
		const last = this.#samples.at(-1);
		if (last && sent < last.sent) this.reset();
		this.#samples.push({ at, sent });
		while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) {
			this.#samples.shift();
		}
	}

	/** Bytes a second; null until there is something to judge by. */
	get speed(): number | null {
		const first = this.#samples[0];
		const last = this.#samples.at(-1);
		if (!first || !last || last.at - first.at < 400) return null;
		return ((last.sent - first.sent) * 1000) / (last.at - first.at);
	}

	/** Seconds until `left` more bytes are out; null when that cannot be said. */
	eta(left: number): number | null {
		const speed = this.speed;
		return speed && speed > 0 ? left / speed : null;
	}
}
