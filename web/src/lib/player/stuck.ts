/** A clock that stands still while so much of a broadcast comes, in seconds, is stuck. */
const STUCK_S = 10;
/** Each time in a row more is waited for than the last time, up to so much, in seconds. */
const AT_MOST_S = 80;

/** Where a broadcast is, and who watches it, at one moment. */
export interface Waited {
	/** Where the clock is, in seconds. */
	time: number;
	/** The end of what there is, in seconds of the same broadcast. */
	edge: number;
	/** Whether it is to play, and cannot for want of data. */
	wanting: boolean;
}

/**
 * Notices that nothing plays although the broadcast goes on. When pictures or sound of a broadcast are
 * missing for long, or it is coded anew several times in a few seconds, a player of media segments may
 * wait for what never comes; the broadcast is then to be read anew. A network that is slow is given more
 * time from one time to the next.
 */
export class Stuck {
	#since: Waited | undefined;
	#patience = STUCK_S;

	/** Whether the broadcast is to be read anew now. */
	look(now: Waited): boolean {
		const since = this.#since;
		if (!now.wanting) {
			this.#since = undefined;
			this.#patience = STUCK_S;
			return false;
		}
		// Another clock than before: it has been read anew, or sought.
		if (since?.time !== now.time || now.edge < since.edge) {
			this.#since = now;
			return false;
		}
		if (now.edge - since.edge < this.#patience) return false;
		this.#since = undefined;
		this.#patience = Math.min(this.#patience * 2, AT_MOST_S);
		return true;
	}
}
