import { waitFor } from './backoff';
import { live } from './api';
import { eventOf, messageOf, type RoomEvent } from './events';
import { ROWS, ROWS_READING, merged, newest, withoutWords } from './log';
import { Stage } from './onstage/stage.svelte';
import { Polls } from './together/polls.svelte';
import { Questions } from './together/questions.svelte';
import type { ChatMessage, ChatRules, Stream, You } from './types';

const PING_MS = 25_000;
const PONG_MS = 10_000;
/** A connection that holds so long was a good one: the next try is the first again. */
const SETTLED_MS = 5_000;

/** The socket's address on this very server, whatever name it goes by outside. */
export function roomAddress(id: string, here: Pick<Location, 'protocol' | 'host'>): string {
	return `${here.protocol === 'https:' ? 'wss:' : 'ws:'}//${here.host}/ws/${encodeURIComponent(id)}`;
}

/** What the page around a room does on its news. */
export interface RoomListener {
	/** The stream itself has changed: it began, ended, or got another title. */
	stream?: (what: RoomEvent['type'], stream: Stream | null) => void;
}

/**
 * The room of one broadcast: who is there, and what they say. It comes back by itself when the
 * connection is lost, and then reads what was said meanwhile.
 */
export class Room {
	messages = $state.raw<ChatMessage[]>([]);
	/** The newest that came through the socket, for those who announce them. */
	came = $state.raw<ChatMessage>();
	/** Those that stand above the rest, the newest last. */
	pins = $state.raw<ChatMessage[]>([]);
	viewers = $state<number>();
	/** Who whoever looks is here; not known before the room has said so. */
	you = $state.raw<You>();
	rules = $state.raw<ChatRules>();
	/** Whether a moderator keeps whoever looks from writing, and until when. */
	silenced = $state.raw<{ until: string | null }>();
	/** Counts those whom whoever looks has kept out. */
	banned = $state(0);
	/** Whether the socket is open; what is said now arrives at once. */
	connected = $state(false);
	/** Whether it ever was: before that, nothing is lost. */
	met = $state(false);
	/** Whether there is more that was said before. */
	more = $state(false);
	/** Whether the history has been read, or why not. */
	read = $state(false);
	failed = $state(false);
	/** Whether somebody reads further up: nothing is taken away there meanwhile. */
	reading = false;

	/** What was said from this page: somebody without account is not known otherwise. */
	readonly said = new Set<string>();
	readonly questions: Questions;
	readonly polls: Polls;
	readonly stage: Stage;

	#socket: WebSocket | undefined;
	#quality: string | undefined;
	/** The message before which more was said. */
	#before: string | null = null;
	#asking = false;
	#attempt = 0;
	#open = false;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#ping: ReturnType<typeof setInterval> | undefined;
	#pong: ReturnType<typeof setTimeout> | undefined;
	#settled: ReturnType<typeof setTimeout> | undefined;
	readonly #online = (): void => {
		this.#attempt = 0;
		if (this.#open && !this.connected) this.#connect();
	};

	constructor(
		readonly id: string,
		private readonly listener: RoomListener = {}
	) {
		this.questions = new Questions(id);
		this.polls = new Polls(id);
		this.stage = new Stage(id);
	}

	open(): void {
		this.#open = true;
		window.addEventListener('online', this.#online);
		this.#connect();
		void this.history();
		void this.polls.refresh();
		void this.stage.refresh();
		void this.questions.count();
	}

	close(): void {
		this.#open = false;
		window.removeEventListener('online', this.#online);
		this.#drop();
	}

	/** Reads what was said lately. */
	history = async (): Promise<void> => {
		try {
			const [said, pins] = await Promise.all([live.past(this.id), live.pinned(this.id)]);
			if (!this.read) this.#before = said.next;
			this.#take(said.items.flatMap((message) => messageOf(message) ?? []));
			this.pins = merged(
				[],
				pins.flatMap((message) => messageOf(message) ?? [])
			);
			this.read = true;
			this.failed = false;
		} catch {
			this.failed = true;
		}
	};

	/** Says something; whatever speaks against it is thrown. */
	async say(message: string, replyTo?: string): Promise<void> {
		const said = messageOf(await live.say(this.id, message, replyTo));
		if (!said) return;
		this.said.add(said.id);
		this.#take([said]);
	}

	/** Takes a message away. */
	async unsay(id: string): Promise<void> {
		await live.unsay(this.id, id);
		this.#gone(id);
	}

	/** Lets a message stand above the rest, or not any more; lets one be seen that was held back. */
	async mark(id: string, change: { pinned?: boolean; approve?: boolean }): Promise<void> {
		const changed = messageOf(await live.mark(this.id, id, change));
		if (changed) this.#changed(changed);
	}

	/** Keeps the author of a message from writing. */
	async ban(message_id: string, seconds?: number, delete_messages = false): Promise<void> {
		await live.ban(this.id, { message_id, ...(seconds ? { seconds } : {}), delete_messages });
		this.banned += 1;
	}

	/** Tells what is watched, such as `720p`: those who broadcast see what most people get. */
	watch(quality: string): void {
		this.#quality = quality;
		if (this.connected) this.#tell({ type: 'quality_change', quality });
	}

	/** Reads what was said before all that is there. */
	earlier = async (): Promise<void> => {
		if (!this.more || this.#asking) return;
		this.#asking = true;
		try {
			const { items, next } = await live.past(this.id, this.#before);
			this.#before = next;
			this.#take(items.flatMap((message) => messageOf(message) ?? []));
		} catch {
			// Asked again by whoever scrolls further.
		}
		this.#asking = false;
	};

	/** Lets go of older rows, once nobody reads them. */
	trim(): void {
		this.#keep(this.messages);
	}

	#keep(list: ChatMessage[]): void {
		const most = this.reading ? ROWS_READING : ROWS;
		this.messages = newest(list, most);
		// What was let go can be read again, unless there is no room for more.
		if (list.length > most) this.#before = this.messages[0]?.id ?? null;
		this.more = this.#before !== null && this.messages.length < ROWS_READING;
	}

	#take(came: ChatMessage[]): void {
		this.#keep(merged(this.messages, came));
	}

	#gone(id: string): void {
		this.messages = withoutWords(this.messages, id);
		this.pins = this.pins.filter((message) => message.id !== id);
	}

	#changed(message: ChatMessage): void {
		// One of long ago stays where it is read: there is a gap before the rows that are here.
		const first = this.messages[0];
		if (!this.more || (first && first.timestamp <= message.timestamp)) this.#take([message]);
		const others = this.pins.filter(({ id }) => id !== message.id);
		this.pins = message.pinned ? merged(others, [message]) : others;
	}

	#drop(): void {
		clearTimeout(this.#retry);
		clearInterval(this.#ping);
		clearTimeout(this.#pong);
		clearTimeout(this.#settled);
		this.connected = false;
		const socket = this.#socket;
		this.#socket = undefined;
		if (!socket) return;
		socket.onopen = socket.onmessage = socket.onclose = null;
		socket.close();
	}

	#connect(): void {
		this.#drop();
		let socket: WebSocket;
		try {
			socket = new WebSocket(roomAddress(this.id, location));
		} catch {
			this.#later();
			return;
		}
		this.#socket = socket;
		socket.onopen = () => {
			this.connected = true;
			this.#settled = setTimeout(() => (this.#attempt = 0), SETTLED_MS);
			this.#ping = setInterval(() => this.#beat(), PING_MS);
			// What was said, and what became of the broadcast, while nobody listened.
			if (this.met) {
				void this.history();
				void this.polls.refresh();
				void this.stage.refresh();
				this.questions.back();
				this.listener.stream?.('stream_updated', null);
			}
			this.met = true;
			if (this.#quality) this.#tell({ type: 'quality_change', quality: this.#quality });
		};
		socket.onmessage = ({ data }) => this.#hear(data);
		socket.onclose = () => {
			this.#drop();
			this.#later();
		};
	}

	#later(): void {
		if (!this.#open) return;
		this.#retry = setTimeout(() => this.#connect(), waitFor(this.#attempt));
		this.#attempt += 1;
	}

	#beat(): void {
		if (!this.#tell({ type: 'ping' })) return;
		// A line that swallows everything never says that it is dead.
		clearTimeout(this.#pong);
		this.#pong = setTimeout(() => {
			this.#drop();
			this.#later();
		}, PONG_MS);
	}

	#tell(what: { type: string; quality?: string }): boolean {
		if (this.#socket?.readyState !== WebSocket.OPEN) return false;
		this.#socket.send(JSON.stringify(what));
		return true;
	}

	#hear(data: unknown): void {
		const event = eventOf(data);
		clearTimeout(this.#pong);
		if (!event) return;
		switch (event.type) {
			case 'viewer_count_update':
				this.viewers = event.viewer_count;
				break;
			case 'welcome':
				if (event.viewer_count !== null) this.viewers = event.viewer_count;
				if (event.you) this.you = event.you;
				if (event.chat) this.rules = event.chat;
				break;
			case 'chat_silenced':
				this.silenced = event.silenced ? { until: event.until } : undefined;
				break;
			case 'chat_message_updated':
				this.#changed(event.message);
				break;
			case 'chat_message':
				this.#take([event.message]);
				this.came = event.message;
				break;
			case 'chat_message_deleted':
				this.#gone(event.id);
				break;
			case 'stage_updated':
				this.stage.take(event.stage);
				break;
			case 'ping':
				this.#tell({ type: 'pong' });
				break;
			case 'pong':
				break;
			case 'stream_started':
			case 'stream_ended':
			case 'stream_updated':
				this.listener.stream?.(event.type, event.stream);
				break;
			default:
				this.questions.hear(event);
				this.polls.hear(event);
		}
	}
}
