import type { components } from './schema';

export type Schemas = components['schemas'];

/** Every field is there, to the innermost; those that have no value are null. */
export type Whole<T> = T extends (infer Item)[]
	? Whole<Item>[]
	: T extends object
		? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
		: T;

/** What the server answers: it writes every field. The description leaves out that it does. */
export type View<Name extends keyof Schemas> = Whole<Schemas[Name]>;

/** A shape of which some fields are known better than the description tells. */
export type With<T, Known> = Omit<T, keyof Known> & Known;

/** Fields that the server leaves out where it has nothing to say. */
export type Maybe<T, Names extends keyof T> = Omit<T, Names> & {
	[K in Names]?: T[K];
};

/** Where a video stands on its way from a file to a film. */
export type ProcessingStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'canceled';

export type Video = With<View<'VideoView'>, { processing_status: ProcessingStatus }>;
export type Rendition = View<'RenditionView'>;
export type Thumbnail = View<'ThumbnailView'>;
export type Chapter = View<'ChapterView'>;
/** A change of a video: an absent field stays, null clears it. */
export type VideoPatch = Schemas['VideoPatch'];
export type NewImport = Schemas['ImportRequest'];
export type NewExternal = VideoPatch &
	Pick<Schemas['ExternalVideo'], 'title' | 'hls_url' | 'video_url'>;

export type ProcessingStep = With<
	View<'StepView'>,
	{ state: 'queued' | 'running' | 'done' | 'failed' | 'canceled' }
>;
export type Processing = With<
	View<'ProcessingView'>,
	{ status: ProcessingStatus; steps: ProcessingStep[] }
>;

export type Instance = With<
	View<'Instance'>,
	{
		/** Who may make an account. */
		registration: 'open' | 'invitation' | 'closed';
	}
>;
export type Session = Maybe<View<'Session'>, 'token'>;
export type StreamToken = View<'StreamToken'>;
export type WatchProgress = View<'ProgressView'>;
export type ContinueItem = With<View<'Begun'>, { movie: Video }>;

/** `/media/{id}/manifest.json`, which the description does not tell: renditions and their segments. */
export interface Manifest {
	variants: {
		id: string;
		label: string;
		height?: number | null;
		segments: {
			path: string;
			start: number;
			duration: number;
			label: string;
			size_bytes: number;
		}[];
	}[];
}
