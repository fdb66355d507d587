import { describe, expect, it } from 'vitest';
import { eventOf, messageOf } from './events';
import { roomAddress } from './room.svelte';

const said = { id: 'msg_1', stream_id: 'stream_1', username: 'ada', message: '<b>hi</b>' };

describe('eventOf', () => {
	it('reads a message, with every field', () =>
		expect(eventOf(JSON.stringify({ type: 'chat_message', message: said }))).toEqual({
			type: 'chat_message',
			message: {
				...said,
				user_id: null,
				timestamp: '',
				is_deleted: false,
				state: 'visible',
				badge: null,
				pinned: false,
				reply_to: null
			}
		}));
	it('reads who one is, as far as it is said', () => {
		const you = { user_id: null, username: null, badge: 'guest', moderates: false };
		const chat = { open: true, max_length: 500, slow_mode_s: 0 };
		expect(eventOf(JSON.stringify({ type: 'welcome', viewer_count: 3, you, chat }))).toEqual({
			type: 'welcome',
			viewer_count: 3,
			you,
			chat
		});
		expect(eventOf('{"type":"welcome"}')).toEqual({
			type: 'welcome',
			viewer_count: null,
			you: null,
			chat: null
		});
	});
	it('reads that one may not write', () =>
		expect(eventOf('{"type":"chat_silenced","silenced":true,"until":null}')).toEqual({
			type: 'chat_silenced',
			silenced: true,
			until: null
		}));
	it('reads the number of viewers', () =>
		expect(eventOf('{"type":"viewer_count_update","viewer_count":150}')).toEqual({
			type: 'viewer_count_update',
			viewer_count: 150
		}));
	it.each([
		'',
		'[]',
		'null',
		'{"type":"something newer"}',
		'{"type":"chat_message"}',
		'{"type":"viewer_count_update","viewer_count":"many"}',
		'not even JSON',
		new Blob()
	])('leaves %o alone', (data) => expect(eventOf(data)).toBeUndefined());
});

it('names nobody somebody', () => expect(messageOf({ id: 'msg_1' })?.username).toBe('Somebody'));

it('goes to the very server that the page came from', () => {
	expect(roomAddress('stream_1', { protocol: 'https:', host: 'tv.example:8443' })).toBe(
		'wss://tv.example:8443/ws/stream_1'
	);
	expect(roomAddress('a/b', { protocol: 'http:', host: 'localhost' })).toBe(
		'ws://localhost/ws/a%2Fb'
	);
});
