import { expect, it } from 'vitest';
import { noticeOf } from './message';
import { bytesOf } from './push-key';

it('shows what was pushed', () => {
	const pushed = {
		kind: 'stream_started',
		subject: 'stream_1',
		title: 'carol is live',
		body: 'Now',
		url: '/live/stream_1',
		at: '1970-01-01T00:00:01Z'
	};
	expect(noticeOf(JSON.stringify(pushed))).toEqual({
		title: 'carol is live',
		body: 'Now',
		tag: 'stream_1',
		icon: '/favicon.svg',
		timestamp: 1000,
		data: { url: '/live/stream_1' }
	});
});

it.each(['', 'nonsense', 'null', '[]', '{"title":7,"url":null}'])(
	'shows something even of %j',
	(pushed) =>
		expect(noticeOf(pushed)).toEqual({
			title: 'Matinee',
			body: '',
			tag: 'matinee',
			icon: '/favicon.svg',
			data: { url: '/' }
		})
);

it('reads keys', () => expect([...bytesOf('-_8A')]).toEqual([251, 255, 0]));
