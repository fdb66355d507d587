import { isFacts, text } from './facts';
import type { StageView } from './onstage/types';
import { togetherOf } from './together/read';
import type { TogetherEvent } from './together/types';
import type { ChatMessage, ChatRules, Stream, You } from './types';

/** What a room tells. */
export type RoomEvent =
	| { type: 'stream_started' | 'stream_ended' | 'stream_updated'; stream: Stream | null }
	| { type: 'viewer_count_update'; viewer_count: number }
	| { type: 'welcome'; viewer_count: number | null; you: You | null; chat: ChatRules | null }
	| { type: 'chat_message' | 'chat_message_updated'; message: ChatMessage }
	| { type: 'chat_silenced'; silenced: boolean; until: string | null }
	| { type: 'chat_message_deleted'; id: string }
	| { type: 'stage_updated'; stage: StageView }
	| { type: 'ping' | 'pong' }
	| TogetherEvent;

/** A message with every field, whoever sent it; undefined if it is none. */
export function messageOf(value: unknown): ChatMessage | undefined {
	if (!isFacts(value) || !text(value.id)) return undefined;
	const { reply_to: quote } = value;
	return {
		id: text(value.id),
		stream_id: text(value.stream_id),
		user_id: text(value.user_id) || null,
		username: text(value.username) || 'Somebody',
		message: text(value.message),
		timestamp: text(value.timestamp),
		is_deleted: value.is_deleted === true,
		state: value.state === 'held' || value.state === 'deleted' ? value.state : 'visible',
		badge: (text(value.badge) || null) as ChatMessage['badge'],
		pinned: value.pinned === true,
		reply_to:
			isFacts(quote) && text(quote.id)
				? { id: text(quote.id), username: text(quote.username), message: text(quote.message) }
				: null
	};
}

/** Reads what came through the socket; undefined for what this page does not know. */
export function eventOf(data: unknown): RoomEvent | undefined {
	let facts: unknown;
	try {
		facts = typeof data === 'string' ? JSON.parse(data) : undefined;
	} catch {
		return undefined;
	}
	if (!isFacts(facts)) return undefined;
	switch (facts.type) {
		case 'stream_started':
		case 'stream_ended':
		case 'stream_updated':
			return {
				type: facts.type,
				stream: isFacts(facts.stream) ? (facts.stream as unknown as Stream) : null
			};
		case 'viewer_count_update':
			return typeof facts.viewer_count === 'number'
				? { type: facts.type, viewer_count: facts.viewer_count }
				: undefined;
		case 'welcome': {
			const { viewer_count, you, chat } = facts;
			return {
				type: 'welcome',
				viewer_count: typeof viewer_count === 'number' ? viewer_count : null,
				you: isFacts(you) ? (you as unknown as You) : null,
				chat: isFacts(chat) ? (chat as unknown as ChatRules) : null
			};
		}
		case 'chat_silenced':
			return {
				type: facts.type,
				silenced: facts.silenced === true,
				until: text(facts.until) || null
			};
		case 'chat_message':
		case 'chat_message_updated': {
			const message = messageOf(facts.message);
			return message && { type: facts.type, message };
		}
		case 'chat_message_deleted': {
			const id = text(facts.message_id) || text(facts.id);
			return id ? { type: facts.type, id } : undefined;
		}
		case 'stage_updated':
			return isFacts(facts.stage) && Array.isArray(facts.stage.participants)
				? { type: facts.type, stage: facts.stage as unknown as StageView }
				: undefined;
		case 'ping':
		case 'pong':
			return { type: facts.type };
		default:
			return togetherOf(facts);
	}
}
