import { call } from '$lib/api/call';
import type { Page } from '$lib/api/client';
import { paged, stream } from '../api';
import type { Poll, PollDraft, Question, QuestionChange, QuestionVotes } from './types';

const PAGE = 50;

/** What those in a room do besides talking: they ask, and they vote. */
export const together = {
	/** What is asked, what most people want to know first. */
	questions: (id: string, state: 'open' | 'answered', offset = 0): Promise<Page<Question>> =>
		paged(stream(id, 'questions'), { state, limit: PAGE, offset }),
	/** How many are open. */
	openQuestions: async (id: string): Promise<number> => {
		const page = await paged<Question>(stream(id, 'questions'), { state: 'open', limit: 1 });
		return page.total ?? page.items.length;
	},
	ask: (id: string, text: string): Promise<Question> =>
		call('POST', stream(id, 'questions'), { body: { text } }),
	voteQuestion: (id: string, question: string, on: boolean): Promise<QuestionVotes> =>
		call(on ? 'PUT' : 'DELETE', stream(id, 'questions', question, 'vote')),
	settle: (id: string, question: string, body: QuestionChange): Promise<Question> =>
		call('PATCH', stream(id, 'questions', question), { body }),
	takeBack: (id: string, question: string): Promise<unknown> =>
		call('DELETE', stream(id, 'questions', question)),

	polls: (id: string): Promise<Poll[]> => call('GET', stream(id, 'polls')),
	openPoll: (id: string, body: PollDraft): Promise<Poll> =>
		call('POST', stream(id, 'polls'), { body }),
	vote: (id: string, poll: string, options: number[]): Promise<Poll> =>
		call('POST', stream(id, 'polls', poll, 'vote'), { body: { options } }),
	closePoll: (id: string, poll: string): Promise<Poll> =>
		call('POST', stream(id, 'polls', poll, 'close')),
	removePoll: (id: string, poll: string): Promise<unknown> =>
		call('DELETE', stream(id, 'polls', poll))
};
