import type { PollDraft } from './types';

export const OPTIONS_LEAST = 2;
export const OPTIONS_MOST = 10;
export const QUESTION_MOST = 300;
export const OPTION_MOST = 120;

/** How long a poll may be open, as it stands in its form. */
export const LASTS = [
	{ value: '', label: 'Until I close it' },
	{ value: '60', label: 'A minute' },
	{ value: '120', label: 'Two minutes' },
	{ value: '300', label: 'Five minutes' },
	{ value: '900', label: 'A quarter of an hour' }
];

/** What is wrong with a poll that somebody writes, in words; undefined if it can be opened. */
export function pollMistake(question: string, options: string[]): string | undefined {
	if (question.trim() === '') return 'Ask something.';
	const given = options.map((one) => one.trim()).filter((one) => one !== '');
	if (given.length < OPTIONS_LEAST) return 'Give at least two answers to choose from.';
	if (new Set(given.map((one) => one.toLowerCase())).size < given.length)
		return 'Two answers are the same.';
	return undefined;
}

/** A poll as it is sent: answers that were left empty are none. */
export const pollDraft = (
	question: string,
	options: string[],
	multiple: boolean,
	lasts: string
): PollDraft => ({
	question: question.trim(),
	options: options.map((one) => one.trim()).filter((one) => one !== ''),
	multiple,
	...(lasts ? { duration_seconds: Number(lasts) } : {})
});
