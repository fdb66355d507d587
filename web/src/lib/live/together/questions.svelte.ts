import type { Page } from '$lib/api/client';
import { asApiError, type ApiError } from '$lib/api/problem';
import { together } from './api';
import { answered, asked, newer } from './order';
import { questionOf } from './read';
import type { Question, QuestionChange, TogetherEvent } from './types';

/** Whether there is more after a page that began `from` there. */
const beyond = (page: Page<unknown>, from: number): boolean =>
	page.items.length > 0 && from + page.items.length < (page.total ?? 0);

/** The questions of one broadcast: read when somebody looks at them, and kept by the room's news. */
export class Questions {
	/** All that are known, whatever became of them. */
	all = $state.raw<Question[]>([]);
	read = $state(false);
	error = $state.raw<ApiError>();
	/** Those that came while nobody looked. */
	unseen = $state(0);
	/** Whether there are more with the server than are here. */
	more = $state.raw({ open: false, answered: false });
	/** What was asked from this page. */
	readonly mine = new Set<string>();
	#looking = false;

	readonly open = $derived(asked(this.all.filter(({ state }) => state === 'open')));
	readonly answered = $derived(answered(this.all.filter(({ state }) => state === 'answered')));

	constructor(private readonly stream: string) {}

	/** Counts those that are open already, for whoever comes and has not looked yet. */
	async count(): Promise<void> {
		const open = await together.openQuestions(this.stream).catch(() => 0);
		// Those that came meanwhile are among them.
		if (!this.read && !this.#looking) this.unseen = Math.max(this.unseen, open);
	}

	/** Somebody looks at them, or does not any more. */
	look(is: boolean): void {
		this.#looking = is;
		if (!is) return;
		this.unseen = 0;
		if (!this.read) void this.refresh();
	}

	refresh = async (): Promise<void> => {
		try {
			const [open, done] = await Promise.all([
				together.questions(this.stream, 'open'),
				together.questions(this.stream, 'answered')
			]);
			// What is not among the first of them any more is with the server.
			this.all = [...open.items, ...done.items].flatMap((one) => questionOf(one) ?? []);
			this.more = { open: beyond(open, 0), answered: beyond(done, 0) };
			this.read = true;
			this.error = undefined;
		} catch (thrown) {
			this.error = asApiError(thrown);
		}
	};

	/** Reads on, after those that are here. */
	further = async (state: 'open' | 'answered'): Promise<void> => {
		const from = this[state].length;
		const page = await together.questions(this.stream, state, from);
		this.#take(page.items.flatMap((one) => questionOf(one) ?? []));
		this.more = { ...this.more, [state]: beyond(page, from) };
	};

	/** The room came back: what happened meanwhile is read anew. */
	back(): void {
		if (this.read) void this.refresh();
	}

	hear(event: TogetherEvent): void {
		if (event.type === 'question_deleted') this.#gone(event.id);
		if (event.type !== 'question_asked' && event.type !== 'question_updated') return;
		const { question } = event;
		const known = this.all.find(({ id }) => id === question.id);
		if (event.type === 'question_asked' && !known && !this.#looking) this.unseen += 1;
		// Those that are not read yet come with the rest.
		if (this.read || known) this.#take([newer(known, question)]);
	}

	async ask(text: string): Promise<void> {
		const question = questionOf(await together.ask(this.stream, text));
		if (!question) return;
		this.mine.add(question.id);
		this.#take([question]);
	}

	/** Says that one wants to know as well, or not any more. */
	async vote(question: Question, on: boolean): Promise<void> {
		const now = await together.voteQuestion(this.stream, question.id, on);
		this.#change(question.id, { votes: now.votes, voted: now.voted });
	}

	/** Says what became of a question. */
	async settle(question: Question, change: QuestionChange): Promise<void> {
		const now = questionOf(await together.settle(this.stream, question.id, change));
		if (now) this.#take([newer(question, now)]);
	}

	async takeBack(id: string): Promise<void> {
		await together.takeBack(this.stream, id);
		this.#gone(id);
	}

	#take(came: Question[]): void {
		const all = new Map(this.all.map((one) => [one.id, one]));
		for (const one of came) all.set(one.id, one);
		this.all = [...all.values()];
	}

	#change(id: string, change: Partial<Question>): void {
		this.all = this.all.map((one) => (one.id === id ? { ...one, ...change } : one));
	}

	#gone(id: string): void {
		this.all = this.all.filter((one) => one.id !== id);
	}
}
