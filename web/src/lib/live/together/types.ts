import type { Schemas, View } from '$lib/api/types';

/** What somebody asks whoever broadcasts. */
export type Question = Omit<View<'QuestionView'>, 'stream_id'>;
export type QuestionState = Schemas['QuestionStateView'];
/** How many want to know. */
export type QuestionVotes = View<'QuestionVotes'>;
export type QuestionChange = Schemas['QuestionPatch'];

/** What whoever broadcasts asks everybody. */
export type Poll = Omit<View<'PollView'>, 'stream_id' | 'closed_at'>;
export type PollDraft = Schemas['PollForm'];

/** What a room tells of questions and polls. Whose vote is whose, it never tells. */
export type TogetherEvent =
	| { type: 'question_asked' | 'question_updated'; question: Question }
	| { type: 'question_deleted'; id: string }
	| { type: 'poll_opened' | 'poll_results' | 'poll_closed'; poll: Poll }
	| { type: 'poll_deleted'; id: string };
