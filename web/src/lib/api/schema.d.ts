// Written by `npm run api` from the API description. Do not edit.

export interface paths {
	'/api/audit': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what has been done
		 * @description For administrators; the newest first. The answer is an array. `Link: …;
		 *     rel="next"` leads to the next page.
		 */
		get: {
			parameters: {
				query?: {
					/** @description By this account (`user_…`). */
					actor?: string;
					/** @description This action, such as `user.role`; `user.` means all of that thing. */
					action?: string;
					/** @description Done to what has this identifier. */
					subject?: string;
					/** @description Not before this instant (RFC 3339). */
					since?: string;
					/** @description Before this instant (RFC 3339). */
					until?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description From the `Link: …; rel="next"` of the page before. */
					cursor?: string;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AuditView'][];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				403: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/events/processing': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Follow the processing of all videos
		 * @description Server-sent events named `processing`, one for each change from now on.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'text/event-stream': components['schemas']['ProcessingView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/instance': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Describe this instance */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Instance'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/multipart/abort': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Give an upload in parts up */
		post: {
			parameters: {
				query?: {
					upload_id?: string;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Aborted'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				409: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/multipart/complete': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Finish an upload in parts
		 * @description Answers once the file is kept for good. Finishing again answers the same.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['CompleteRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CompleteAnswer'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				410: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/multipart/initiate': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Begin an upload in parts
		 * @description The fields may come as JSON, as a form, or in the query.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['InitiateRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['NumberedView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				413: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/multipart/list-parts': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the parts that are kept
		 * @description A client that resumes sends those that are missing.
		 */
		get: {
			parameters: {
				query: {
					upload_id: string;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['NumberedView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				410: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/multipart/part': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Upload one part
		 * @description In any order, in parallel, and again. Either the body is the part and
		 *     `upload_id` and `part_number` are in the query, or it is a form with the
		 *     fields `upload_id` and `part_number` before the file. `Content-MD5`,
		 *     `x-amz-checksum-sha256` and `x-amz-checksum-sha1` (base64), `Digest` and
		 *     `Content-Digest` are verified.
		 */
		post: {
			parameters: {
				query?: {
					upload_id?: string;
					part_number?: number;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: {
				content: {
					'application/octet-stream': unknown;
				};
			};
			responses: {
				/** @description `ETag` has the part's MD5 */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PartAnswer'];
					};
				};
				400: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				409: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				410: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/session': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Who am I? */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Session'];
					};
				};
			};
		};
		put?: never;
		/**
		 * Sign in
		 * @description The answer sets an `HttpOnly` session cookie for browsers and holds a bearer
		 *     token for programs.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['Credentials'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Session'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				429: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		/** Sign out */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/setup': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Choose the operator's password, once, with the link printed at first start */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['SetUp'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Session'];
					};
				};
				403: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/uploads': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Create a resumable upload
		 * @description `Upload-Metadata` takes `filename`, `filetype` and the same fields as the
		 *     form. The body may already have the first bytes.
		 */
		post: {
			parameters: {
				query?: never;
				header: {
					/** @description `1.0.0` */
					'Tus-Resumable': string;
					/** @description Bytes of the whole file */
					'Upload-Length'?: number | null;
					/** @description `1`: the length comes later */
					'Upload-Defer-Length'?: number | null;
					/** @description Keys and base64 values */
					'Upload-Metadata'?: string | null;
				};
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description `Location` has the upload's address */
				201: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				412: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				413: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		/** What this server can do */
		options: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/uploads/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Give an upload up */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				410: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		options?: never;
		/** How far an upload is */
		head: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description `Upload-Offset`, `Upload-Length`; `Matinee-Video-Id` once it is whole */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				410: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		/** Go on with an upload */
		patch: {
			parameters: {
				query?: never;
				header: {
					/** @description Where these bytes begin */
					'Upload-Offset': number;
					/** @description Such as `sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=` */
					'Upload-Checksum'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: {
				content: {
					'application/offset+octet-stream': unknown;
				};
			};
			responses: {
				/** @description `Upload-Offset`; `Matinee-Video-Id` with the last byte */
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				409: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				410: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				413: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				415: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				423: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				460: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/videos': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List videos
		 * @description The answer is an array. `Link: …; rel="next"` leads to the next page.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Exactly this category. */
					category?: string;
					/** @description Exactly this uploader. */
					uploader_id?: string;
					/** @description Only public or only private ones. Private ones are shown to operators. */
					is_public?: boolean;
					/** @description `movie`, `episode`, … */
					content_type?: string;
					/** @description Exactly this genre. */
					genre?: string;
					/** @description With this tag. */
					tag?: string;
					/** @description Exactly this rating. */
					rating?: string;
					/** @description Exactly this year. */
					release_year?: number;
					/** @description Exactly this show. */
					show_title?: string;
					/** @description `pending`, `processing`, `completed`, `failed` or `canceled`. */
					status?: string;
					/** @description Only those that can (or cannot) be watched. */
					is_processed?: boolean;
					/** @description Words in title, show or description. */
					q?: string;
					/**
					 * @description `created_at`, `title`, `duration`, `view_count` or `release_year`; with
					 *     a minus in front from the greatest. Defaults to `-created_at`.
					 */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. A cursor is better. */
					offset?: number;
					/** @description From the `Link: …; rel="next"` of the page before. */
					cursor?: string;
					/** @description Whether to count all: the answer then has `X-Total-Count`. */
					count?: boolean;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'][];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		/** Add a video that lies elsewhere */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ExternalVideo'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/import-url': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Upload a video by its address
		 * @description Answers at once; the download is the first step of the video's processing.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ImportRequest'];
				};
			};
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/upload': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Upload a video
		 * @description Answers once the file is kept for good. Processing begins at once.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'multipart/form-data': components['schemas']['UploadForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
				400: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				413: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				415: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				507: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a video */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/** Delete a video, and free every byte of it */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		/** Change a video */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['VideoPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/videos/{id}/cancel': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Stop processing
		 * @description What can be watched already stays.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProcessingView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				409: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/events': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Follow the processing of this video
		 * @description Server-sent events named `processing`: the present state at once, then each
		 *     change, until it is completed, failed or canceled.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'text/event-stream': components['schemas']['ProcessingView'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/poster': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Make a thumbnail the poster */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['PosterChoice'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/processing': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** How far is this video? */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProcessingView'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/retry': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Try again what failed or was canceled
		 * @description What is done stays done.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProcessingView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				409: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/stream': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Stream a video as one MP4
		 * @description The upload itself if it is an MP4, otherwise renditions put together while
		 *     they are sent. The length is exact, and ranges are answered.
		 */
		get: {
			parameters: {
				query?: {
					/**
					 * @description `source`, or the name of a rendition, such as `720p`; the best there is
					 *     if left out.
					 */
					quality?: string;
					/** @description Whether the browser is to save it rather than play it. */
					download?: boolean;
					/** @description A stream token; a video that is not public needs one, or a session. */
					token?: string;
				};
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
					};
				};
				/** @description The range that was asked for */
				206: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
					};
				};
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description The bytes lie elsewhere */
				307: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				403: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				416: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/thumbnails': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Make poster, thumbnails and storyboard anew */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProcessingView'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				409: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/continue-watching': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what the viewer has begun and not finished
		 * @description The latest first.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 100; 20 unless given. */
					limit?: number;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Begun'][];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/health': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Is everything that the server stands on there? */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Health'];
					};
				};
				503: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Health'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/health/live': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Does the process answer? If not, restart it */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/health/ready': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** May requests be sent here? Says why not */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Health'];
					};
				};
				503: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Health'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/images.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS playlist of the storyboard's sheets */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS playlist of the storyboard's sheets */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/images/{image_id}.jpg': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A poster or thumbnail */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					image_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A poster or thumbnail */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'image/jpeg': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/manifest.json': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Variants and their segments, for those who write players */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description Variants and their segments, for those who write players */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/manifest.mpd': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The MPEG-DASH manifest */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The MPEG-DASH manifest */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/dash+xml': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/master.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS multivariant playlist */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS multivariant playlist */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/storyboard.vtt': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Pictures for the scrub bar */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description Pictures for the scrub bar */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'text/vtt': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/storyboard/{sheet}.jpg': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A sheet of the storyboard, from 0 */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					sheet: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A sheet of the storyboard, from 0 */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'image/jpeg': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/subtitles/{subtitle_id}/full.vtt': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Subtitles in one file */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					subtitle_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description Subtitles in one file */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'text/vtt': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/subtitles/{subtitle_id}/media.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS media playlist of subtitles */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					subtitle_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS media playlist of subtitles */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/subtitles/{subtitle_id}/{segment}.vtt': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A segment of subtitles, from 0 */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					subtitle_id: string;
					segment: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A segment of subtitles, from 0 */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'text/vtt': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/{rendition_id}/iframe-{segment}.m4s': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The first key frame of a segment */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					rendition_id: string;
					segment: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The first key frame of a segment */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/{rendition_id}/iframes.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS playlist of a rendition's key frames */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					rendition_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS playlist of a rendition's key frames */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/{rendition_id}/init.mp4': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The initialization segment of a rendition */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					rendition_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The initialization segment of a rendition */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/{rendition_id}/media.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS media playlist of a rendition */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					rendition_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS media playlist of a rendition */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/{rendition_id}/rendition.mp4': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A rendition in one file; answers ranges */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					rendition_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A rendition in one file; answers ranges */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/media/{video_id}/{rendition_id}/{segment}.m4s': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A segment of a rendition, from 0 */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					video_id: string;
					rendition_id: string;
					segment: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A segment of a rendition, from 0 */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
					};
				};
				/** @description Not changed */
				304: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
				/** @description No valid token */
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
				/** @description There is no such thing */
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/problem+json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/stream/{id}/progress': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Find where the viewer was */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProgressView'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		/**
		 * Report where the viewer is
		 * @description The latest report wins. It counts at once, and is written within 30 seconds.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ProgressReport'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProgressView'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				422: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/stream/{id}/token': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get a permission to play a video
		 * @description It is bound to the video and to the caller, and every address in the
		 *     playlists bears it.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamToken'];
					};
				};
				401: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
				404: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Problem'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/upload': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Upload a video from a plain form
		 * @description Redirects to `/?playlist={id}`, or to `/` when something is wrong; the cookie
		 *     `matinee_flash` has the message.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'multipart/form-data': components['schemas']['ClassicForm'];
				};
			};
			responses: {
				303: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
}
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		/** @description An upload that was given up. */
		Aborted: {
			/** @description `aborted`. */
			status: string;
			/** @description The upload. */
			upload_id: string;
		};
		/** @description One act. */
		AuditView: {
			/** @description What was done, as `thing.verb`. */
			action: string;
			/** @description The account that acted; `null` for the program itself. */
			actor_id?: string | null;
			/** @description What the account was called then. */
			actor_name: string;
			/** @description The client's address. */
			addr?: string | null;
			/** @description When (RFC 3339). */
			at: string;
			/** @description What else is worth knowing, such as values before and after. */
			detail: Record<string, never>;
			/** @description `audit_…` */
			id: string;
			/** @description The identifier of what it was done to. */
			subject?: string | null;
		};
		/** @description How people sign in. */
		Auth: {
			/** @description `operator`: one account; `open`: everybody is the operator. */
			mode: string;
			/** @description Whether a set-up link is waiting to be used. */
			setup_required: boolean;
		};
		/** @description A video that somebody has begun, and where they are. */
		Begun: {
			/** @description The video. */
			movie: components['schemas']['VideoView'];
			/** @description Where they are. */
			progress: components['schemas']['ProgressView'];
		};
		/** @description A named stretch. */
		ChapterView: {
			/**
			 * Format: int64
			 * @description In milliseconds.
			 */
			end_ms: number;
			/**
			 * Format: int64
			 * @description In milliseconds.
			 */
			start_ms: number;
			/** @description Its name. */
			title: string;
		};
		/** @description A part that a client believes to be kept. */
		ClaimedPart: {
			/** @description As it was answered, with or without quotes. */
			etag?: string | null;
			/**
			 * Format: int32
			 * @description From 1.
			 */
			part_number: number;
		};
		/** @description The form of a browser. */
		ClassicForm: {
			/**
			 * Format: binary
			 * @description The video.
			 */
			file: string;
			/** @description The rungs to make, as heights in pixels; once for each. */
			resolutions: number[];
			/**
			 * Format: int32
			 * @description The segment length in seconds, from 1 to 20.
			 */
			segment_duration?: number | null;
			/** @description The file's name without extension if it is left out. */
			title?: string | null;
		};
		/** @description A video that has been uploaded in parts. */
		CompleteAnswer: components['schemas']['VideoView'] & {
			/** @description The upload. */
			upload_id: string;
			/** @description The video's id once more. */
			video_id: string;
		};
		/** @description The parts that a client believes to be kept. */
		CompleteRequest: {
			/** @description All parts with their ETags, to be compared with what is kept. */
			parts?: components['schemas']['ClaimedPart'][] | null;
			/** @description The upload. */
			upload_id: string;
		};
		/** @description A name and a password. */
		Credentials: {
			password: string;
			username: string;
		};
		/** @description A video that lies elsewhere. */
		ExternalVideo: {
			category?: string | null;
			content_type?: string | null;
			description?: string;
			/** Format: int32 */
			episode_number?: number | null;
			genre?: string | null;
			/** @description An `https://` address of an HLS playlist. */
			hls_url?: string | null;
			is_public?: boolean;
			rating?: string | null;
			/** Format: int32 */
			release_year?: number | null;
			/** Format: int32 */
			season_number?: number | null;
			show_title?: string | null;
			tags?: string[];
			title: string;
			uploader_id?: string | null;
			/** @description An `https://` address that a browser plays. */
			video_url?: string | null;
		};
		/** @description How the server fares. */
		Health: {
			/** @description Each engine: `ok`, or what is wrong with it. */
			checks: {
				[key: string]: string;
			};
			/** @description `healthy`, or `unhealthy` when one of the checks fails. */
			status: string;
			/**
			 * Format: int64
			 * @description Since the start, in seconds.
			 */
			uptime_seconds: number;
			/** @description The program's version. */
			version: string;
		};
		/** @description Where a video is, and what is said about it. */
		ImportRequest: {
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description `movie`, `episode`, `short`, `documentary`, … */
			content_type?: string | null;
			/** @description Plain text. */
			description?: string | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/** @description Such as `Action`. */
			genre?: string | null;
			/** @description Whether anybody may watch it; true if left out. */
			is_public?: boolean | null;
			/** @description Such as `PG-13`. */
			rating?: string | null;
			/**
			 * Format: int32
			 * @description The year of the first showing.
			 */
			release_year?: number | null;
			/**
			 * Format: int32
			 * @description From 0 (specials).
			 */
			season_number?: number | null;
			/** @description The show that an episode belongs to. */
			show_title?: string | null;
			/** @description Free words. */
			tags?: string[] | null;
			/** @description The file's name without extension if it is left out. */
			title?: string | null;
			/** @description Who uploads, as the client wishes to call them. */
			uploader_id?: string | null;
			/** @description An `http://` or `https://` address on the public internet. */
			url: string;
		};
		/** @description A file that is going to be uploaded in parts. */
		InitiateRequest: {
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description `movie`, `episode`, … (a MIME type is taken as the file's). */
			content_type?: string | null;
			/** @description Plain text. */
			description?: string | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/**
			 * Format: int64
			 * @description Its bytes. Without it the number of parts is not known beforehand.
			 */
			file_size?: number | null;
			/** @description The file's name. */
			filename: string;
			/** @description Such as `Action`. */
			genre?: string | null;
			/** @description Whether anybody may watch it; true if left out. */
			is_public?: boolean | null;
			/**
			 * Format: int64
			 * @description The wanted bytes of every part but the last: from 5 MiB to 1 GiB.
			 */
			part_size?: number | null;
			/** @description Such as `PG-13`. */
			rating?: string | null;
			/**
			 * Format: int32
			 * @description The year of the first showing.
			 */
			release_year?: number | null;
			/**
			 * Format: int32
			 * @description From 0 (specials).
			 */
			season_number?: number | null;
			/** @description The show that an episode belongs to. */
			show_title?: string | null;
			/** @description Free words. */
			tags?: string[] | null;
			/** @description The file's name without extension if it is left out. */
			title?: string | null;
			/** @description Who uploads, as the client wishes to call them. */
			uploader_id?: string | null;
		};
		/** @description What clients need to know before they begin. */
		Instance: {
			/** @description How people sign in. */
			auth: components['schemas']['Auth'];
			/** @description The rungs that processing makes, from the lowest. */
			ladder: components['schemas']['LadderRung'][];
			/** @description What uploads must keep to. */
			limits: components['schemas']['Limits'];
			/**
			 * Format: int64
			 * @description The part size that clients of the multipart upload should use, in bytes.
			 */
			multipart_part_size: number;
			/** @description What the instance calls itself. */
			name: string;
			/**
			 * Format: double
			 * @description The usual segment length in seconds.
			 */
			segment_duration_s: number;
			/** @description The program's version. */
			version: string;
		};
		/** @description One rung of the ladder. */
		LadderRung: {
			/**
			 * Format: int32
			 * @description In pixels, of the picture's shorter side.
			 */
			height: number;
			/**
			 * Format: int32
			 * @description The most that it may need, in kbit/s.
			 */
			max_bitrate: number;
			/** @description Such as `720p`. */
			name: string;
		};
		/** @description What uploads must keep to. */
		Limits: {
			/**
			 * Format: int64
			 * @description In bytes.
			 */
			max_file_size: number;
			/** @description Names of the containers that are accepted, such as `mp4`. */
			supported_formats: string[];
		};
		/** @description An upload in parts. */
		NumberedView: {
			/** @description Whether it has become a video. */
			complete: boolean;
			/** @description When it ends unless bytes come (RFC 3339). */
			expires_at: string;
			/**
			 * Format: int64
			 * @description The file's bytes.
			 */
			file_size?: number | null;
			/** @description The file's name. */
			filename?: string | null;
			/** @description Where its bytes are to lie. */
			key: string;
			/**
			 * Format: int64
			 * @description Bytes of every part but the last.
			 */
			part_size: number;
			/** @description The parts that are kept, by number. */
			parts: components['schemas']['PartView'][];
			/**
			 * Format: int32
			 * @description How many parts there are to be.
			 */
			total_parts?: number | null;
			/** @description Names it in all further requests. */
			upload_id: string;
			/**
			 * Format: int64
			 * @description Bytes that are kept.
			 */
			uploaded_bytes: number;
			/** @description The video that it is to become. */
			video_id: string;
		};
		/** @description A part that has just been kept. */
		PartAnswer: components['schemas']['PartView'] & {
			/** @description The upload that it belongs to. */
			upload_id: string;
		};
		/** @description A part that is kept. */
		PartView: {
			/** @description Its MD5 in hexadecimal. */
			etag: string;
			/**
			 * Format: int32
			 * @description From 1.
			 */
			part_number: number;
			/**
			 * Format: int64
			 * @description Its bytes.
			 */
			size: number;
		};
		/** @description Which thumbnail. */
		PosterChoice: {
			/** @description The id of one of the video's thumbnails. */
			thumbnail_id: string;
		};
		/** @description An error as the client sees it. */
		Problem: {
			/** @description What happened, in words for a person. */
			detail: string;
			/** @description The fields that cannot be accepted. */
			errors?: components['schemas']['ProblemField'][];
			/**
			 * Format: int32
			 * @description The HTTP status.
			 * @example 422
			 */
			status: number;
			/** @description The status in words. */
			title: string;
			/** @description Names the kind of problem; `about:blank` when the status says it all. */
			type: string;
		};
		/** @description One field that cannot be accepted. */
		ProblemField: {
			/** @description The field as the client wrote it. */
			field: string;
			/** @description What was expected. */
			reason: string;
		};
		/** @description How far a video is. */
		ProcessingView: {
			/** @description Why it failed. */
			error?: string | null;
			/**
			 * Format: int64
			 * @description Seconds left.
			 */
			eta_seconds?: number | null;
			/** @description Whether it can be watched already. */
			is_processed: boolean;
			/**
			 * Format: float
			 * @description Of the whole, 0 to 100.
			 */
			percent: number;
			/** @description Names of the pictures that players can choose, `source` for the upload's own. */
			renditions: string[];
			/**
			 * Format: float
			 * @description Seconds of film made in a second.
			 */
			speed?: number | null;
			/** @description `pending`, `processing`, `completed`, `failed` or `canceled`. */
			status: string;
			/** @description The steps, in the order in which they come. */
			steps: components['schemas']['StepView'][];
			/** @description The video. */
			video_id: string;
		};
		/** @description What a player reports. */
		ProgressReport: {
			/**
			 * Format: double
			 * @description Where it is, in seconds.
			 * @example 125.5
			 */
			current_time: number;
			/**
			 * Format: double
			 * @description How long the video is, in seconds; what the library knows, if left out.
			 * @example 7200
			 */
			total_duration?: number | null;
		};
		/** @description Where somebody is in a video. */
		ProgressView: {
			/** @description Whether they have seen it to the end, or nearly (95 %). */
			completed: boolean;
			/**
			 * Format: double
			 * @description In seconds.
			 */
			current_time: number;
			/** @description RFC 3339; null if they have not begun it. */
			last_watched_at?: string | null;
			/**
			 * Format: double
			 * @description How much is behind them, 0 to 100, to two decimals.
			 */
			percentage: number;
			/**
			 * Format: double
			 * @description In seconds; 0 if unknown.
			 */
			total_duration: number;
			/** @description `video_…` */
			video_id: string;
		};
		/**
		 * @description What a rendition carries.
		 * @enum {string}
		 */
		RenditionKindView: 'video' | 'audio';
		/** @description A form in which a video can be played. */
		RenditionView: {
			/**
			 * Format: int64
			 * @description At its peak, in kbit/s.
			 */
			bitrate: number;
			/**
			 * Format: int32
			 * @description Audio channels.
			 */
			channels?: number | null;
			/** @description RFC 6381, such as `avc1.64001f`. */
			codec: string;
			/**
			 * Format: double
			 * @description In frames per second.
			 */
			frame_rate?: number | null;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			height?: number | null;
			/** @description `rendition_…` */
			id: string;
			/** @description Whether it is the upload's own stream, not re-encoded. */
			is_source: boolean;
			/** @description `video` or `audio`. */
			kind: components['schemas']['RenditionKindView'];
			/** @description What a person sees in a menu. */
			label?: string | null;
			/** @description BCP 47. */
			language?: string | null;
			/** @description Such as `720p`. */
			name: string;
			/**
			 * Format: int64
			 * @description Bytes that it needs.
			 */
			size_bytes: number;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			width?: number | null;
		};
		/** @description Who is signed in. */
		Session: {
			/** @description `operator` or `open`. */
			auth_mode: string;
			/** @description Whether somebody is. */
			authenticated: boolean;
			/** @description The bearer token of a new session; only in the answer that opens it. */
			token?: string | null;
			user?: components['schemas']['SessionUser'] | null;
		};
		/** @description A person as they see themselves. */
		SessionUser: {
			/** @description `user_…` */
			id: string;
			/** @description `viewer`, `creator`, `moderator` or `administrator`. */
			role: string;
			/** @description The name to sign in with. */
			username: string;
		};
		/** @description The first choice of a password. */
		SetUp: {
			/** @description At least 8 characters. */
			password: string;
			/** @description From the set-up link. */
			token: string;
			/** @description A new name; the given one stays otherwise. */
			username?: string | null;
		};
		/** @description One step of processing. */
		StepView: {
			/**
			 * Format: int64
			 * @description Seconds left.
			 */
			eta_seconds?: number | null;
			/** @description `job_…` */
			job_id: string;
			/** @description `import`, `probe`, `package`, `transcode`, `audio`, `subtitles` or `thumbnails`. */
			kind: string;
			/** @description What is going on, or why it failed. */
			note?: string | null;
			/**
			 * Format: float
			 * @description 0 to 100.
			 */
			percent: number;
			/**
			 * Format: float
			 * @description Seconds of film made in a second.
			 */
			speed?: number | null;
			/** @description `queued`, `running`, `done`, `failed` or `canceled`. */
			state: string;
		};
		/** @description A permission to play one video, and where to play it with it. */
		StreamToken: {
			/** @description The DASH manifest. */
			dash_url?: string | null;
			/** @description Until when it is good, RFC 3339. */
			expires_at: string;
			/**
			 * Format: int64
			 * @description How many seconds that is from now.
			 */
			expires_in: number;
			/** @description The HLS multivariant playlist. */
			hls_url?: string | null;
			/** @description Variants and their segments as JSON. */
			manifest_url?: string | null;
			/** @description WebVTT with pictures for scrubbing, if there are any. */
			storyboard_url?: string | null;
			/** @description One progressive MP4. */
			stream_url?: string | null;
			/** @description What the addresses bear as `?token=`. */
			token: string;
		};
		/** @description A text track. */
		SubtitleView: {
			/** @description Whether it only translates what is foreign in the film. */
			forced: boolean;
			/** @description `subtitle_…` */
			id: string;
			/** @description What a person sees in a menu. */
			label: string;
			/** @description BCP 47. */
			language: string;
			/** @description WebVTT, whole. */
			url: string;
		};
		/** @description A candidate for the poster. */
		ThumbnailView: {
			/**
			 * Format: int64
			 * @description The instant it shows, in milliseconds.
			 */
			at_ms: number;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			height: number;
			/** @description `image_…` */
			id: string;
			/** @description JPEG. */
			url: string;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			width: number;
		};
		/**
		 * @description A file with everything that is said about it. The fields may come in any
		 *     order, before or after the file.
		 */
		UploadForm: {
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description `movie`, `episode`, `short`, `documentary`, … */
			content_type?: string | null;
			/** @description Plain text. */
			description?: string | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/**
			 * Format: binary
			 * @description The video.
			 */
			file: string;
			/** @description Such as `Action`. */
			genre?: string | null;
			/** @description Whether anybody may watch it; true if left out. */
			is_public?: boolean | null;
			/** @description Such as `PG-13`. */
			rating?: string | null;
			/**
			 * Format: int32
			 * @description The year of the first showing.
			 */
			release_year?: number | null;
			/**
			 * Format: int32
			 * @description From 0 (specials).
			 */
			season_number?: number | null;
			/** @description The show that an episode belongs to. */
			show_title?: string | null;
			/** @description Separated by commas. */
			tags?: string | null;
			/** @description The file's name without extension if it is left out. */
			title?: string | null;
			/** @description Who uploads, as the client wishes to call them. */
			uploader_id?: string | null;
		};
		/** @description A change of a video: an absent field stays, `null` clears it. */
		VideoPatch: {
			category?: string | null;
			content_type?: string | null;
			description?: string | null;
			/** Format: int32 */
			episode_number?: number | null;
			genre?: string | null;
			is_public?: boolean | null;
			rating?: string | null;
			/** Format: int32 */
			release_year?: number | null;
			/** Format: int32 */
			season_number?: number | null;
			show_title?: string | null;
			tags?: string[] | null;
			title?: string | null;
			uploader_id?: string | null;
		};
		/** @description A video. */
		VideoView: {
			/**
			 * Format: int64
			 * @description Of the upload, in kbit/s.
			 */
			bitrate?: number | null;
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description Named stretches. */
			chapters: components['schemas']['ChapterView'][];
			/** @description `movie`, `episode`, `short`, `documentary`, … */
			content_type?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/** @description The DASH manifest. */
			dash_url?: string | null;
			/** @description Plain text; may be empty. */
			description: string;
			/**
			 * Format: int64
			 * @description Dislikes so far.
			 */
			dislike_count: number;
			/**
			 * Format: int64
			 * @description In whole seconds.
			 */
			duration?: number | null;
			/**
			 * Format: int64
			 * @description In milliseconds.
			 */
			duration_ms?: number | null;
			/**
			 * Format: double
			 * @description In seconds.
			 */
			duration_seconds?: number | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/** @description Where the upload lies in the blob store. */
			file_path?: string | null;
			/**
			 * Format: int64
			 * @description In bytes.
			 */
			file_size: number;
			/** @description The uploaded file's own name. */
			filename: string;
			/** @description The upload's container, such as `MP4`. */
			format?: string | null;
			/** @description Such as `Action`. */
			genre?: string | null;
			/**
			 * Format: int32
			 * @description In pixels, as displayed.
			 */
			height?: number | null;
			/** @description The HLS multivariant playlist. */
			hls_url?: string | null;
			/** @description `video_…` */
			id: string;
			/** @description Whether it can be watched: true from the first rendition on. */
			is_processed: boolean;
			/** @description Whether anybody may watch it. */
			is_public: boolean;
			/**
			 * Format: int64
			 * @description Likes so far.
			 */
			like_count: number;
			/** @description Why the upload could not be played as it was. */
			non_standard_input_reasons: string[];
			/** @description The same, in the size of a poster. */
			poster_url?: string | null;
			/** @description Why processing failed. */
			processing_error?: string | null;
			/** @description `pending`, `processing`, `completed`, `failed` or `canceled`. */
			processing_status: string;
			/** @description Such as `PG-13`. */
			rating?: string | null;
			/**
			 * Format: int32
			 * @description The year of the first showing.
			 */
			release_year?: number | null;
			/** @description The forms in which it can be played. */
			renditions: components['schemas']['RenditionView'][];
			/** @description Such as `1920x1080`. */
			resolution?: string | null;
			/**
			 * Format: int32
			 * @description From 0 (specials).
			 */
			season_number?: number | null;
			/** @description The show that an episode belongs to. */
			show_title?: string | null;
			/** @description WebVTT with pictures for scrubbing. */
			storyboard_url?: string | null;
			/** @description One progressive MP4. */
			stream_url?: string | null;
			/** @description Text tracks. */
			subtitles: components['schemas']['SubtitleView'][];
			/** @description Free words. */
			tags: string[];
			/** @description A picture that stands for it. */
			thumbnail_url?: string | null;
			/** @description Candidates for the poster. */
			thumbnails: components['schemas']['ThumbnailView'][];
			/** @description Its name. */
			title: string;
			/** @description RFC 3339. */
			updated_at: string;
			/** @description RFC 3339. */
			upload_date: string;
			/** @description Who the client said uploads. */
			uploader_id?: string | null;
			/** @description The upload itself as a file with ranges. */
			video_url?: string | null;
			/**
			 * Format: int64
			 * @description Views so far.
			 */
			view_count: number;
			/**
			 * Format: int32
			 * @description In pixels, as displayed.
			 */
			width?: number | null;
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
