import type { ChatBadge } from '../types';

export type StageLayout = 'auto' | 'grid' | 'speaker';
export type StageTrack = 'microphone' | 'camera' | 'screen';

/** Somebody on a stage. */
export interface Participant {
	id: string;
	username: string;
	badge: ChatBadge;
	/** Who is not keeps the seat for half a minute. */
	connected: boolean;
	microphone: boolean;
	camera: boolean;
	screen: boolean;
	muted: boolean;
	camera_off: boolean;
}

/** Somebody who would like to be there, or has been invited. */
export interface StageGuest {
	id: string;
	username: string;
	badge: ChatBadge;
	since: string;
	invited: boolean;
}

/** What whoever looks is to a stage. */
export interface StageYou {
	id: string | null;
	place: 'away' | 'hand' | 'invited' | 'on_stage';
	hosts: boolean;
}

/** A few people who see and hear each other, and are seen by everybody. */
export interface StageView {
	on_air: boolean;
	/** Whether an encoder is in the picture as well. */
	encoder: boolean;
	layout: StageLayout;
	seats: number;
	participants: Participant[];
	hands_up: number;
	/** For hosts alone. */
	guests?: StageGuest[];
	warning?: string;
	/** Left out where it is the same for everybody. */
	you?: StageYou;
}

/** What is offered to the server: what goes where. */
export interface StageOffer {
	sdp: string;
	sends: { mid: string; track: StageTrack }[];
	receives: { mid: string; participant_id: string; track: StageTrack }[];
}

export interface StageAnswer {
	session: string;
	sdp: string;
	ice_servers: string[];
}
