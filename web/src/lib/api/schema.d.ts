/** The HTTP contract in the shape that openapi-typescript writes. `npm run api` renews it. */

export interface components {
	schemas: {
		Problem: {
			type: string;
			title: string;
			status: number;
			detail?: string | null;
			errors?: { field: string; reason: string }[];
		};
		Rung: { name: string; height: number };
		Instance: {
			name: string;
			version: string;
			auth: { mode: 'operator' | 'open'; setup_required: boolean };
			limits: { max_file_size: number; supported_formats: string[] };
			ladder: components['schemas']['Rung'][];
			segment_duration_s: number;
			multipart_part_size: number;
		};
		SessionUser: { id: string; username: string; role: string };
		Session: {
			authenticated: boolean;
			user: components['schemas']['SessionUser'] | null;
			auth_mode: 'operator' | 'open';
			token?: string;
		};
		Thumbnail: { id: string; url: string; at_ms: number; width: number; height: number };
		Rendition: {
			id: string;
			name: string;
			kind: 'video' | 'audio';
			codec: string;
			width: number | null;
			height: number | null;
			frame_rate: number | null;
			bitrate: number;
			language: string | null;
			channels: number | null;
			is_source: boolean;
			size_bytes: number;
		};
		Subtitle: { id: string; language: string; label: string; forced: boolean; url: string };
		Chapter: { start_ms: number; end_ms: number; title: string };
		ProcessingStatus: 'pending' | 'processing' | 'completed' | 'failed' | 'canceled';
		Video: {
			id: string;
			title: string;
			description: string | null;
			uploader_id: string | null;
			filename: string | null;
			file_path: string | null;
			file_size: number | null;
			duration: number | null;
			duration_ms: number | null;
			duration_seconds: number | null;
			format: string | null;
			resolution: string | null;
			width: number | null;
			height: number | null;
			bitrate: number | null;
			thumbnail_url: string | null;
			poster_url: string | null;
			view_count: number;
			like_count: number;
			dislike_count: number;
			category: string | null;
			tags: string[];
			is_public: boolean;
			is_processed: boolean;
			processing_status: components['schemas']['ProcessingStatus'];
			processing_error: string | null;
			upload_date: string;
			created_at: string;
			updated_at: string;
			content_type: string | null;
			show_title: string | null;
			season_number: number | null;
			episode_number: number | null;
			genre: string | null;
			release_year: number | null;
			rating: string | null;
			video_url: string | null;
			hls_url: string | null;
			dash_url: string | null;
			stream_url: string | null;
			storyboard_url: string | null;
			thumbnails: components['schemas']['Thumbnail'][];
			renditions: components['schemas']['Rendition'][];
			subtitles: components['schemas']['Subtitle'][];
			chapters: components['schemas']['Chapter'][];
			non_standard_input_reasons: string[];
		};
		VideoPatch: {
			title?: string;
			description?: string | null;
			category?: string | null;
			tags?: string[];
			is_public?: boolean;
			content_type?: string | null;
			show_title?: string | null;
			season_number?: number | null;
			episode_number?: number | null;
			genre?: string | null;
			release_year?: number | null;
			rating?: string | null;
		};
		ProcessingStep: {
			job_id: string;
			kind: string;
			state: 'queued' | 'running' | 'done' | 'failed' | 'canceled';
			percent: number;
			speed: number | null;
			eta_seconds: number | null;
			note: string | null;
		};
		Processing: {
			video_id: string;
			status: components['schemas']['ProcessingStatus'];
			is_processed: boolean;
			percent: number;
			speed: number | null;
			eta_seconds: number | null;
			error: string | null;
			steps: components['schemas']['ProcessingStep'][];
			renditions: string[];
		};
		StreamToken: {
			token: string;
			expires_at: string;
			hls_url: string | null;
			dash_url: string | null;
			stream_url: string | null;
		};
		WatchProgress: {
			video_id: string;
			current_time: number;
			total_duration: number;
			percentage: number;
			completed: boolean;
			last_watched_at: string;
		};
		ContinueItem: {
			movie: components['schemas']['Video'];
			progress: components['schemas']['WatchProgress'];
		};
		ManifestSegment: { path: string; duration: number; label: string; size_bytes: number };
		ManifestVariant: {
			name: string;
			height?: number | null;
			bitrate?: number | null;
			segments: components['schemas']['ManifestSegment'][];
		};
		Manifest: { variants: components['schemas']['ManifestVariant'][] };
	};
}

type S = components['schemas'];
type Ok<T> = { headers: Record<string, unknown>; content: { 'application/json': T } };
type Err = {
	headers: Record<string, unknown>;
	content: { 'application/problem+json': S['Problem'] };
};
type Answers<T> = { 200: Ok<T>; default: Err };
type NoContent = { 204: { headers: Record<string, unknown>; content?: never }; default: Err };
type Json<T> = { content: { 'application/json': T } };
type Id = { path: { id: string } };

export interface paths {
	'/api/instance': { get: { responses: Answers<S['Instance']> } };
	'/api/session': {
		get: { responses: Answers<S['Session']> };
		post: {
			requestBody: Json<{ username: string; password: string }>;
			responses: Answers<S['Session']>;
		};
		delete: { responses: NoContent };
	};
	'/api/setup': {
		post: {
			requestBody: Json<{ token: string; username?: string; password: string }>;
			responses: Answers<S['Session']>;
		};
	};
	'/api/videos': {
		get: {
			parameters: {
				query?: {
					category?: string;
					uploader_id?: string;
					is_public?: boolean;
					content_type?: string;
					genre?: string;
					tag?: string;
					rating?: string;
					release_year?: number;
					show_title?: string;
					is_processed?: boolean;
					count?: boolean;
					status?: string;
					q?: string;
					sort?: string;
					limit?: number;
					offset?: number;
					cursor?: string;
				};
			};
			responses: Answers<S['Video'][]>;
		};
		post: {
			requestBody: Json<S['VideoPatch'] & { title: string; video_url?: string; hls_url?: string }>;
			responses: Answers<S['Video']>;
		};
	};
	'/api/videos/import-url': {
		post: { requestBody: Json<S['VideoPatch'] & { url: string }>; responses: Answers<S['Video']> };
	};
	'/api/videos/{id}': {
		get: { parameters: Id; responses: Answers<S['Video']> };
		patch: { parameters: Id; requestBody: Json<S['VideoPatch']>; responses: Answers<S['Video']> };
		delete: { parameters: Id; responses: NoContent };
	};
	'/api/videos/{id}/retry': { post: { parameters: Id; responses: Answers<S['Video']> } };
	'/api/videos/{id}/cancel': { post: { parameters: Id; responses: Answers<S['Video']> } };
	'/api/videos/{id}/poster': {
		post: {
			parameters: Id;
			requestBody: Json<{ thumbnail_id: string }>;
			responses: Answers<S['Video']>;
		};
	};
	'/api/videos/{id}/processing': { get: { parameters: Id; responses: Answers<S['Processing']> } };
	'/stream/{id}/token': { get: { parameters: Id; responses: Answers<S['StreamToken']> } };
	'/stream/{id}/progress': {
		get: { parameters: Id; responses: Answers<S['WatchProgress']> };
		post: {
			parameters: Id;
			requestBody: Json<{ current_time: number; total_duration: number }>;
			responses: Answers<S['WatchProgress']>;
		};
	};
	'/continue-watching': { get: { responses: Answers<S['ContinueItem'][]> } };
}
