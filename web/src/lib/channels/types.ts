import type { Maybe, View, With } from '$lib/api/types';

/** Linear channels as the API tells of them. Instants are RFC 3339 in UTC, durations seconds. */

interface Kinds {
	/** `filler` is everything between two programmes. */
	kind: 'programme' | 'live' | 'filler';
}
/** What airs, from its beginning to its end. Its title may be empty for filler. */
export type Airing = With<View<'AiringView'>, Kinds>;
export type NowAiring = With<View<'NowView'>, Kinds>;

/** What a guide tells of a channel. */
export type Station = Pick<View<'ChannelView'>, 'id' | 'number' | 'name' | 'slug' | 'logo_url'>;

/** A channel; its definition, and an edit that has not begun, only for those who may edit it. */
export type Channel = With<
	Maybe<View<'ChannelView'>, 'definition' | 'upcoming'>,
	{
		now: NowAiring | null;
		next: Airing | null;
		definition?: Definition | null;
		/** What its operator should know now; only for those who may edit it. */
		warnings?: { kind: string; message: string; from?: string }[] | null;
	}
>;

export type Play = With<
	View<'ChannelPlay'>,
	{ channel: Channel; now: NowAiring | null; next: Airing | null }
>;

/** A broadcast that takes a channel over, or has. */
export interface Takeover {
	id: string;
	channel_id: string;
	stream_id: string;
	title: string;
	status: 'scheduled' | 'on' | 'ended';
	begins_at: string;
	/** `null` for when the broadcast ends. */
	until: string | null;
	fed_until: string | null;
	ended_at: string | null;
	/** Why it ended, in a sentence. */
	reason: string | null;
	created_at: string;
}

/** A stretch of a channel's guide, without gap or overlap; the first may begin before `from`. */
export type Schedule = With<View<'ScheduleView'>, { airings: Airing[] }>;

/** A number, or from one to another. */
export type Bounds = number | { from?: number; to?: number };

/** A condition on the library. Everything given must hold; of a list one is enough. */
export interface Rule {
	tags?: string[];
	genres?: string[];
	types?: string[];
	shows?: string[];
	ratings?: string[];
	people?: string[];
	sets?: string[];
	items?: string[];
	/** Words, `"phrases"` and `-words` that must not be there. */
	search?: string;
	year?: Bounds;
	minutes?: Bounds;
	all?: Rule[];
	any?: Rule[];
	not?: Rule;
}

export type Order = 'shuffle' | 'chronological' | 'in_order' | 'round_robin';

export interface Source {
	rules?: Rule;
	items?: string[];
	shows?: string[];
	/** The identifiers of playlists, whose videos come in their order. */
	playlists?: string[];
	lists?: string[];
	order?: Order;
}

export interface DateSpan {
	/** `2026-12-24`, or `12-24` for every year. */
	from: string;
	to: string;
}

export interface AdBreaks {
	every_minutes?: number;
	/** Also after every so many programmes. */
	after_programmes?: number;
	seconds: number;
	source?: Source;
	/** Whether campaigns and ad servers fill them. */
	decided?: boolean;
}

export interface Block extends Source {
	name: string;
	days?: string[];
	dates?: DateSpan[];
	/** `HH:MM` */
	from?: string;
	to?: string;
	start?: 'on_time' | 'when_free';
	entries?: { source: Source; count?: number }[];
	no_repeat_hours?: number;
	pad_to_minutes?: number;
	filler?: Source;
	ads?: AdBreaks;
}

export interface FixedEvent {
	name: string;
	days?: string[];
	dates?: DateSpan[];
	at: string;
	start?: 'on_time' | 'when_free';
	source?: Source;
	live?: { item: string; minutes: number };
}

/** A language of the sound or of the subtitles, and what viewers read in a menu. */
export interface Track {
	language: string;
	name: string;
}

export interface Rung {
	name: string;
	bandwidth: number;
	width: number;
	height: number;
	codec: string;
}

/** The form of everything a channel shows; what is not said is as usual. */
export interface Format {
	video?: 'avc' | 'hevc' | 'av1';
	audio?: string;
	sample_rate?: number;
	channels?: number;
	target_duration_s?: number;
	rungs?: Rung[];
	audio_tracks?: Track[];
	subtitle_tracks?: Track[];
}

export interface Definition {
	number: number;
	name: string;
	slug?: string;
	logo?: string;
	time_zone?: string;
	language?: string;
	format?: Format;
	seed?: number;
	rules?: Rule;
	programme?: Block[];
	events?: FixedEvent[];
	lists?: Record<string, Source>;
	filler?: Source;
	idents?: { source: Source; every?: number };
	bumpers?: Source;
	slate?: string;
	ads?: AdBreaks;
	watershed?: { from: string; to: string; min_age: number };
	dvr_minutes?: number;
}

/** What is sent: a field that is null is removed. */
export type DefinitionPatch = { [K in keyof Definition]?: Definition[K] | null } & {
	visibility?: string;
};

/** A programme that is in only one of two schedules. */
export interface Change {
	added: boolean;
	start: string;
	duration: number;
	video_id: string | null;
	title: string;
}

export type Warning = With<
	View<'WarningView'>,
	{ kind: 'gap' | 'repeat' | 'too_little' | 'watershed' | 'definition' }
>;

export type Edited = With<
	View<'EditedView'>,
	{ channel: Channel; warnings: Warning[]; changes: Change[] }
>;

export type DayPreview = With<
	View<'PreviewView'>,
	{ airings: Airing[]; warnings: Warning[]; changes: Change[] }
>;

export type Matches = View<'MatchesView'>;
/** A video that rules mean; `unfit` says why a channel cannot show it. */
export type MatchItem = View<'MatchView'>;
