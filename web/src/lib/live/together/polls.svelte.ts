import { asApiError, type ApiError } from '$lib/api/problem';
import { together } from './api';
import { inOrder, newerPoll, outcome } from './order';
import { pollOf } from './read';
import type { Poll, PollDraft, TogetherEvent } from './types';

/** The polls of one broadcast, and how they stand. */
export class Polls {
	all = $state.raw<Poll[]>([]);
	read = $state(false);
	error = $state.raw<ApiError>();
	/** The last of what happened, as a sentence for those who hear the page. */
	said = $state('');

	readonly list = $derived(inOrder(this.all));
	/** Those that one may still vote in, and has not. */
	readonly waiting = $derived(
		this.list.filter(({ state, voted }) => state === 'open' && voted === null)
	);

	constructor(private readonly stream: string) {}

	refresh = async (): Promise<void> => {
		try {
			this.all = (await together.polls(this.stream)).flatMap((one) => pollOf(one) ?? []);
			this.read = true;
			this.error = undefined;
		} catch (thrown) {
			this.error = asApiError(thrown);
		}
	};

	hear(event: TogetherEvent): void {
		if (event.type === 'poll_deleted') this.#gone(event.id);
		if (!('poll' in event)) return;
		this.#take(event.poll);
		if (event.type === 'poll_opened') this.said = `A poll: ${event.poll.question}`;
		if (event.type === 'poll_closed') this.said = outcome(event.poll);
	}

	async open(draft: PollDraft): Promise<void> {
		this.#taken(await together.openPoll(this.stream, draft));
	}

	/** Chooses; as long as it is open, one may choose otherwise. */
	async vote(id: string, options: number[]): Promise<void> {
		this.#taken(await together.vote(this.stream, id, options));
	}

	async close(id: string): Promise<void> {
		this.#taken(await together.closePoll(this.stream, id));
	}

	async remove(id: string): Promise<void> {
		await together.removePoll(this.stream, id);
		this.#gone(id);
	}

	#taken(answer: unknown): void {
		const poll = pollOf(answer);
		if (poll) this.#take(poll);
	}

	#take(came: Poll): void {
		const known = this.all.find(({ id }) => id === came.id);
		const poll = newerPoll(known, came);
		this.all = known
			? this.all.map((one) => (one.id === poll.id ? poll : one))
			: [...this.all, poll];
	}

	#gone(id: string): void {
		this.all = this.all.filter((one) => one.id !== id);
	}
}
