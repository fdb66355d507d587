import type { Schemas, View, With } from '$lib/api/types';
import type { Visibility } from '$lib/studio/item/access';

export type StreamStatus = Schemas['StreamStatusView'];
/** Who may write in a chat. */
export type ChatFrom = Schemas['ChatFromView'];

/** What the server receives from whoever broadcasts; only those who look after the stream see it. */
export type Ingest = View<'IngestView'>;

/** One of the sizes in which a broadcast is to be had while it is on the air. */
export type LiveRendition = View<'LiveRenditionView'>;

/** A broadcast: to come, on the air, or over. */
export type Stream = With<
	View<'StreamView'>,
	{
		visibility: Visibility;
		ingest: Ingest | null;
	}
>;

/** How far the server is with fetching a broadcast from elsewhere. */
export interface PullSource {
	/** Names and passwords in it are hidden. */
	url: string;
	state: 'idle' | 'connecting' | 'pulling' | 'waiting' | 'failed';
	error: string | null;
	attempts: number;
	next_attempt_at: string | null;
}

/** Another service that the server passes a broadcast on to. */
export interface Target {
	id: string;
	name: string;
	url: string;
	/** The last letters of the key, if there is one; the key itself is never told. */
	key_hint: string | null;
	active: boolean;
	state: 'idle' | 'connecting' | 'sending' | 'waiting' | 'failed';
	error: string | null;
	attempts: number;
	bitrate_bps: number | null;
	since: string | null;
}

/** What is made or changed of a target; without `key` the one there is stays. */
export interface TargetDraft {
	name: string;
	url: string;
	key?: string;
	active: boolean;
}

/** Somebody follows whoever broadcasts, or does not any more. */
export type FollowChange = Pick<Stream, 'following' | 'streamer_followers'>;

export type StreamToken = View<'LiveToken'>;

/** What is changed or made; an absent field stays. */
export type StreamDraft = Partial<
	Pick<
		Stream,
		| 'title'
		| 'description'
		| 'content_type'
		| 'category'
		| 'tags'
		| 'language'
		| 'max_viewers'
		| 'scheduled_at'
		| 'record'
		| 'chat_from'
		| 'slow_mode_s'
		| 'followers_only'
	>
>;

/** How many like a broadcast, and whether one does oneself. */
export type StreamLikes = View<'StreamLikes'>;

/** How a broadcast was doing at an instant. */
export type Sample = View<'StreamAnalytics'>;

/** What somebody is to a stream. */
export type ChatBadge = 'streamer' | 'administrator' | 'moderator' | 'member' | 'guest';
/** Who sees a message: everybody; its author and moderators; nobody. */
export type ChatState = 'visible' | 'held' | 'deleted';

/** The message that another one answers. */
export type ChatQuote = View<'QuotedMessageView'>;

export type ChatMessage = With<
	View<'ChatMessageView'>,
	{ badge: ChatBadge | null; state: ChatState; reply_to: ChatQuote | null }
>;

/** A moment of a broadcast that somebody wants to find again. */
export type StreamMarker = View<'MarkerView'>;

/** Somebody who may not write in a chat; for good, if there is no `until`. */
export type ChatBan = View<'ChatBanView'>;

/** Who somebody is in a room, as its socket says. */
export interface You {
	user_id: string | null;
	username: string | null;
	badge: ChatBadge | null;
	/** Whether they look after the chat. */
	moderates: boolean;
}

/** How a chat is kept, as the room's socket says. */
export interface ChatRules {
	open: boolean;
	/** Characters a message may have. */
	max_length: number;
	/** Seconds from one message of somebody to the next. */
	slow_mode_s: number;
}
