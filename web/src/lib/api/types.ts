import type { components } from './schema';

type Schemas = components['schemas'];

/** Where a video stands on its way from a file to a film. */
export type ProcessingStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'canceled';

/** The server writes every field, those that have no value as null. */
type Whole<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

export type Rendition = Whole<Schemas['RenditionView']>;
export type Thumbnail = Schemas['ThumbnailView'];
export type Video = Omit<Whole<Schemas['VideoView']>, 'processing_status' | 'renditions'> & {
	processing_status: ProcessingStatus;
	renditions: Rendition[];
};
/** A change of a video: an absent field stays, null clears it. */
export type VideoPatch = Schemas['VideoPatch'];
export type NewImport = Schemas['ImportRequest'];
export type NewExternal = VideoPatch &
	Pick<Schemas['ExternalVideo'], 'title' | 'hls_url' | 'video_url'>;

export type ProcessingStep = Omit<Whole<Schemas['StepView']>, 'state'> & {
	state: 'queued' | 'running' | 'done' | 'failed' | 'canceled';
};
export type Processing = Omit<Whole<Schemas['ProcessingView']>, 'status' | 'steps'> & {
	status: ProcessingStatus;
	steps: ProcessingStep[];
};

export type Instance = Schemas['Instance'] & {
	/** Who may make an account. */
	registration?: 'open' | 'invitation' | 'closed';
	/** Whom one may sign in with. */
	oidc?: { id: string; name: string }[];
	/** Whether letters reach people. */
	mail?: boolean;
};
export type Session = Schemas['Session'];
export type StreamToken = Schemas['StreamToken'];
export type WatchProgress = Schemas['ProgressView'];
export type ContinueItem = { movie: Video; progress: WatchProgress };

/** `/media/{id}/manifest.json`: a video's renditions with their segments. */
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
