import { describe, expect, it } from 'vitest';
import { merged, newest, speaksTo, spoken, withoutWords } from './log';
import type { ChatMessage } from './types';

const said = (n: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
	id: `msg_${n}`,
	stream_id: 'stream_1',
	user_id: 'user_1',
	username: 'ada',
	message: `number ${n}`,
	timestamp: `2026-01-01T12:00:${String(n).padStart(2, '0')}Z`,
	is_deleted: false,
	state: 'visible',
	badge: null,
	pinned: false,
	reply_to: null,
	...more
});
const ids = (list: ChatMessage[]): string[] => list.map(({ id }) => id);

describe('merged', () => {
	it('appends what comes', () =>
		expect(ids(merged([said(1)], [said(2)]))).toEqual(['msg_1', 'msg_2']));
	it('shows nothing twice, and the newer copy', () => {
		const list = merged([said(1), said(2)], [said(2, { message: 'changed' })]);
		expect(ids(list)).toEqual(['msg_1', 'msg_2']);
		expect(list[1]?.message).toBe('changed');
	});
	it('puts the history before what came meanwhile', () =>
		expect(ids(merged([said(9)], [said(1), said(2), said(9)]))).toEqual([
			'msg_1',
			'msg_2',
			'msg_9'
		]));
	it('puts what is late in its place', () =>
		expect(ids(merged([said(1), said(3)], [said(2)]))).toEqual(['msg_1', 'msg_2', 'msg_3']));
});

it('keeps the newest rows', () => {
	expect(newest([1, 2, 3, 4], 2)).toEqual([3, 4]);
	expect(newest([1, 2], 5)).toEqual([1, 2]);
});

it('takes words away and keeps their place', () => {
	const quote = { id: 'msg_1', username: 'ada', message: 'number 1' };
	const gone = withoutWords([said(1), said(2, { reply_to: quote })], 'msg_1');
	expect(gone.map(({ message, is_deleted }) => [message, is_deleted])).toEqual([
		['', true],
		['number 2', false]
	]);
	expect(gone[1]?.reply_to).toBeNull();
});

it.each([
	['hello @ada', true],
	['@Ada, look', true],
	['(@ada)', true],
	['@adam is here', false],
	['mail to x@ada', false],
	['@ada-marie', false],
	['ada', false]
])('%s speaks to ada: %s', (text, is) => expect(speaksTo(text, 'ada')).toBe(is));
it('speaks to nobody where nobody is known', () => expect(speaksTo('@ada', undefined)).toBe(false));

describe('what a screen reader hears', () => {
	const bob = { username: 'bob', user_id: 'user_2' };
	it('is nothing of one’s own words', () => expect(spoken([said(1)], 'ada')).toBe(''));
	it('is one message whole', () =>
		expect(spoken([said(1, { ...bob, message: 'hi' })], 'ada')).toBe('bob: hi'));
	it('is a number where there are many', () =>
		expect(spoken([said(1, bob), said(2, bob)], 'ada')).toBe('2 new messages'));
	it('is what was said to me before all else', () =>
		expect(spoken([said(1, bob), said(2, { ...bob, message: '@ada look' })], 'ada')).toBe(
			'bob: @ada look. And 1 more.'
		));
});
