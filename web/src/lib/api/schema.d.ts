// Written by `npm run api` from the API description. Do not edit.

export interface paths {
	'/api/account': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get one's own account */
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
						'application/json': components['schemas']['AccountView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete one's own account
		 * @description What is theirs alone goes: profiles, sessions, keys, watch history. Videos
		 *     that they have uploaded stay, without their name.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['Confirmation'];
				};
			};
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
		/** Change one's own account */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['AccountChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AccountView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/account/email': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Give another e-mail address
		 * @description A letter goes there; until its link is opened, the old address stays.
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
					'application/json': components['schemas']['EmailChange'];
				};
			};
			responses: {
				202: {
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
	'/api/account/export': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Export everything that the service knows of oneself
		 * @description One JSON object with a section for each part of the service.
		 */
		get: {
			parameters: {
				query?: {
					/**
					 * @description What the account has done before this: the `audit_log_next` of another
					 *     part.
					 */
					audit_before?: string;
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
						'application/json': Record<string, never>;
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
	'/api/account/following': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List whom you follow
		 * @description The latest first; `X-Total-Count` says how many they are.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. */
					offset?: number;
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
						'application/json': components['schemas']['FollowedView'][];
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
	'/api/account/identities': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the accounts at providers that are linked to one's own */
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
						'application/json': components['schemas']['LinkedView'][];
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
	'/api/account/identities/{provider}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Unlink a provider, unless it is the only way in */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					provider: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/account/keys': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List one's own API keys */
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
						'application/json': components['schemas']['KeyView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Make an API key
		 * @description It is shown once, in this answer.
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
					'application/json': components['schemas']['NewKey'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['KeyView'];
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
	'/api/account/keys/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Delete one of one's own API keys */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/account/notifications': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See how you are told */
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
						'application/json': components['schemas']['NotificationWishes'];
					};
				};
			};
		};
		/** Choose how you are told */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['NotificationWishes'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['NotificationWishes'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/account/passkeys': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List one's own passkeys */
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
						'application/json': components['schemas']['PasskeyView'][];
					};
				};
			};
		};
		put?: never;
		/** Keep a passkey that a browser has made */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['NewPasskey'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PasskeyView'];
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
	'/api/account/passkeys/options': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Begin to make a passkey
		 * @description The answer is what `navigator.credentials.create()` takes
		 *     (`PublicKeyCredentialCreationOptionsJSON`). Needs the password, or to have
		 *     signed in within the last ten minutes.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: {
				content: {
					'application/json': components['schemas']['Confirmation'] | null;
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': Record<string, never>;
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
	'/api/account/passkeys/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Remove one of one's own passkeys */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/account/password': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Choose another password
		 * @description All other sessions end.
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
					'application/json': components['schemas']['PasswordChange'];
				};
			};
			responses: {
				204: {
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
	'/api/account/push': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the browsers in which you are told
		 * @description The earliest first.
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
						'application/json': components['schemas']['PushBrowser'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Be told in a browser
		 * @description By Web Push (RFC 8030): of what those do whom you follow, also when nobody looks at the site.
		 *     A browser that was subscribed before, by whomever, is yours from now on. You have eight at most;
		 *     another one takes the place of the first.
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
					'application/json': components['schemas']['PushForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PushBrowser'];
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
	'/api/account/push/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Be told in a browser no longer */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/account/push/{id}/test': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Try whether a browser is reached
		 * @description Sends it a message.
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
	'/api/account/reset': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Ask for a new password
		 * @description If there is such an account, and its e-mail address is confirmed, a link
		 *     goes there. The answer is the same if there is none.
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
					'application/json': components['schemas']['Forgotten'];
				};
			};
			responses: {
				202: {
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
	'/api/account/reset/confirm': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Choose a new password, with the token of a link
		 * @description All sessions end.
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
					'application/json': components['schemas']['NewPassword'];
				};
			};
			responses: {
				204: {
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
	'/api/account/sessions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List one's own sessions
		 * @description The one used last first.
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
						'application/json': components['schemas']['SessionView'][];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/** End all of one's own sessions but the one that asks */
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
	'/api/account/sessions/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** End one of one's own sessions */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/account/totp': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get how the second factor stands */
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
						'application/json': components['schemas']['TotpView'];
					};
				};
			};
		};
		put?: never;
		/**
		 * Begin to use an authenticator
		 * @description Needs the password, or to have signed in within the last ten minutes.
		 *     Nothing changes until a code comes back to `/api/account/totp/confirm`.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: {
				content: {
					'application/json': components['schemas']['Confirmation'] | null;
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['TotpSecretView'];
					};
				};
			};
		};
		/** Ask for no more codes */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['Confirmation'];
				};
			};
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
	'/api/account/totp/confirm': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Show that the authenticator has the secret
		 * @description From now on a code is asked for. The answer holds recovery codes.
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
					'application/json': components['schemas']['TotpCode'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['RecoveryCodes'];
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
	'/api/account/totp/recovery-codes': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Make new recovery codes in the place of the old ones */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['Confirmation'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['RecoveryCodes'];
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
	'/api/account/usage': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See what the account uses */
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
						'application/json': components['schemas']['UsageView'];
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
	'/api/account/verify-email': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Confirm an e-mail address, with the token of a mailed link */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['LinkToken'];
				};
			};
			responses: {
				204: {
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
	'/api/accounts': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Make an account
		 * @description Needs open registration or an invitation (see `registration` in
		 *     `/api/instance`). The answer signs in, as `POST /api/session` does.
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
					'application/json': components['schemas']['Registration'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Session'];
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
	'/api/ads/campaigns': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List campaigns
		 * @description For administrators; the newest first, 500 at most.
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
						'application/json': components['schemas']['CampaignView'][];
					};
				};
			};
		};
		put?: never;
		/** Make a campaign */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['CampaignBody'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CampaignView'];
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
	'/api/ads/campaigns/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a campaign */
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
						'application/json': components['schemas']['CampaignView'];
					};
				};
			};
		};
		/**
		 * Replace what is said of a campaign
		 * @description Its creatives stay. Breaks that are decided are not decided again.
		 */
		put: {
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
					'application/json': components['schemas']['CampaignBody'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CampaignView'];
					};
				};
			};
		};
		post?: never;
		/**
		 * Delete a campaign
		 * @description With its creatives; their videos and what was counted stay.
		 */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/ads/campaigns/{id}/creatives': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Add an advertisement to a campaign
		 * @description It is shown once all sizes of its video are made.
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
					'application/json': components['schemas']['CreativeBody'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CreativeView'];
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
	'/api/ads/campaigns/{id}/creatives/{creative_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Take an advertisement out of a campaign
		 * @description Its video stays.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					creative_id: string;
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
			};
		};
		options?: never;
		head?: never;
		/** Switch an advertisement on or off */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					creative_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['CreativePatch'];
				};
			};
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		trace?: never;
	};
	'/api/ads/channels/{channel}/breaks': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the breaks of a channel
		 * @description For players, to say what is shown and to tell that it was.
		 */
		get: {
			parameters: {
				query?: {
					/** @description An instant (RFC 3339, or milliseconds since 1970): what was aired then. Now unless given. */
					at?: string;
					/** @description Who has advertisements of their own, as in the `viewer` of the channel's addresses. */
					viewer?: string;
				};
				header?: never;
				path: {
					/** @description Its number, its slug, or `channel_…` */
					channel: string;
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
						'application/json': components['schemas']['AdBreaksView'];
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
	'/api/ads/events': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Tell what happened to advertisements
		 * @description Each is counted once for a viewing, a break, an advertisement and an event. Ad servers that want
		 *     to be told by this server are told in the background.
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
					'application/json': components['schemas']['AdEvents'];
				};
			};
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AdEventsTaken'];
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
	'/api/ads/report': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See what was shown
		 * @description For administrators; to whole hours, as JSON or as a table.
		 */
		get: {
			parameters: {
				query?: {
					/** @description An instant (RFC 3339); 28 days before `to` unless given. */
					from?: string;
					/** @description An instant, at most 400 days later; now unless given. */
					to?: string;
					/**
					 * @description What a row is: `campaign` (and ad server; unless given), `channel` (and video),
					 *     `creative` or `day`.
					 */
					by?: string;
					/** @description `json` (unless given), `csv` or `parquet`. */
					format?: string;
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
						'application/json': components['schemas']['AdReport'];
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
	'/api/ads/rules': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get the rules of advertisements in videos */
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
						'application/json': components['schemas']['AdRules'];
					};
				};
			};
		};
		/** Change the rules of advertisements in videos */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['AdRules'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AdRules'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/ads/servers': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List ad servers
		 * @description For administrators; in the order in which they are asked.
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
						'application/json': components['schemas']['AdServerView'][];
					};
				};
			};
		};
		put?: never;
		/** Add an ad server */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['AdServerBody'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AdServerView'];
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
	'/api/ads/servers/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get an ad server */
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
						'application/json': components['schemas']['AdServerView'];
					};
				};
			};
		};
		/** Replace what is said of an ad server */
		put: {
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
					'application/json': components['schemas']['AdServerBody'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AdServerView'];
					};
				};
			};
		};
		post?: never;
		/**
		 * Forget an ad server
		 * @description What was counted stays.
		 */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/ads/servers/{id}/test': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Try an ad server
		 * @description Asks it for a minute. What it names and is not known yet is fetched, and can be shown a little
		 *     later; nothing is counted.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AdServerTest'];
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
	'/api/ads/videos/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get the advertisements of a video
		 * @description Decided for this viewing, and signed into its address.
		 */
		get: {
			parameters: {
				query?: {
					/**
					 * @description A name of the player's own for whoever watches without an account, 8 to 64 letters and
					 *     digits, by which advertisements are not shown too often.
					 */
					viewer?: string;
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
						'application/json': components['schemas']['VideoAdsView'];
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
	'/api/analytics/ads': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See what was seen of advertisements
		 * @description For operators. Beacons are counted by whole hours, and by the day when they are old; viewers
		 *     and what they watched by when the showing began.
		 */
		get: {
			parameters: {
				query?: {
					/** @description An instant (RFC 3339) or a date; 28 days before `to` unless given. */
					from?: string;
					/** @description An instant or a date, at most 400 days later; now unless given. */
					to?: string;
					/** @description `hour` (31 days at most) or `day`; hours for up to three days unless given. */
					interval?: string;
					/** @description `json` (unless given), `csv` or `parquet`. */
					format?: string;
					/** @description This one alone, with a series. */
					ad_id?: string;
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
						'application/json': components['schemas']['AdsReport'];
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
	'/api/analytics/levels': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See whether the service levels are held
		 * @description For operators. They are looked at each half minute; who wants to be told has webhooks
		 *     (`level.missed`, `level.met`), and operators get a letter unless it is switched off.
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
						'application/json': components['schemas']['LevelsReport'];
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
	'/api/analytics/levels/{name}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Change a service level
		 * @description It is looked at anew at once.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					name: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['LevelForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['LevelView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/analytics/overview': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See how everything is watched
		 * @description Operators see all titles, creators their own. Figures are rolled up about every half minute.
		 */
		get: {
			parameters: {
				query?: {
					/** @description An instant (RFC 3339) or a date; 28 days before `to` unless given. */
					from?: string;
					/** @description An instant or a date, at most 400 days later; now unless given. */
					to?: string;
					/** @description `hour` (31 days at most) or `day`; hours for up to three days unless given. */
					interval?: string;
					/** @description `json` (unless given), `csv` or `parquet`. */
					format?: string;
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
						'application/json': components['schemas']['OverviewReport'];
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
	'/api/analytics/quality': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See how well everything plays
		 * @description Operators see all titles, creators their own.
		 */
		get: {
			parameters: {
				query?: {
					/** @description An instant (RFC 3339) or a date; 28 days before `to` unless given. */
					from?: string;
					/** @description An instant or a date, at most 400 days later; now unless given. */
					to?: string;
					/** @description `hour` (31 days at most) or `day`; hours for up to three days unless given. */
					interval?: string;
					/** @description `json` (unless given), `csv` or `parquet`. */
					format?: string;
					/** @description `title` (unless given), `device`, `hour`; for operators also `network` and `node`. */
					by?: string;
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
						'application/json': components['schemas']['QualityReport'];
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
	'/api/analytics/refresh': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Count all that has come in
		 * @description Applies the events that wait, rolls hours up and makes the leaderboards anew. All of this
		 *     happens by itself within a minute.
		 */
		post: {
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
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/analytics/top': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what is viewed most
		 * @description Leaderboards of the last hour and day are made anew each minute, the others every five
		 *     minutes, each in one step. Only what the caller may come upon is listed.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 100; 10 unless given. */
					k?: number;
					/** @description `hour`, `day` (unless given), `week`, `month`, `year` or `all_time`. */
					timeframe?: string;
					/** @description Only of this genre. */
					genre?: string;
					/** @description Only `movie`, `episode`, `short`, `documentary`, … */
					type?: string;
					/** @description Only views on this channel (`channel_…`), or of what this account (`user_…`) has made. */
					channel?: string;
					/**
					 * @description Only views in this country, by its two letters (ISO 3166-1).
					 * @example DE
					 */
					country?: string;
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
						'application/json': components['schemas']['TopView'];
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
	'/api/analytics/videos/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See how a video, a stream or a channel is watched
		 * @description For those who may edit it. Figures are rolled up about every half minute.
		 */
		get: {
			parameters: {
				query?: {
					/** @description An instant (RFC 3339) or a date; 28 days before `to` unless given. */
					from?: string;
					/** @description An instant or a date, at most 400 days later; now unless given. */
					to?: string;
					/** @description `hour` (31 days at most) or `day`; hours for up to three days unless given. */
					interval?: string;
					/** @description `json` (unless given), `csv` or `parquet`. */
					format?: string;
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
						'application/json': components['schemas']['TitleReport'];
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
	'/api/analytics/videos/{id}/stats': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Count how often a video was viewed
		 * @description A view is half a minute watched, or half of what is shorter than a minute; one for each viewer
		 *     within an hour, unless the operator has chosen another time.
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
						'application/json': components['schemas']['VideoStats'];
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
	'/api/artwork/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Remove a picture and all its sizes */
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
			};
		};
		options?: never;
		head?: never;
		/** Make a picture the one of its kind that is shown */
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
					'application/json': components['schemas']['ArtworkChoice'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ArtworkView'];
					};
				};
			};
		};
		trace?: never;
	};
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
	'/api/auth/device': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Begin to let a device in (RFC 8628) */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['DeviceWish'];
					'application/x-www-form-urlencoded': components['schemas']['DeviceWish'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['DeviceAnswer'];
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
	'/api/auth/device/approve': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See what waits behind a code */
		get: {
			parameters: {
				query: {
					user_code: string;
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
						'application/json': components['schemas']['WaitingDevice'];
					};
				};
			};
		};
		put?: never;
		/** Let a device in, or turn it away */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['DeviceApproval'];
				};
			};
			responses: {
				204: {
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
	'/api/auth/revoke': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** End an application's session, with its refresh token (RFC 7009) */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['Revocation'];
					'application/x-www-form-urlencoded': components['schemas']['Revocation'];
				};
			};
			responses: {
				200: {
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
	'/api/auth/token': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Get tokens for an application
		 * @description As JSON or as a form. Errors carry `error` as in RFC 6749, section 5.2, and
		 *     RFC 8628, section 3.5.
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
					'application/json': components['schemas']['TokenRequest'];
					'application/x-www-form-urlencoded': components['schemas']['TokenRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['TokenAnswer'];
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
	'/api/browse/{by}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Browse the library
		 * @description By `genre`, `year`, `person`, `collection`, `letter` (`A` to `Z`, `#` for
		 *     digits, `*` for other scripts), `tag`, `type` or `language`. Without `value`
		 *     the answer lists the values (`value`, `count`); with it, the videos.
		 */
		get: {
			parameters: {
				query?: {
					/**
					 * @description The titles with this value; without it the values themselves, with
					 *     their counts.
					 */
					value?: string;
					/** @description `title` (unless given), `newest` or `popular`. */
					sort?: string;
					/** @description 1 to 100; 20 unless given. */
					limit?: number;
					/** @description Titles to skip. */
					offset?: number;
				};
				header?: never;
				path: {
					by: string;
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
						'application/json': components['schemas']['BrowseView'];
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
	'/api/categories': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the categories of videos, the most used first */
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
						'application/json': components['schemas']['WordView'][];
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
	'/api/channel/play/{channel}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Play a channel
		 * @description What is on, to the second, what comes next, and the addresses to play.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					/** @description Its number, its slug, or `channel_…` */
					channel: string;
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
						'application/json': components['schemas']['ChannelPlay'];
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
	'/api/channels': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List channels, with what is on each
		 * @description Those that the caller may come upon, by number.
		 */
		get: {
			parameters: {
				query?: {
					/** @description A part of the name, or the number. */
					q?: string;
					/** @description Only what the caller owns. */
					mine?: boolean;
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
						'application/json': components['schemas']['ChannelView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Make a channel
		 * @description It is on the air at once.
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
					'application/json': components['schemas']['ChannelForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChannelView'];
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
	'/api/channels/matches': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** See what rules match */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['MatchForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['MatchesView'];
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
	'/api/channels/preview': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** See a day of a programme before it is kept */
		post: {
			parameters: {
				query?: {
					/** @description The day in the channel's zone, as `2027-01-31`; today unless given. */
					date?: string;
					/** @description A channel of which the body is the next edit; a new one unless given. */
					channel?: string;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ChannelForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PreviewView'];
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
	'/api/channels/{channel}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a channel */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					/** @description `channel_…`, its number or its slug */
					channel: string;
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
						'application/json': components['schemas']['ChannelView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete a channel
		 * @description Its number is free at once. What it showed stays in the library.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Change a channel
		 * @description A field that is absent stays, `null` removes it, and what is given replaces
		 *     what there was. What is on the air is never changed: another programme
		 *     begins after it.
		 */
		patch: {
			parameters: {
				query?: {
					/**
					 * @description `next` (after what is on air, unless given), `next_day`, `cut` (at the
					 *     next segment), or an instant: after what is on then.
					 */
					effective?: string;
					/** @description Whether it is only told what would change. */
					dry_run?: boolean;
				};
				header?: never;
				path: {
					channel: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ChannelForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['EditedView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/channels/{channel}/access': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See whom a channel is open to */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
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
						'application/json': components['schemas']['AccessView'];
					};
				};
			};
		};
		/**
		 * Choose whom a channel is open to
		 * @description It shows what everybody who may watch it may watch by itself: what is on
		 *     the air and is not among that leaves it within a minute.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['AccessChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AccessView'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/channels/{channel}/as-run': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Read what was aired
		 * @description The last day unless asked otherwise, a week at most.
		 */
		get: {
			parameters: {
				query?: {
					/** @description From when on: RFC 3339, or milliseconds since 1970. */
					from?: string;
					/** @description Until when. */
					to?: string;
				};
				header?: never;
				path: {
					channel: string;
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
						'application/json': components['schemas']['AsRunView'];
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
	'/api/channels/{channel}/refresh': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Take up new videos
		 * @description By itself a channel does so each night.
		 */
		post: {
			parameters: {
				query?: {
					/**
					 * @description `next` (after what is on air, unless given), `next_day`, `cut` (at the
					 *     next segment), or an instant: after what is on then.
					 */
					effective?: string;
					/** @description Whether it is only told what would change. */
					dry_run?: boolean;
				};
				header?: never;
				path: {
					channel: string;
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
						'application/json': components['schemas']['EditedView'];
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
	'/api/channels/{channel}/schedule': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Read the guide of a channel
		 * @description A day from what is on now unless asked otherwise, two weeks at most.
		 */
		get: {
			parameters: {
				query?: {
					/** @description From when on: RFC 3339, or milliseconds since 1970. */
					from?: string;
					/** @description Until when. */
					to?: string;
				};
				header?: never;
				path: {
					channel: string;
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
						'application/json': components['schemas']['ScheduleView'];
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
	'/api/channels/{channel}/takeovers': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the broadcasts that take a channel over
		 * @description The latest first: those to come, and those of the last days.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
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
						'application/json': components['schemas']['TakeoverView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Let a broadcast take a channel over
		 * @description The channel shows it in place of its programme, about half a minute behind
		 *     the encoder, and goes on with the programme when it ends, is away for a
		 *     minute, or its time is over.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['TakeoverForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['TakeoverView'];
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
	'/api/channels/{channel}/takeovers/{takeover}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Hand a channel back, or call off what has not begun
		 * @description At the next segment that is not settled the channel goes on with its
		 *     programme.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
					takeover: string;
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
						'application/json': components['schemas']['TakeoverView'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/channels/{channel}/unlock': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Open a channel by its password
		 * @description It then stays open to this browser for twelve hours, or until the password
		 *     is changed. Guessing is slowed down.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					channel: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['UnlockRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChannelUnlocked'];
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
	'/api/collections': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List collections
		 * @description Those with a title in them that you may see, and your own.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Words in the title or name. */
					q?: string;
					/** @description `title` or `created_at`, with a minus in front from the last. Defaults to `title`. */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. A cursor is better. */
					offset?: number;
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
						'application/json': components['schemas']['CollectionView'][];
					};
				};
			};
		};
		put?: never;
		/** Add a collection */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['NewCollection'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CollectionWhole'];
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
	'/api/collections/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a collection with its titles */
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
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CollectionWhole'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/** Delete a collection; its titles stay */
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
			};
		};
		options?: never;
		head?: never;
		/** Change a collection */
		patch: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['CollectionFields'];
				};
			};
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CollectionWhole'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/collections/{id}/artwork': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the pictures of a collection */
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
						'application/json': components['schemas']['ArtworkView'][];
					};
				};
			};
		};
		put?: never;
		/** Add a picture to a collection */
		post: {
			parameters: {
				query?: {
					/** @description `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`. */
					kind?: string;
					/** @description Of which season of a show. */
					season_number?: number;
					/** @description The language of the words on it (BCP 47). */
					language?: string;
					/** @description Whether it is to be the one of its kind that is shown; true unless given. */
					primary?: boolean;
				};
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'multipart/form-data': components['schemas']['ArtworkForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ArtworkView'];
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
	'/api/collections/{id}/items': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Put titles into a collection
		 * @description These, in this order, instead of all that were in it.
		 */
		put: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': string[];
				};
			};
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CollectionWhole'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/collections/{id}/revisions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the edits of a collection, the latest first */
		get: {
			parameters: {
				query?: {
					/** @description Only those before this number. */
					before?: number;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
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
						'application/json': components['schemas']['RevisionView'][];
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
	'/api/collections/{id}/revisions/{n}/restore': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Go back to an earlier revision of a collection */
		post: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
					n: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CollectionWhole'];
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
	'/api/comments/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a comment */
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
						'application/json': components['schemas']['CommentView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete a comment
		 * @description One's own, or any for who may edit the video and for moderators. Replies
		 *     keep its place, without its words.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/** Change or pin a comment */
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
					'application/json': components['schemas']['CommentPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CommentView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/comments/{id}/like': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Like a comment */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CommentLikes'];
					};
				};
			};
		};
		/** Like a comment no longer */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CommentLikes'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/comments/{id}/replies': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the replies in a thread
		 * @description The oldest first, unless another order is asked for.
		 */
		get: {
			parameters: {
				query?: {
					/** @description `newest` (unless given), `oldest` or `top` (the most liked first). */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description From the `Link: …; rel="next"` of the page before. */
					cursor?: string;
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
						'application/json': components['schemas']['CommentView'][];
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
	'/api/epg': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Read the guide of many channels */
		get: {
			parameters: {
				query?: {
					/** @description From when on: RFC 3339, or milliseconds since 1970; now unless given. */
					from?: string;
					/** @description Until when; six hours later unless given, a week at most. */
					to?: string;
					/** @description Numbers, separated by commas; all unless given. */
					channels?: string;
					/** @description Channels on a page: 1 to 200; 50 unless given. */
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
						'application/json': components['schemas']['ScheduleView'][];
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
	'/api/events': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Tell what happens while somebody watches
		 * @description All of a batch are accepted, or none: 422 names the event's place and its field, as in
		 *     `events[3].type`. They are kept for good when this is answered, and counted within a moment.
		 *     The body may be sent as `text/plain`, as pages do when they are left. Whoever asks not to be
		 *     followed (`DNT: 1`, `Sec-GPC: 1`) is counted, and nothing that tells who they are is kept.
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
					'application/json': components['schemas']['EventBatch'];
				};
			};
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['EventsAccepted'];
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
						'text/event-stream': components['schemas']['ProcessingEvent'];
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
	'/api/genres': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the genres of videos and shows, the most used first */
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
						'application/json': components['schemas']['WordView'][];
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
	'/api/groups': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List groups
		 * @description For those who may open something to them.
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
						'application/json': components['schemas']['GroupView'][];
					};
				};
			};
		};
		put?: never;
		/** Add a group */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['GroupFields'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['GroupView'];
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
	'/api/groups/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Remove a group
		 * @description What it opened stays closed to those who were in it.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/** Change a group */
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
					'application/json': components['schemas']['GroupFields'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['GroupView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/groups/{id}/members': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List who is in a group */
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
						'application/json': components['schemas']['MemberView'][];
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
	'/api/groups/{id}/members/{user_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Put an account into a group
		 * @description Again with another end, it ends then.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					user_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['Membership'];
				};
			};
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		post?: never;
		/** Take an account out of a group */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					user_id: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/home': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get the home page
		 * @description The hero and all rows with their titles, as the operator arranged them,
		 *     filled for whoever asks.
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
						'application/json': components['schemas']['HomeView'];
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
	'/api/home/rows': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See what the home page is made of */
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
						'application/json': components['schemas']['RowSpec'][];
					};
				};
			};
		};
		/**
		 * Arrange the home page
		 * @description The rows in their order; an empty array brings back the usual ones.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['RowSpec'][];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['RowSpec'][];
					};
				};
			};
		};
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
	'/api/invitations': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List invitations
		 * @description For administrators; the newest first, used up and expired ones too.
		 */
		get: {
			parameters: {
				query?: {
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
						'application/json': components['schemas']['InvitationView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Invite people
		 * @description For administrators. The link is shown once, in this answer.
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
					'application/json': components['schemas']['NewInvitationBody'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['InvitationView'];
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
	'/api/invitations/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Take an invitation back */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/metadata/candidates': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Look a video up in another database
		 * @description Nothing is changed: confirm the right candidate with `POST /api/metadata/confirm`.
		 */
		get: {
			parameters: {
				query: {
					/** @description The video. */
					video_id: string;
					/** @description What to look for instead of what the video's name and title say. */
					query?: string;
					/** @description The year of the first showing. */
					year?: number;
					/** @description `movie` or `show`; by what the video is unless given. */
					kind?: string;
					/** @description BCP 47: in which language texts are wanted. */
					language?: string;
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
						'application/json': components['schemas']['Candidates'];
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
	'/api/metadata/confirm': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Take a candidate's metadata over
		 * @description Kept as a revision, so that there is a way back.
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
					'application/json': components['schemas']['MatchConfirmation'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Confirmed'];
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
	'/api/metadata/folders': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the folders of this machine that may be looked through
		 * @description Whoever has the machine names them (`MATINEE_LIBRARY_FOLDERS`).
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
						'application/json': components['schemas']['LibraryFolderView'][];
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
	'/api/metadata/folders/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See what became of the files of a folder */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					/** @description The folder's id. */
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
						'application/json': components['schemas']['LibraryFolderView'];
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
	'/api/metadata/folders/{id}/scan': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Look through a folder for films
		 * @description Names, NFO files, pictures and subtitles beside the films say what is in them. What is in the
		 *     library already stays as it is, and is only given what lies beside it. With `dry_run` nothing
		 *     is changed, and the report says what would be.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					/** @description The folder's id. */
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['FolderScanRequest'];
				};
			};
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['FolderScanView'];
					};
				};
			};
		};
		/**
		 * Stop looking through a folder
		 * @description What has been taken in stays.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					/** @description The folder's id. */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/metadata/import': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Import metadata from a table
		 * @description CSV (with a row of names) as `text/csv`, or JSON (a list of objects, or one
		 *     a line) as `application/json`. A row finds its video by `id`, `filename`,
		 *     `video_url`, `hls_url`, or `title` and `release_year`; with an address that
		 *     is not known it adds a video. A broken row is told and skipped. With
		 *     `dry_run=true` nothing is changed, and the report is the same.
		 */
		post: {
			parameters: {
				query?: {
					/** @description Whether to say only what would be done. */
					dry_run?: boolean;
				};
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'text/csv': string;
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ImportReport'];
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
	'/api/moderation/queue': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what moderators are to look at
		 * @description The latest first. `X-Total-Count` says how many there are.
		 */
		get: {
			parameters: {
				query?: {
					/** @description `open` (unless given), `decided`, `closed` or `all`. */
					state?: string;
					/** @description `video`, `comment`, `review`, `playlist`, `user`, `show`, `person`, `collection`, `profile` or `subtitle`. */
					kind?: string;
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
						'application/json': components['schemas']['CaseView'][];
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
	'/api/moderation/rules': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get the rules */
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
						'application/json': components['schemas']['RulesView'];
					};
				};
			};
		};
		/**
		 * Set the rules
		 * @description All of them: what is left out goes back to what it was at first. For
		 *     administrators.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['RulesView'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['RulesView'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/moderation/rules/test': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Try the rules with a text */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['TrialForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['TrialView'];
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
	'/api/moderation/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a case */
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
						'application/json': components['schemas']['CaseView'];
					};
				};
			};
		};
		put?: never;
		/**
		 * Decide a case
		 * @description A comment, review or playlist changes at once; a video becomes private, or
		 *     is open again to whom it was. It may be decided again. The audit log remembers who did.
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
					'application/json': components['schemas']['DecisionForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CaseView'];
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/notifications': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what you were told
		 * @description The latest first; of the last 90 days. `X-Total-Count` says how much it is.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Only those that you have not read; `false` only those that you have. */
					unread?: boolean;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. */
					offset?: number;
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
						'application/json': components['schemas']['NotificationView'][];
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
	'/api/notifications/count': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Count what you have not read */
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
						'application/json': components['schemas']['UnreadView'];
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
	'/api/notifications/read': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Mark notifications as read
		 * @description Those of `ids`, or `all`. What is not there, or is read, stays so.
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
					'application/json': components['schemas']['ReadForm'];
				};
			};
			responses: {
				204: {
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
	'/api/people': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List people
		 * @description Those with a credit in what you may see, and those that you have added.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Words in the title or name. */
					q?: string;
					/** @description `title` or `created_at`, with a minus in front from the last. Defaults to `title`. */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. A cursor is better. */
					offset?: number;
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
						'application/json': components['schemas']['PersonView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Add a person
		 * @description Credits by name make theirs by themselves.
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
					'application/json': components['schemas']['PersonFields'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PersonWhole'];
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
	'/api/people/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a person with their filmography */
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
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PersonWhole'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/** Delete a person, and every credit of theirs */
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
			};
		};
		options?: never;
		head?: never;
		/** Change what is said about a person */
		patch: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['PersonFields'];
				};
			};
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PersonWhole'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/people/{id}/artwork': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the pictures of a person */
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
						'application/json': components['schemas']['ArtworkView'][];
					};
				};
			};
		};
		put?: never;
		/** Add a picture to a person */
		post: {
			parameters: {
				query?: {
					/** @description `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`. */
					kind?: string;
					/** @description Of which season of a show. */
					season_number?: number;
					/** @description The language of the words on it (BCP 47). */
					language?: string;
					/** @description Whether it is to be the one of its kind that is shown; true unless given. */
					primary?: boolean;
				};
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'multipart/form-data': components['schemas']['ArtworkForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ArtworkView'];
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
	'/api/people/{id}/revisions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the edits of a person, the latest first */
		get: {
			parameters: {
				query?: {
					/** @description Only those before this number. */
					before?: number;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
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
						'application/json': components['schemas']['RevisionView'][];
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
	'/api/people/{id}/revisions/{n}/restore': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Go back to an earlier revision of a person */
		post: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
					n: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PersonWhole'];
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
	'/api/playlists': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List playlists
		 * @description Those that everybody finds, your own, and those that you edit; the latest
		 *     changed first. What you may not see is left out of them.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Exactly this creator. */
					creator_id?: string;
					/** @description Only public ones, or only others. */
					is_public?: boolean;
					/** @description Only those that you own or edit. */
					mine?: boolean;
					/** @description Only those that hold this video. */
					video_id?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. A cursor is better. */
					offset?: number;
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
						'application/json': components['schemas']['PlaylistView'][];
					};
				};
			};
		};
		put?: never;
		/** Make a playlist */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['PlaylistForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PlaylistView'];
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
	'/api/playlists/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a playlist with its videos */
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
						'application/json': components['schemas']['PlaylistView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete a playlist
		 * @description The videos stay.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Change a playlist
		 * @description Who may see and edit it is its owner's to say.
		 */
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
					'application/json': components['schemas']['PlaylistPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PlaylistView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/playlists/{id}/order': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Order a playlist anew
		 * @description What the order does not name follows after the rest, in its old order.
		 */
		put: {
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
					'application/json': components['schemas']['PlaylistOrder'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PlaylistView'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/playlists/{id}/videos/{video_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Add a video to a playlist */
		post: {
			parameters: {
				query?: {
					/** @description Before what stands at this place (from 0); at the end unless given. */
					position?: number;
				};
				header?: never;
				path: {
					id: string;
					video_id: string;
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
						'application/json': components['schemas']['PlaylistView'];
					};
				};
			};
		};
		/** Take a video out of a playlist */
		delete: {
			parameters: {
				query?: {
					/** @description Only this place (`item_…`) of the video; all that it has unless given. */
					item_id?: string;
				};
				header?: never;
				path: {
					id: string;
					video_id: string;
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
						'application/json': components['schemas']['PlaylistView'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/profiles': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the account's profiles */
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
						'application/json': components['schemas']['ProfileView'][];
					};
				};
			};
		};
		put?: never;
		/** Add a profile */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ProfileNew'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProfileView'];
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
	'/api/profiles/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Remove a profile, and what it has watched
		 * @description The account's first one stays.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: {
					/** @description Its PIN, if that keeps the caller out */
					'Matinee-Pin'?: string | null;
				};
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
			};
		};
		options?: never;
		head?: never;
		/** Change a profile */
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
					'application/json': components['schemas']['ProfilePatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ProfileView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/profiles/{id}/select': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Choose a profile
		 * @description Everything that is watched from here on belongs to it. 403 with a type
		 *     ending in `pin-required` asks for a PIN.
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
					'application/json': components['schemas']['SelectRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['Selected'];
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
	'/api/push/key': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get the key that browsers subscribe with
		 * @description It stays the same as long as the database does.
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
						'application/json': components['schemas']['PushKey'];
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
	'/api/recommendations': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Recommend what to watch next
		 * @description Drawn from what the viewer has watched, and without that from what many
		 *     people watch; never what they may not see.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 50; 20 unless given. */
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
						'application/json': components['schemas']['RecommendedView'][];
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
	'/api/recommendations/rebuild': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Work the recommendations out anew
		 * @description This happens by itself every few hours.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				202: {
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
	'/api/reports': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Report something
		 * @description Anything that you see. Saying it again changes what you said.
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
					'application/json': components['schemas']['ReportForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ReportView'];
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
	'/api/search': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Search, with everything around it
		 * @description Finds titles by what they are called, who is in them, what they are about
		 *     and what is said in them.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Words, as people type them; words in quotation marks stand together. */
					q?: string;
					/** @description `movie`, `episode`, … */
					type?: string;
					/** @description Such as `Drama`. */
					genre?: string;
					/** @description Such as `1999`. */
					year?: string;
					/** @description Such as `PG-13`. */
					rating?: string;
					/** @description BCP 47, such as `en`. */
					language?: string;
					/** @description `short` (under 10 minutes), `medium` (under 40), `long` (under 90) or `feature`. */
					length?: string;
					/** @description With this tag. */
					tag?: string;
					/** @description With this person. */
					person?: string;
					/** @description `relevance` (unless given), `newest`, `popular` or `title`. */
					sort?: string;
					/** @description 1 to 100; 20 unless given. */
					limit?: number;
					/** @description Hits to skip. */
					offset?: number;
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
						'application/json': components['schemas']['SearchView'];
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
	'/api/search/rebuild': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See how making the search index anew stands */
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
						'application/json': components['schemas']['RebuildView'];
					};
				};
			};
		};
		put?: never;
		/**
		 * Make the search index anew
		 * @description Every node does so beside the one that is searched, within a few seconds.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['RebuildView'];
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
	'/api/search/suggest': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Suggest as somebody types */
		get: {
			parameters: {
				query?: {
					/** @description The beginning of what they look for. */
					q?: string;
					/** @description 1 to 20; 8 unless given. */
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
						'application/json': components['schemas']['SuggestionView'][];
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
	'/api/session/oidc/{provider}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Go to a provider to sign in */
		get: {
			parameters: {
				query?: {
					/** @description A path of this site; `/` unless given. */
					next?: string;
					/**
					 * @description Links the provider's account to the one that is signed in, rather than
					 *     signing in.
					 */
					link?: boolean;
				};
				header?: never;
				path: {
					provider: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: never;
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/session/oidc/{provider}/callback': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Come back from a provider */
		get: {
			parameters: {
				query?: {
					code?: string;
					state?: string;
					error?: string;
				};
				header?: never;
				path: {
					provider: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: never;
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/session/passkey/finish': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Sign in with a passkey
		 * @description Takes the browser's answer (`AuthenticationResponseJSON`).
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
					'application/json': Record<string, never>;
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/session/passkey/options': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Begin to sign in with a passkey
		 * @description The answer is what `navigator.credentials.get()` takes
		 *     (`PublicKeyCredentialRequestOptionsJSON`).
		 */
		post: {
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
						'application/json': Record<string, never>;
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
	'/api/settings': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List all settings
		 * @description Flags win over the environment, that over `matinee.toml`, that over the
		 *     studio, and that over the default: what the machine's operator has set can
		 *     only be changed there.
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
						'application/json': components['schemas']['SettingView'][];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Change settings
		 * @description All of these or, if one cannot be accepted, none. Other servers on the same
		 *     database follow within half a minute.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['SettingsChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['SettingView'][];
					};
				};
			};
		};
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/shows': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List shows
		 * @description Shows with an episode that you may see, and your own.
		 */
		get: {
			parameters: {
				query?: {
					/** @description `show`, `course`, `podcast` or `other`. */
					kind?: string;
					/** @description With this among its genres, in any case. */
					genre?: string;
					/** @description Exactly this year. */
					release_year?: number;
					/** @description Words in the title or name. */
					q?: string;
					/** @description `title` or `created_at`, with a minus in front from the last. Defaults to `title`. */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. A cursor is better. */
					offset?: number;
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
						'application/json': components['schemas']['ShowView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Add a show
		 * @description Uploads with a `show_title` make theirs by themselves.
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
					'application/json': components['schemas']['ShowFields'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ShowWhole'];
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
	'/api/shows/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a show with its seasons and episodes */
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
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ShowWhole'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete a show
		 * @description Its episodes stay, and belong to no show any more.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Change a show
		 * @description Kept as a revision. With `If-Match`, it is refused (412) if somebody else has
		 *     edited the show since.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ShowFields'];
				};
			};
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ShowWhole'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/shows/{id}/artwork': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the pictures of a show, its seasons' included */
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
						'application/json': components['schemas']['ArtworkView'][];
					};
				};
			};
		};
		put?: never;
		/** Add a picture to a show or one of its seasons */
		post: {
			parameters: {
				query?: {
					/** @description `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`. */
					kind?: string;
					/** @description Of which season of a show. */
					season_number?: number;
					/** @description The language of the words on it (BCP 47). */
					language?: string;
					/** @description Whether it is to be the one of its kind that is shown; true unless given. */
					primary?: boolean;
				};
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'multipart/form-data': components['schemas']['ArtworkForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ArtworkView'];
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
	'/api/shows/{id}/credits': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/** Set the credits of a show */
		put: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['CreditFields'][];
				};
			};
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CreditView'][];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/shows/{id}/episodes': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Put episodes or lessons in order
		 * @description Videos that are not yet part of the show join it.
		 */
		put: {
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
					'application/json': components['schemas']['Place'][];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ShowWhole'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/shows/{id}/revisions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the edits of a show, the latest first */
		get: {
			parameters: {
				query?: {
					/** @description Only those before this number. */
					before?: number;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
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
						'application/json': components['schemas']['RevisionView'][];
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
	'/api/shows/{id}/revisions/{n}/restore': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Go back to an earlier revision of a show */
		post: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
					n: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ShowWhole'];
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
	'/api/stats': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See the service in numbers
		 * @description They may be ten seconds old. Operators get those of everything, all others
		 *     those of what is public.
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
						'application/json': components['schemas']['StatsView'];
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
	'/api/streams': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List streams
		 * @description Those that the caller may come upon, the latest made first.
		 */
		get: {
			parameters: {
				query?: {
					/** @description `scheduled`, `live` or `ended`. */
					status?: string;
					/** @description Exactly this kind. */
					content_type?: string;
					/** @description Exactly this category. */
					category?: string;
					/** @description Exactly this language. */
					language?: string;
					/** @description Exactly this streamer. */
					streamer_id?: string;
					/** @description Only what the caller owns: the account that asks must be signed in. */
					mine?: boolean;
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
						'application/json': components['schemas']['StreamView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Make a stream
		 * @description The answer has its key, and where the encoder sends it.
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
					'application/json': components['schemas']['StreamForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamView'];
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
	'/api/streams/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a stream */
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
						'application/json': components['schemas']['StreamView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete a stream, its chat and its numbers
		 * @description What it was recorded as stays in the library.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/** Change a stream */
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
					'application/json': components['schemas']['StreamPatchForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/streams/{id}/access': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See whom a stream is open to */
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
						'application/json': components['schemas']['AccessView'];
					};
				};
			};
		};
		/** Choose whom a stream is open to */
		put: {
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
					'application/json': components['schemas']['AccessChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AccessView'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/analytics': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get a stream's numbers over time
		 * @description One sample a minute while it is live, and one at its end; the earliest
		 *     first. For its owner and administrators.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Of the last so many hours: 1 to 8760; 24 unless given. */
					hours?: number;
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
						'application/json': components['schemas']['StreamAnalytics'][];
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
	'/api/streams/{id}/bans': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List who may not write in a stream's chat
		 * @description The latest first. For those who look after the chat.
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
						'application/json': components['schemas']['ChatBanView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Keep somebody from writing in a stream's chat
		 * @description For a time, or for ever. For those who look after the chat.
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
					'application/json': components['schemas']['ChatBanForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChatBanView'];
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
	'/api/streams/{id}/bans/{ban_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Let somebody write again */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					ban_id: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/chat': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Read a stream's chat
		 * @description The latest messages, the earliest of them first. The next page is what came
		 *     before.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 100 unless given; at most as many as `CHAT_HISTORY_LIMIT` says. */
					limit?: number;
					/** @description From the `Link: …; rel="next"` of the page before: what came earlier. */
					cursor?: string;
					/** @description Only those that stand above the others. */
					pinned?: boolean;
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
						'application/json': components['schemas']['ChatMessageView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Write in a stream's chat
		 * @description It is kept when this answers. What a rule finds may be refused (422, with
		 *     the field and the reason) or held until somebody who looks after the chat
		 *     has read it (`state` is `held` then).
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
					'application/json': components['schemas']['ChatForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChatMessageView'];
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
	'/api/streams/{id}/chat/{msg_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Delete a message
		 * @description One's own, or any for those who look after the chat.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					msg_id: string;
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Pin a message, or let a held one be seen
		 * @description For those who look after the chat: the stream's owner, moderators and
		 *     administrators.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					msg_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['ChatPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChatMessageView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/streams/{id}/clips': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Make a clip
		 * @description A stretch of the broadcast that goes on, as far back as viewers can go,
		 *     becomes a video of the caller's with the stream's rules. It is cut where
		 *     segments begin and end, some seconds around what was asked for, and nothing
		 *     is encoded. For those who look after the stream and may upload.
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
					'application/json': components['schemas']['ClipForm'];
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/end': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * End a stream
		 * @description Its encoder is let go. It may be begun again.
		 */
		post: {
			parameters: {
				query?: {
					/** @description Taken and not needed: who asks is known by their credentials. */
					streamer_id?: string;
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
						'application/json': components['schemas']['StreamView'];
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
	'/api/streams/{id}/key': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Give a stream another key
		 * @description The old one opens nothing any more, and whoever sends with it is let go.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamView'];
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
	'/api/streams/{id}/like': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Like a stream */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamLikes'];
					};
				};
			};
		};
		/** Like a stream no longer */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamLikes'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/markers': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the markers of a broadcast
		 * @description Those of the broadcast that goes on, or of the last one, in order. For those
		 *     who look after the stream.
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
						'application/json': components['schemas']['MarkerView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Mark a moment of a broadcast
		 * @description While it goes on; at most 499. The recording has a chapter from there on.
		 *     For those who look after the stream.
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
					'application/json': components['schemas']['MarkerForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['MarkerView'];
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
	'/api/streams/{id}/markers/{marker_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Take a marker away
		 * @description For those who look after the stream. Chapters that a recording has already
		 *     stay.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					marker_id: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/polls': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List a stream's polls
		 * @description The latest first.
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
						'application/json': components['schemas']['PollView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Open a poll
		 * @description For those who look after the chat: the stream's owner, moderators and
		 *     administrators.
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
					'application/json': components['schemas']['PollForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PollView'];
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
	'/api/streams/{id}/polls/{poll_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Delete a poll
		 * @description With its votes. For those who look after the chat.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					poll_id: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/polls/{poll_id}/close': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Close a poll
		 * @description For those who look after the chat. Closing one that is closed changes
		 *     nothing.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					poll_id: string;
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
						'application/json': components['schemas']['PollView'];
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
	'/api/streams/{id}/polls/{poll_id}/vote': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Vote in a poll
		 * @description One vote of each account, which may be changed while the poll is open.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					poll_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['PollVoteForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['PollView'];
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
	'/api/streams/{id}/questions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List a stream's questions
		 * @description Those with the most votes first; `X-Total-Count` says how many there are.
		 */
		get: {
			parameters: {
				query?: {
					/**
					 * @description `open`, `answered`, or `all` (unless given). Those who look after the
					 *     chat may ask for `dismissed` ones, and `all` has them as well.
					 */
					state?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. */
					offset?: number;
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
						'application/json': components['schemas']['QuestionView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Ask a question
		 * @description For everybody who has signed in and is not kept from writing in the chat.
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
					'application/json': components['schemas']['QuestionForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['QuestionView'];
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
	'/api/streams/{id}/questions/{question_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Delete a question
		 * @description One's own, or any for those who look after the chat.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					question_id: string;
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Answer or dismiss a question
		 * @description For those who look after the chat: the stream's owner, moderators and
		 *     administrators.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					question_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['QuestionPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['QuestionView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/streams/{id}/questions/{question_id}/vote': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Vote for a question
		 * @description One vote of each account; doing so again changes nothing.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					question_id: string;
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
						'application/json': components['schemas']['QuestionVotes'];
					};
				};
			};
		};
		post?: never;
		/** Vote for a question no longer */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					question_id: string;
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
						'application/json': components['schemas']['QuestionVotes'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/share': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Say that you pass a stream on
		 * @description Each who does counts once; saying so again changes nothing.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamShares'];
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
	'/api/streams/{id}/source': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get what a stream is pulled from
		 * @description For the stream's owner and administrators.
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
						'application/json': components['schemas']['SourceView'];
					};
				};
				/** @description It has no source. */
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		/**
		 * Pull a stream from another server
		 * @description In the place of the source before. It is pulled once it is started; one
		 *     that is being pulled is pulled from there at once.
		 */
		put: {
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
					'application/json': components['schemas']['SourceForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['SourceView'];
					};
				};
			};
		};
		post?: never;
		/** Pull a stream from another server no more */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/source/start': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Begin to pull a stream
		 * @description From now on, also after a restart, until it is stopped: what is lost is
		 *     reached again. One that has failed is tried again.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['SourceView'];
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
	'/api/streams/{id}/source/stop': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Stop pulling a stream
		 * @description Its broadcast ends.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['SourceView'];
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
	'/api/streams/{id}/stage': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See a stream's stage */
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
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Choose how a stage is shown
		 * @description For those who look after the chat: the stream's owner, moderators and administrators.
		 */
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
					'application/json': components['schemas']['StageChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/streams/{id}/stage/guests/{guest_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Let somebody go
		 * @description Puts a hand aside, takes an invitation back, or removes somebody from the stage. For those who
		 *     look after the chat.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					guest_id: string;
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Mute somebody on the stage, or turn their camera off
		 * @description Everybody for themselves; those who look after the chat for all. To be heard and seen again is
		 *     for everybody themselves to decide.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					guest_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['StageSeatChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/streams/{id}/stage/guests/{guest_id}/invitation': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Invite somebody onto the stage whose hand is up
		 * @description Doing so again changes nothing. For those who look after the chat.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					guest_id: string;
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
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/stage/hand': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Raise your hand
		 * @description For everybody who has signed in and is not kept from writing in the chat. Doing so again
		 *     changes nothing. It stays up until it is lowered, whatever becomes of the connection.
		 */
		put: {
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
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		post?: never;
		/** Lower your hand, or decline an invitation */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/stage/programme': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Put the stage on the air
		 * @description One picture and one sound are made of everybody on the stage, and become the stream's broadcast.
		 *     An encoder that sends is let go; when it sends again, it is one of those in the picture. Doing
		 *     so again changes nothing. For those who may change the stream.
		 */
		put: {
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
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		post?: never;
		/**
		 * Take the stage off the air
		 * @description The broadcast ends; those on the stage stay there. For those who may change the stream.
		 */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/stage/seat': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Come onto the stage
		 * @description For those who have been invited, and those who look after the chat. Then connect
		 *     (`POST …/stage/sessions`) within half a minute.
		 */
		put: {
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
						'application/json': components['schemas']['StageView'];
					};
				};
			};
		};
		post?: never;
		/** Leave the stage */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/stage/sessions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Connect to the stage
		 * @description For those who are on it. Whoever connects again takes the place of their connection before. To
		 *     follow who comes, goes and shares, offer again (`PUT …/stage/sessions/{session}`).
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
					'application/json': components['schemas']['StageOffer'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StageAnswer'];
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
	'/api/streams/{id}/stage/sessions/{session}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Offer again
		 * @description The same client says what it sends and receives from now on. Places of the session stay what
		 *     they were; they may be given to other tracks.
		 */
		put: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					session: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['StageOffer'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StageAnswer'];
					};
				};
			};
		};
		post?: never;
		/**
		 * End the connection
		 * @description The seat is kept for half a minute; to leave is another request.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					session: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/streams/{id}/start': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Begin a stream
		 * @description It is live from then on, and waits a quarter of an hour for its encoder. An
		 *     encoder that sends begins it by itself.
		 */
		post: {
			parameters: {
				query?: {
					/** @description Taken and not needed: who asks is known by their credentials. */
					streamer_id?: string;
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
						'application/json': components['schemas']['StreamView'];
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
	'/api/streams/{id}/targets': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List where a stream is sent on to
		 * @description The earliest first, at most ten. For the stream's owner and administrators.
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
						'application/json': components['schemas']['TargetView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Send a stream on to another server
		 * @description As it comes in, without encoding, whenever it is on the air. At most ten
		 *     targets.
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
					'application/json': components['schemas']['TargetForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['TargetView'];
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
	'/api/streams/{id}/targets/{target_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Send a stream to another server no more */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					target_id: string;
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Change where a stream is sent on to
		 * @description While the stream is on the air the target is reached anew, or left.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					target_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['TargetPatchForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['TargetView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/streams/{id}/token': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get a permission to watch a stream
		 * @description It is bound to the stream and to the caller. Public streams can be watched
		 *     without one; with one, a viewer on several connections is counted once.
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
						'application/json': components['schemas']['LiveToken'];
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
	'/api/streams/{id}/unlock': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Open a stream by its password
		 * @description It then stays open to this browser for twelve hours, or until the password
		 *     is changed. Guessing is slowed down.
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
					'application/json': components['schemas']['UnlockRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['StreamUnlocked'];
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
	'/api/streams/{id}/whip': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Publish your stream by WebRTC (WHIP)
		 * @description For its owner, signed in: a page need not know the key.
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
					'application/sdp': string;
				};
			};
			responses: {
				201: {
					headers: {
						/** @description The session's connection */
						ETag?: string;
						/** @description The session */
						Location?: string;
						[name: string]: unknown;
					};
					content: {
						'application/sdp': string;
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
	'/api/tags': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the tags of videos, in lower case, the most used first */
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
						'application/json': components['schemas']['WordView'][];
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
			};
		};
		trace?: never;
	};
	'/api/users': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List accounts
		 * @description For administrators; the newest first.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Part of a name or an e-mail address. */
					q?: string;
					/** @description `viewer`, `creator`, `moderator` or `administrator`. */
					role?: string;
					/** @description Only disabled, or only enabled ones. */
					disabled?: boolean;
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
						'application/json': components['schemas']['AccountView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Make an account for somebody
		 * @description For administrators.
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
					'application/json': components['schemas']['NewUser'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CreatedUser'];
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
	'/api/users/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get an account */
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
						'application/json': components['schemas']['AccountView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete somebody's account
		 * @description For administrators. What is theirs alone goes; videos stay, without their
		 *     name.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Change somebody's account
		 * @description For administrators. There is always one who may run the service.
		 */
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
					'application/json': components['schemas']['UserChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AccountView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/users/{id}/follow': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * See how many follow somebody
		 * @description And, of whoever is signed in, whether they do.
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
						'application/json': components['schemas']['FollowView'];
					};
				};
			};
		};
		/**
		 * Follow somebody
		 * @description You are told when they stream, and when a recording of theirs can be
		 *     watched. Doing so again changes nothing.
		 */
		put: {
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
						'application/json': components['schemas']['FollowView'];
					};
				};
			};
		};
		post?: never;
		/** Follow somebody no longer */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['FollowView'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/users/{id}/reset-link': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Make a link by which somebody chooses another password
		 * @description For administrators, to hand on where no mail is sent.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ResetLink'];
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
	'/api/users/{id}/sessions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List somebody's sessions */
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
						'application/json': components['schemas']['SessionView'][];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/** End all of somebody's sessions */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
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
					/** @description Only what the caller owns: the account that asks must be signed in. */
					mine?: boolean;
					/** @description Only public ones, or only others. Each sees what is open to them. */
					is_public?: boolean;
					/** @description `movie`, `episode`, … */
					content_type?: string;
					/** @description With this among its genres, in any case. */
					genre?: string;
					/** @description With this tag. */
					tag?: string;
					/** @description Exactly this rating. */
					rating?: string;
					/** @description Exactly this year. */
					release_year?: number;
					/** @description Exactly this show. */
					show_title?: string;
					/** @description Of this show. */
					show_id?: string;
					/** @description Of this season. */
					season_number?: number;
					/** @description With this person among its credits. */
					person_id?: string;
					/** @description In this collection. */
					collection_id?: string;
					/** @description In this language. */
					language?: string;
					/** @description Exactly this studio. */
					studio?: string;
					/** @description The extras of this video. */
					extra_of?: string;
					/** @description Whether trailers and other extras are among them; false unless given. */
					extras?: boolean;
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Change many videos at once
		 * @description All of them or none: a wrong field, or a video that you may not change,
		 *     refuses the whole. Every video's change is a revision of its own.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['BulkFields'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['BulkOutcome'];
					};
				};
			};
		};
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/search': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Search videos
		 * @description The answer is an array, the best first; `X-Total-Count` tells how many there
		 *     are in all. `/api/search` tells more.
		 */
		get: {
			parameters: {
				query?: {
					/** @description Words, as people type them: misspelt ones are found as well. */
					query?: string;
					/** @description 1 to 100; 20 unless given. */
					limit?: number;
					/** @description Hits to skip. */
					offset?: number;
					/** @description `movie`, `episode`, … */
					content_type?: string;
					/** @description Exactly this genre. */
					genre?: string;
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
		/**
		 * Get a video
		 * @description The `ETag` names the last edit; send it as `If-Match` with a change.
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
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
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
			};
		};
		options?: never;
		head?: never;
		/**
		 * Change a video
		 * @description Kept as a revision. With `If-Match`, it is refused (412) if somebody else has
		 *     edited the video since.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
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
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/videos/{id}/access': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See whom a video is open to */
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
						'application/json': components['schemas']['AccessView'];
					};
				};
			};
		};
		/** Choose whom a video is open to */
		put: {
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
					'application/json': components['schemas']['AccessChange'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AccessView'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/artwork': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the pictures of a video: those that are shown first of each kind */
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
						'application/json': components['schemas']['ArtworkView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Add a picture to a video
		 * @description The body is the picture, or a form with it.
		 */
		post: {
			parameters: {
				query?: {
					/** @description `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`. */
					kind?: string;
					/** @description Of which season of a show. */
					season_number?: number;
					/** @description The language of the words on it (BCP 47). */
					language?: string;
					/** @description Whether it is to be the one of its kind that is shown; true unless given. */
					primary?: boolean;
				};
				header?: never;
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'multipart/form-data': components['schemas']['ArtworkForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ArtworkView'];
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
	'/api/videos/{id}/audio': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the audio tracks of a video */
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
						'application/json': components['schemas']['RenditionView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Add an audio track to a video
		 * @description Answers once the file is kept and known to hold sound. It is brought to the loudness of all
		 *     other sound, and is in playlists and manifests as soon as that is done: a step of the video's
		 *     processing of the kind `track`.
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
					'multipart/form-data': components['schemas']['AudioForm'];
				};
			};
			responses: {
				202: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['AudioTrackView'];
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
	'/api/videos/{id}/audio/{rendition_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Delete an audio track
		 * @description It is in no new playlist from now on. The last one of a video stays.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					rendition_id: string;
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/breaks': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get where a video may be broken for advertisements */
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
						'application/json': components['schemas']['VideoBreaks'];
					};
				};
			};
		};
		/** Set where a video is to be broken for advertisements */
		put: {
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
					'application/json': components['schemas']['VideoBreaksForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoBreaks'];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/chapters': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the chapters of a video
		 * @description Players get them as WebVTT from `/media/{id}/chapters.vtt`.
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
						'application/json': components['schemas']['ChapterView'][];
					};
				};
			};
		};
		/**
		 * Set the chapters of a video
		 * @description In order, not overlapping, within the film. They stay as they are when the
		 *     upload is processed again.
		 */
		put: {
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
					'application/json': components['schemas']['ChaptersForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChapterView'][];
					};
				};
			};
		};
		post?: never;
		/** Put the chapters of the file back */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ChapterView'][];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/chat': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Read what was said while a video was recorded
		 * @description The chat beside the broadcast whose recording it is, the earliest message
		 *     first; empty for other videos. Messages that were deleted or held back are
		 *     left out. What was said while the encoder was away lies where the recording
		 *     goes on.
		 */
		get: {
			parameters: {
				query?: {
					/**
					 * @description From this position in the recording on, in milliseconds; its beginning
					 *     unless given.
					 */
					from_ms?: number;
					/** @description Before this position, in milliseconds; to the end unless given. */
					to_ms?: number;
					/** @description 200 unless given; at most as many as `CHAT_HISTORY_LIMIT` says. */
					limit?: number;
					/** @description From the `Link: …; rel="next"` of the page before. */
					cursor?: string;
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
						'application/json': components['schemas']['ReplayedMessageView'][];
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
	'/api/videos/{id}/comments': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the comments under a video
		 * @description Those that begin a thread; a pinned one comes first. `X-Total-Count` says
		 *     how many there are.
		 */
		get: {
			parameters: {
				query?: {
					/** @description `newest` (unless given), `oldest` or `top` (the most liked first). */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description From the `Link: …; rel="next"` of the page before. */
					cursor?: string;
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
						'application/json': components['schemas']['CommentView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Comment on a video
		 * @description What a rule finds may be refused (422, with the field and the reason) or held
		 *     until a moderator has read it (`state` is `held` then).
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
					'application/json': components['schemas']['CommentForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CommentView'];
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
	'/api/videos/{id}/community': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** See what people make of a video */
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
						'application/json': components['schemas']['FilmCommunity'];
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
	'/api/videos/{id}/credits': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get the credits of a video, in order */
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
						'application/json': components['schemas']['CreditView'][];
					};
				};
			};
		};
		/**
		 * Set the credits of a video
		 * @description These, in this order, instead of all that there were. Kept as a revision.
		 */
		put: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['CreditFields'][];
				};
			};
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['CreditView'][];
					};
				};
			};
		};
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/dislike': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/** Dislike a video */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ReactionView'];
					};
				};
			};
		};
		/** Take a dislike back */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ReactionView'];
					};
				};
			};
		};
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
						'text/event-stream': components['schemas']['ProcessingEvent'];
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
	'/api/videos/{id}/extras': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the extras of a video
		 * @description Trailers first. A video becomes an extra by its `extra_of`.
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
						'application/json': components['schemas']['VideoView'][];
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
	'/api/videos/{id}/keep': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Ask how long a recording stays
		 * @description For those who may change the video. Other videos stay until somebody deletes
		 *     them: `stream_id` is null.
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
						'application/json': components['schemas']['KeepView'];
					};
				};
			};
		};
		/**
		 * Keep a recording
		 * @description However long recordings stay otherwise. A video that is no recording is not
		 *     found.
		 */
		put: {
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
						'application/json': components['schemas']['KeepView'];
					};
				};
			};
		};
		post?: never;
		/**
		 * Let a recording go in time
		 * @description As soon as it has been there for as long as recordings stay, which may be at
		 *     once. A video that is no recording is not found.
		 */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['KeepView'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/like': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Like a video
		 * @description One person likes or dislikes a video once: again changes nothing, and the
		 *     one takes the other's place. Without account you are known by your browser.
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ReactionView'];
					};
				};
			};
		};
		/** Take a like back */
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
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ReactionView'];
					};
				};
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/notes': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get the notes of a video */
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
						'application/json': components['schemas']['NotesView'];
					};
				};
			};
		};
		/** Set the notes of a video */
		put: {
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
					'application/json': components['schemas']['NotesForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['NotesView'];
					};
				};
			};
		};
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
	'/api/videos/{id}/renditions/{rendition_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		/**
		 * Change what is said about an audio track
		 * @description Playlists and manifests say it at once.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					rendition_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['RenditionPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['RenditionView'];
					};
				};
			};
		};
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/review': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get your review of a video */
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
						'application/json': components['schemas']['ReviewView'];
					};
				};
			};
		};
		/**
		 * Review a video
		 * @description Your review takes the place of the one you wrote before.
		 */
		put: {
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
					'application/json': components['schemas']['ReviewForm'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['ReviewView'];
					};
				};
			};
		};
		post?: never;
		/** Delete your review of a video */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/reviews': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the reviews of a video
		 * @description `X-Total-Count` says how many everybody sees; what they come to is at
		 *     `/api/videos/{id}/community`.
		 */
		get: {
			parameters: {
				query?: {
					/** @description `newest` (unless given), `best` or `worst`. */
					sort?: string;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description From the `Link: …; rel="next"` of the page before. */
					cursor?: string;
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
						'application/json': components['schemas']['ReviewView'][];
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
	'/api/videos/{id}/revisions': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the edits of a video, the latest first */
		get: {
			parameters: {
				query?: {
					/** @description Only those before this number. */
					before?: number;
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
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
						'application/json': components['schemas']['RevisionView'][];
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
	'/api/videos/{id}/revisions/{n}/restore': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Go back to an earlier revision of a video
		 * @description Which is an edit of its own. Who may see the video stays as it is.
		 */
		post: {
			parameters: {
				query?: never;
				header?: {
					'if-match'?: string | null;
				};
				path: {
					id: string;
					n: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				200: {
					headers: {
						etag?: string;
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['VideoView'];
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
	'/api/videos/{id}/similar': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Find what goes with a video */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 50; 20 unless given. */
					limit?: number;
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
						'application/json': components['schemas']['RecommendedView'][];
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
	'/api/videos/{id}/subtitles': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** List the text tracks of a video */
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
						'application/json': components['schemas']['SubtitleView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Add a text track to a video
		 * @description It is made into WebVTT, keeps what styling that has, and is in playlists and
		 *     manifests at once.
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
					'multipart/form-data': components['schemas']['SubtitleForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['SubtitleView'];
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
	'/api/videos/{id}/subtitles/{subtitle_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Delete a text track */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					subtitle_id: string;
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
			};
		};
		options?: never;
		head?: never;
		/** Change what is said about a text track */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					subtitle_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/json': components['schemas']['SubtitlePatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['SubtitleView'];
					};
				};
			};
		};
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
			};
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/videos/{id}/unlock': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Open a video by its password
		 * @description It then stays open to this browser for twelve hours, or until the password
		 *     is changed. Guessing is slowed down.
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
					'application/json': components['schemas']['UnlockRequest'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['UnlockedView'];
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
	'/api/watchlist': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what you mean to watch
		 * @description The latest added first; what you may not see any more is left out. The list
		 *     belongs to your profile, or to your browser if you have not signed in.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Videos to skip. */
					offset?: number;
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
	'/api/watchlist/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		/**
		 * Put a video on your list
		 * @description One that is on it keeps its place.
		 */
		put: {
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
			};
		};
		post?: never;
		/** Take a video off your list */
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
			};
		};
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/api/webhooks': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List webhooks
		 * @description For administrators; the earliest first.
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
						'application/json': components['schemas']['WebhookView'][];
					};
				};
			};
		};
		put?: never;
		/**
		 * Make a webhook
		 * @description The secret that its messages are signed with is shown once, in this answer.
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
					'application/json': components['schemas']['WebhookForm'];
				};
			};
			responses: {
				201: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['WebhookView'];
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
	'/api/webhooks/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Get a webhook */
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
						'application/json': components['schemas']['WebhookView'];
					};
				};
			};
		};
		put?: never;
		post?: never;
		/**
		 * Delete a webhook
		 * @description With what was sent to it.
		 */
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
			};
		};
		options?: never;
		head?: never;
		/** Change a webhook */
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
					'application/json': components['schemas']['WebhookPatch'];
				};
			};
			responses: {
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/json': components['schemas']['WebhookView'];
					};
				};
			};
		};
		trace?: never;
	};
	'/api/webhooks/{id}/deliveries': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List what was sent to a webhook
		 * @description The latest first; of the last 30 days. `X-Total-Count` says how much there
		 *     is.
		 */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 200; 50 unless given. */
					limit?: number;
					/** @description Rows to skip. */
					offset?: number;
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
						'application/json': components['schemas']['DeliveryView'][];
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
	'/api/webhooks/{id}/deliveries/{delivery_id}/retry': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Send a message once more
		 * @description Now, and with all its attempts.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					delivery_id: string;
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
						'application/json': components['schemas']['DeliveryView'];
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
	'/api/webhooks/{id}/rotate': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Give a webhook another secret
		 * @description It is shown once, in this answer. For a day `webhook-signature` carries a signature with each of
		 *     both, the new one first and apart by a space, so that whoever verifies can change over at
		 *     leisure.
		 */
		post: {
			parameters: {
				query?: {
					/**
					 * @description Whether messages are signed with the secret before, too, for a day. They are, unless this is
					 *     `false`: for a secret that has come into wrong hands.
					 */
					keep_previous?: boolean;
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
						'application/json': components['schemas']['WebhookView'];
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
	'/api/webhooks/{id}/test': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Try a webhook
		 * @description Sends a message of type `webhook.test`, also to one that is switched off.
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
						'application/json': components['schemas']['DeliveryView'];
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
	'/artwork/{id}/{name}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get a picture in one of the fixed sizes
		 * @description Widths are 80, 160, 320, 480, 640, 960, 1280, 1920 and 2560; formats `avif`,
		 *     `webp` and `jpg`. A picture is never made larger than it came. Who may see
		 *     what it is of may see it; `image_…` (stills and posters of videos) works, too.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					id: string;
					/** @description Such as `640.webp` */
					name: string;
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
						'image/webp': number[];
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
	'/auto/{tuned}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Watch a channel as a transport stream
		 * @description One stream from what is on, as time goes by, without an end. Those that
		 *     everybody may watch.
		 */
		get: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					/** @description `v` and the number of the channel, such as `v7` */
					tuned: string;
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
						'video/mp2t': unknown;
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
	'/channels.m3u': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List channels as M3U
		 * @description Those that are not open to everybody have a permission of the caller's in
		 *     their address: keep the list to yourself.
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
						'audio/x-mpegurl': unknown;
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
	'/discover.json': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Say what tuner this is */
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
						'application/json': components['schemas']['TunerView'];
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
	'/embed/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The player alone, for frames on other sites
		 * @description Which sites may frame it is the setting `MATINEE_EMBED_SITES`. `?t=` says
		 *     where it begins (`90`, `1m30s`, `1:02:03`), `?autoplay=1` that it does so by
		 *     itself. What may not be watched is answered with a page that says so.
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
						'text/html': string;
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
	'/epg.xml': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Read the guide as XMLTV */
		get: {
			parameters: {
				query?: {
					/** @description 1 to 14 days; 3 unless given. */
					days?: number;
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
						'application/xml': unknown;
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
	'/feeds/mrss.xml': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The newest titles as Media RSS */
		get: {
			parameters: {
				query?: {
					/** @description `movie`, `episode`, … */
					type?: string;
					/** @description Exactly this genre. */
					genre?: string;
					/** @description With this tag. */
					tag?: string;
					/** @description 1 to 200; 50 unless given. */
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
						'application/rss+xml': string;
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
	'/feeds/roku.json': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The newest titles as Roku's feed */
		get: {
			parameters: {
				query?: {
					/** @description `movie`, `episode`, … */
					type?: string;
					/** @description Exactly this genre. */
					genre?: string;
					/** @description With this tag. */
					tag?: string;
					/** @description 1 to 200; 50 unless given. */
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
						'application/json': components['schemas']['RokuFeed'];
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
	'/feeds/rss.xml': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The newest titles as RSS 2.0 */
		get: {
			parameters: {
				query?: {
					/** @description `movie`, `episode`, … */
					type?: string;
					/** @description Exactly this genre. */
					genre?: string;
					/** @description With this tag. */
					tag?: string;
					/** @description 1 to 200; 50 unless given. */
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
						'application/rss+xml': string;
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
	'/lineup.json': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * List the channels of the tuner
		 * @description Those that everybody may watch.
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
						'application/json': components['schemas']['TunedView'][];
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
	'/lineup.post': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Look for channels
		 * @description Recorders ask for it when they are set up. There is nothing to look for:
		 *     `/lineup.json` is always as it is.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description It is done */
				200: {
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
	'/lineup_status.json': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Say how the tuner is doing */
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
						'application/json': components['schemas']['TunerStatusView'];
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
	'/media/channels/{channel_id}/manifest.mpd': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The MPEG-DASH manifest of a channel: a period for each slot; takes `from`, `until` and `shift` */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					channel_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The MPEG-DASH manifest of a channel: a period for each slot; takes `from`, `until` and `shift` */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/dash+xml': unknown;
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
	'/media/channels/{channel_id}/master.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS multivariant playlist of a channel; `from`, `until`, `shift` and `cues` go along to its playlists */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					channel_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS multivariant playlist of a channel; `from`, `until`, `shift` and `cues` go along to its playlists */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
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
	'/media/channels/{channel_id}/{kind}/{track}.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS media playlist of a rung (`video`), a language (`audio`, `subtitles`), or of the only sound (`audio/main.m3u8`) */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					channel_id: string;
					kind: string;
					track: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS media playlist of a rung (`video`), a language (`audio`, `subtitles`), or of the only sound (`audio/main.m3u8`) */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
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
	'/media/channels/{channel_id}/{video_id}/{rendition_id}/{segment}.m4s': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A segment of what a channel shows that is not open to everybody */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					channel_id: string;
					video_id: string;
					rendition_id: string;
					segment: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A segment of what a channel shows that is not open to everybody */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
						'audio/mp4': unknown;
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
	'/media/live/{stream_id}/manifest.mpd': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The low-latency DASH manifest of a broadcast */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The low-latency DASH manifest of a broadcast */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/dash+xml': unknown;
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
	'/media/live/{stream_id}/master.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The HLS multivariant playlist of a broadcast */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The HLS multivariant playlist of a broadcast */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
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
	'/media/live/{stream_id}/thumbnail.jpg': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A picture of a broadcast's last seconds, or of the last broadcast; with the `v` that the stream tells it never changes */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A picture of a broadcast's last seconds, or of the last broadcast; with the `v` that the stream tells it never changes */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'image/jpeg': unknown;
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
	'/media/live/{stream_id}/{track}/init-{run}.mp4': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The initialization segment of a run of a broadcast */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
					track: string;
					run: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The initialization segment of a run of a broadcast */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
						'audio/mp4': unknown;
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
	'/media/live/{stream_id}/{track}/media.m3u8': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** The Low-Latency HLS playlist of a broadcast's pictures (`video`) or sound (`audio`); takes `_HLS_msn`, `_HLS_part` and `_HLS_skip` */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
					track: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description The Low-Latency HLS playlist of a broadcast's pictures (`video`) or sound (`audio`); takes `_HLS_msn`, `_HLS_part` and `_HLS_skip` */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'application/vnd.apple.mpegurl': unknown;
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
	'/media/live/{stream_id}/{track}/{segment}.m4s': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A segment of a broadcast; of the one that comes, its parts as they come */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
					track: string;
					segment: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A segment of a broadcast; of the one that comes, its parts as they come */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
						'audio/mp4': unknown;
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
	'/media/live/{stream_id}/{track}/{segment}.{part}.m4s': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** A part of a segment; the one that comes next is waited for */
		get: {
			parameters: {
				query?: {
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
					track: string;
					segment: number;
					part: number;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description A part of a segment; the one that comes next is waited for */
				200: {
					headers: {
						[name: string]: unknown;
					};
					content: {
						'video/mp4': unknown;
						'audio/mp4': unknown;
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
						'audio/mp4': unknown;
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
						'audio/mp4': unknown;
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
						'audio/mp4': unknown;
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
						'audio/mp4': unknown;
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
	'/movie/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get a film
		 * @description Browsers, which ask for HTML, are led to the page on which it plays; everybody
		 *     else gets JSON.
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
						'application/json': components['schemas']['MovieView'];
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
	'/oembed': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** Find out how to embed a title (oEmbed) */
		get: {
			parameters: {
				query?: {
					/** @description The address of a title's page. */
					url?: string;
					/** @description In pixels. */
					maxwidth?: number;
					/** @description In pixels. */
					maxheight?: number;
					/** @description `json` (unless given) or `xml`. */
					format?: string;
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
						'application/json': components['schemas']['OembedView'];
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
	'/robots.txt': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/** What crawlers should leave alone */
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
						'text/plain': string;
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
	'/sitemap.xml': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * The sitemap: of all public titles, or of the sitemaps that list them
		 * @description Above 50,000 titles it leads to `/sitemap.xml?part=1`, `/sitemap.xml?part=2`, …: at the root,
		 *     since a sitemap may only list what lies beneath it.
		 */
		get: {
			parameters: {
				query?: {
					/** @description From 1; absent for the first address that crawlers ask for. */
					part?: number;
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
						'application/xml': string;
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
			};
		};
		put?: never;
		/**
		 * Report where the viewer is
		 * @description The latest report wins. It counts at once, and is written within 30 seconds.
		 *     A report also keeps the device's place among those on which the account
		 *     plays: 429 says that it has none, and which others play.
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
			responses: never;
		};
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/whep/sessions/{session}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/** Stop watching by WebRTC */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					session: string;
				};
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
		options?: never;
		head?: never;
		/**
		 * Say more of a viewer's addresses (trickle ICE)
		 * @description Taken and not needed: the server answers wherever the client calls from. ICE is not restarted
		 *     (`If-Match: *`): begin another session.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					session: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/trickle-ice-sdpfrag': string;
				};
			};
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		trace?: never;
	};
	'/whep/{stream_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Watch a stream by WebRTC (WHEP)
		 * @description The body is an offer (SDP) to receive H.264 with `packetization-mode=1`, Opus, or both. The
		 *     answer comes with the address of the session (`Location`): `DELETE` there ends it. Whoever may
		 *     watch may watch so, and counts as a viewer as long as they do. A broadcast with B-frames, or
		 *     with other pictures than H.264, cannot be watched so (406): see `whep_url` of the stream.
		 */
		post: {
			parameters: {
				query?: {
					/** @description A permission to watch, from `/api/streams/{id}/token` */
					token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/sdp': string;
				};
			};
			responses: {
				201: {
					headers: {
						/** @description The session's connection */
						ETag?: string;
						/** @description The session */
						Location?: string;
						[name: string]: unknown;
					};
					content: {
						'application/sdp': string;
					};
				};
			};
		};
		delete?: never;
		/** See what WHEP takes */
		options: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					stream_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description `Accept-Post` has the media type */
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
	'/whip': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Publish by WebRTC (WHIP), the stream key as a bearer token
		 * @description The body is an offer (SDP) of H.264 with `packetization-mode=1`, Opus, or both, which the
		 *     client sends. The answer comes with the address of the session (`Location`): `DELETE` there
		 *     ends the broadcast. A connection that is lost does not end it. Wrong keys are answered slowly.
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
					'application/sdp': string;
				};
			};
			responses: {
				201: {
					headers: {
						/** @description The session's connection */
						ETag?: string;
						/** @description The session */
						Location?: string;
						[name: string]: unknown;
					};
					content: {
						'application/sdp': string;
					};
				};
			};
		};
		delete?: never;
		/** See what WHIP takes */
		options: {
			parameters: {
				query?: never;
				header?: never;
				path?: never;
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description `Accept-Post` has the media type */
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
	'/whip/sessions/{session}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Stop publishing by WebRTC
		 * @description The broadcast ends.
		 */
		delete: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					session: string;
				};
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
		options?: never;
		head?: never;
		/**
		 * Say more of a publisher's addresses (trickle ICE)
		 * @description Taken and not needed: the server answers wherever the client calls from. ICE is not restarted
		 *     (`If-Match: *`): begin another session.
		 */
		patch: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					session: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/trickle-ice-sdpfrag': string;
				};
			};
			responses: {
				204: {
					headers: {
						[name: string]: unknown;
					};
					content?: never;
				};
			};
		};
		trace?: never;
	};
	'/whip/{stream_key}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Publish by WebRTC (WHIP), the stream key in the address
		 * @description For encoders that have a field for an address and none for a token.
		 */
		post: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					stream_key: string;
				};
				cookie?: never;
			};
			requestBody: {
				content: {
					'application/sdp': string;
				};
			};
			responses: {
				201: {
					headers: {
						/** @description The session's connection */
						ETag?: string;
						/** @description The session */
						Location?: string;
						[name: string]: unknown;
					};
					content: {
						'application/sdp': string;
					};
				};
			};
		};
		delete?: never;
		/** See what WHIP takes at the address with the key */
		options: {
			parameters: {
				query?: never;
				header?: never;
				path: {
					stream_key: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: {
				/** @description `Accept-Post` has the media type */
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
	'/ws/{stream_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Enter a stream's room
		 * @description A WebSocket of JSON texts. The server says `welcome`, `stream_started`,
		 *     `stream_ended`, `stream_updated`, `viewer_count_update`, `chat_message`,
		 *     `chat_message_updated`, `chat_message_deleted`, `chat_silenced`,
		 *     `question_asked`, `question_updated`, `question_deleted`, `poll_opened`,
		 *     `poll_results`, `poll_closed`, `poll_deleted`, `stage_updated`,
		 *     `quality_change`, `pong` and `error`; the client `ping`, `chat_message`,
		 *     `raise_hand`, `lower_hand` and `quality_change`. A session's cookie counts only from this site's own pages.
		 */
		get: {
			parameters: {
				query?: {
					/** @description A permission to watch, from `/api/streams/{id}/token`. */
					token?: string;
					/** @description A bearer token, for pages and programs that cannot send `Authorization`. */
					access_token?: string;
				};
				header?: never;
				path: {
					stream_id: string;
				};
				cookie?: never;
			};
			requestBody?: never;
			responses: never;
		};
		put?: never;
		post?: never;
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
		/** @description Whom a video is to be open to. What is left out is no rule. */
		AccessChange: {
			/** @description From then on it is as good as absent (RFC 3339). */
			expires_at?: string | null;
			/** @description The groups (`group_…`) that open it; needed by `groups`. */
			groups?: string[];
			/** @description Networks such as `10.0.0.0/8` from which it may be watched. */
			networks?: string[];
			/**
			 * @description A new password of 4 characters or more; the one there is stays if it is
			 *     left out.
			 */
			password?: string | null;
			/** @description Until then it is as good as absent (RFC 3339). */
			publish_at?: string | null;
			regions?: components['schemas']['RegionsView'] | null;
			/** @description `public`, `unlisted`, `members`, `groups`, `password` or `private`. */
			visibility: string;
		};
		/** @description Whom a video is open to. */
		AccessView: {
			/** @description From then on it is as good as absent (RFC 3339). */
			expires_at?: string | null;
			/** @description The groups (`group_…`) that open it, if the visibility is `groups`. */
			groups: string[];
			/** @description Whether it has a password. */
			has_password: boolean;
			/** @description Whether the visibility is `public`. */
			is_public: boolean;
			/** @description The networks from which it may be watched; all if empty. */
			networks: string[];
			/** @description Until then it is as good as absent (RFC 3339). */
			publish_at?: string | null;
			/**
			 * Format: int32
			 * @description The age from which its rating lets people watch it; null if nobody has
			 *     rated it.
			 */
			rating_level?: number | null;
			regions?: components['schemas']['RegionsView'] | null;
			/** @description `public`, `unlisted`, `members`, `groups`, `password` or `private`. */
			visibility: string;
		};
		/** @description A change of one's own account; an absent field stays. */
		AccountChange: {
			/** @description What others see; `null` takes it away. */
			display_name?: string | null;
			/** @description Another name to sign in with. */
			username?: string | null;
		};
		/** @description An account, as its owner and administrators see it. */
		AccountView: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description Whether it has been disabled. */
			disabled: boolean;
			/** @description When it was disabled (RFC 3339). */
			disabled_at?: string | null;
			/** @description What others see; the user name if there is none. */
			display_name?: string | null;
			/** @description Where mail goes; see `email_verified`. */
			email?: string | null;
			/** @description Whether its owner has shown that they read what goes there. */
			email_verified: boolean;
			/**
			 * @description Whether there is a password (there is none for somebody who came from
			 *     a provider).
			 */
			has_password: boolean;
			/** @description `user_…` */
			id: string;
			/** @description When they were last here, to some minutes (RFC 3339). */
			last_seen_at?: string | null;
			/** @description What they may keep and upload, where that is not what their role may. */
			quota: components['schemas']['QuotaFields'];
			/** @description `viewer`, `creator`, `moderator` or `administrator`. */
			role: string;
			/** @description Whether an authenticator's code is asked for as well. */
			two_factor: boolean;
			/** @description The name to sign in with. */
			username: string;
		};
		/** @description A break of a channel. */
		AdBreakView: {
			/** @description What is in it; slate is what is left. */
			ads: components['schemas']['AdView'][];
			/**
			 * Format: int32
			 * @description How long it is, in seconds.
			 */
			duration: number;
			/** @description When it ends. */
			end: string;
			/**
			 * Format: int64
			 * @description The media sequence number of its first segment.
			 */
			id: number;
			/** @description When it begins on the channel, RFC 3339. */
			start: string;
		};
		/** @description Breaks of a channel. */
		AdBreaksView: {
			/** @description Whether the channel ever has breaks that are decided: if not, nobody need ask again. */
			any: boolean;
			/** @description Those of the last 20 minutes, those that are on, and those that are about to begin. */
			breaks: components['schemas']['AdBreakView'][];
			/** @description Whether viewers may seek over them. */
			seekable: boolean;
			/** @description What time it is on the channel, RFC 3339. */
			server_time: string;
		};
		/** @description Something that has happened to an advertisement. */
		AdEvent: {
			/** @description What. */
			event: components['schemas']['AdEventKind'];
			/** @description The advertisement's token. */
			token: string;
		};
		/**
		 * @description What happens to advertisements.
		 * @enum {string}
		 */
		AdEventKind:
			| 'impression'
			| 'start'
			| 'first_quartile'
			| 'midpoint'
			| 'third_quartile'
			| 'complete'
			| 'skip'
			| 'click'
			| 'error';
		/** @description What a player tells. */
		AdEvents: {
			/** @description What has happened; 100 at most. */
			events: components['schemas']['AdEvent'][];
			/** @description One name for one viewing, 8 to 64 characters: what is told twice is counted once. */
			session: string;
			/** @description The same as `viewer` of `GET /api/ads/videos/{id}`, for whoever has no account. */
			viewer?: string | null;
		};
		/** @description What was made of it. */
		AdEventsTaken: {
			/** @description Counted now. */
			counted: number;
			/** @description Counted before. */
			known: number;
			/** @description With a token that is not good, or not any more. */
			refused: number;
		};
		/** @description What was seen of one. */
		AdFigures: {
			/** @description As players call it; of this server's own `creative_…`. */
			ad_id: string;
			/** @description How often each part of it was told of: `impression`, `start`, `first_quartile`, … */
			beacons: {
				[key: string]: number;
			};
			/**
			 * Format: double
			 * @description Of its impressions, the share that was seen to the end; null without any.
			 */
			completion_rate?: number | null;
			/** @description What it is called; the same where nothing better is known. */
			name: string;
			/**
			 * Format: int64
			 * @description Different viewers to whom it was shown, within a per cent or two.
			 */
			unique_viewers: number;
			/**
			 * Format: int64
			 * @description Impressions, by when the showing began.
			 */
			views: number;
			/**
			 * Format: double
			 * @description Seconds watched of it: of each showing the quarters that were passed. Null where nobody has
			 *     said how long it is.
			 */
			watch_time_seconds?: number | null;
		};
		/**
		 * @description Where advertisements stand.
		 * @enum {string}
		 */
		AdPlacement: 'channel' | 'preroll' | 'midroll' | 'postroll';
		/** @description Advertisements in a video. */
		AdPodView: {
			/** @description They. */
			ads: components['schemas']['AdView'][];
			/**
			 * Format: double
			 * @description When in the video, in seconds.
			 */
			at: number;
			/** @description Where they stand. */
			placement: components['schemas']['AdPlacement'];
		};
		/** @description What was shown, where, and what it pays. */
		AdReport: {
			/** @description From when on, RFC 3339. */
			from: string;
			/** @description One by one; those with most impressions first, days in order. */
			rows: components['schemas']['AdReportRow'][];
			/** @description Until when, RFC 3339. */
			to: string;
			/** @description All together. */
			totals: components['schemas']['AdReportFigures'];
		};
		/** @description Figures of advertisements. */
		AdReportFigures: {
			/**
			 * Format: int64
			 * @description Breaks that were decided.
			 */
			breaks: number;
			/**
			 * Format: int64
			 * @description How often somebody wanted to know more.
			 */
			clicks: number;
			/**
			 * Format: int64
			 * @description How often one was shown to its end.
			 */
			completes: number;
			/**
			 * Format: int64
			 * @description How often one could not be shown.
			 */
			errors: number;
			/**
			 * Format: double
			 * @description The share of them, from 0 to 1; null when there were none.
			 */
			fill_rate?: number | null;
			/**
			 * Format: int64
			 * @description The seconds of them that have advertisements.
			 */
			filled_seconds: number;
			/**
			 * Format: int64
			 * @description How often a quarter of one was shown.
			 */
			first_quartile: number;
			/**
			 * Format: int64
			 * @description How often an advertisement began to be shown.
			 */
			impressions: number;
			/**
			 * Format: int64
			 * @description How often half of one was shown.
			 */
			midpoint: number;
			/**
			 * Format: int64
			 * @description Their seconds.
			 */
			offered_seconds: number;
			/**
			 * Format: double
			 * @description What it pays, by the price of a thousand impressions when they were counted.
			 */
			revenue: number;
			/**
			 * Format: int64
			 * @description How often three quarters of one were shown.
			 */
			third_quartile: number;
		};
		/** @description A row of a report. */
		AdReportRow: components['schemas']['AdReportFigures'] & {
			/** @description `campaign_…`, `adserver_…`, `channel_…`, `video_…`, `creative_…`, or a date. */
			id: string;
			/** @description What it is called; its identifier once it is gone. */
			name: string;
		};
		/**
		 * @description Where advertisements stand in videos, and who sees none. Those of channels stand in the channels'
		 *     own definitions.
		 */
		AdRules: {
			/**
			 * Format: int32
			 * @description About every so many minutes, at the nearest chapter.
			 */
			midroll_minutes: number;
			/**
			 * Format: int32
			 * @description Seconds of them within a video, each time; none when 0.
			 */
			midroll_seconds: number;
			/**
			 * Format: int32
			 * @description Seconds of them after a video; none when 0.
			 */
			postroll_seconds: number;
			/**
			 * Format: int32
			 * @description Seconds of advertisements before a video; none when 0.
			 */
			preroll_seconds: number;
			/** @description Whether viewers may seek over advertisements. */
			seekable: boolean;
			/** @description Whether whoever watches under a child's profile sees none, on channels neither. */
			spare_children?: boolean;
			/** @description The groups (`group_…`) whose members see none, on channels neither. */
			spare_groups?: string[];
			/**
			 * Format: int32
			 * @description Videos shorter than so many minutes are not broken.
			 */
			unbroken_minutes: number;
		};
		/** @description An ad server to be added, or as it is to be. */
		AdServerBody: {
			/** @description Whether it is asked; it is, unless given. */
			active?: boolean | null;
			/** @description On which channels (`channel_…`); on all, if empty. */
			channels?: string[];
			/**
			 * Format: double
			 * @description What a thousand impressions pay; nothing unless given.
			 */
			cpm?: number;
			/** @description What it is called. */
			name: string;
			/** @description Where; everywhere, if empty. */
			placements?: components['schemas']['AdPlacement'][];
			/**
			 * Format: int32
			 * @description Lower ones are asked first; 10 unless given.
			 */
			priority?: number | null;
			/** @description Whether this server fires its beacons, rather than players. */
			server_side_beacons?: boolean;
			/**
			 * Format: int32
			 * @description How long it may take, in milliseconds; 1500 unless given. All of them together have three
			 *     seconds.
			 */
			timeout_ms?: number | null;
			/**
			 * @description Its tag: an address on the open internet (or in what `MATINEE_WEBHOOK_ALLOW` names) that
			 *     answers with VAST or VMAP. `[MACRO]` and `%%MACRO%%` are filled in.
			 */
			url: string;
		};
		/** @description What an ad server answers. */
		AdServerTest: {
			/** @description The advertisements that could be shown now. */
			ads: components['schemas']['AdServerTestAd'][];
			/** @description Why there are none. */
			error?: string | null;
		};
		/** @description An advertisement that could be shown. */
		AdServerTestAd: {
			/** @description Whose it is. */
			advertiser: string;
			/**
			 * Format: int32
			 * @description How long it is, in seconds.
			 */
			duration: number;
			/** @description What it is called. */
			title: string;
		};
		/** @description An ad server. */
		AdServerView: {
			/** @description Whether it is asked. */
			active: boolean;
			/** @description On which channels; on all, if empty. */
			channels: string[];
			/**
			 * Format: double
			 * @description What a thousand impressions pay.
			 */
			cpm: number;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `adserver_…` */
			id: string;
			/** @description Why it last gave nothing. */
			last_error?: string | null;
			/** @description When that was, RFC 3339. */
			last_error_at?: string | null;
			/** @description When it last gave something, RFC 3339. */
			last_ok_at?: string | null;
			/** @description What it is called. */
			name: string;
			/** @description Where; everywhere, if empty. */
			placements: components['schemas']['AdPlacement'][];
			/**
			 * Format: int32
			 * @description Lower ones are asked first, all of them before campaigns.
			 */
			priority: number;
			/** @description Whether this server fires its beacons, rather than players. */
			server_side_beacons: boolean;
			/**
			 * Format: int32
			 * @description How long it may take, in milliseconds.
			 */
			timeout_ms: number;
			/** @description RFC 3339. */
			updated_at: string;
			/** @description Its tag: an address that answers with VAST or VMAP, with macros. */
			url: string;
		};
		/** @description An advertisement, as its player needs to know it. */
		AdView: {
			/** @description Whose it is. */
			advertiser: string;
			/** @description Where a click leads. */
			click_url?: string | null;
			/**
			 * Format: int32
			 * @description How long it is, in seconds.
			 */
			duration: number;
			/** @description Its own address. */
			hls_url: string;
			/**
			 * Format: int32
			 * @description When it begins, in seconds from the beginning of its break.
			 */
			offset: number;
			/** @description What it is called. */
			title: string;
			/** @description What is told of it bears this. */
			token: string;
			/**
			 * @description Addresses that the player fetches when something happens, by the names of
			 *     `POST /api/ads/events`.
			 */
			tracking: {
				[key: string]: string[];
			};
		};
		/** @description What was seen of advertisements. */
		AdsReport: {
			/** @description At most 200, the most seen first. */
			ads: components['schemas']['AdFigures'][];
			/** @description The beginning (RFC 3339). */
			from: string;
			/** @description `hour` or `day`: how the series goes. */
			interval: string;
			/**
			 * @description Of the one that was asked for by its `ad_id`, hour by hour or day by day, by when showings
			 *     of it began: `plays` are showings, `views` impressions. Empty without.
			 */
			series: components['schemas']['PointView'][];
			/** @description The end. */
			to: string;
		};
		/** @description A programme that an edit adds or takes away. */
		AiringChange: {
			/** @description Whether it comes; otherwise it goes. */
			added: boolean;
			/**
			 * Format: double
			 * @description How long it lasts without breaks, in seconds.
			 */
			duration: number;
			/** @description When it begins, RFC 3339. */
			start: string;
			/** @description What it is called. */
			title: string;
			/** @description The video. */
			video_id?: string | null;
		};
		/** @description What airs, from its beginning to its end with the breaks within. */
		AiringView: {
			/** @description A few sentences. */
			description?: string | null;
			/**
			 * Format: double
			 * @description How long it lasts, in seconds.
			 */
			duration: number;
			/** @description When it ends, RFC 3339. */
			end: string;
			/**
			 * Format: int32
			 * @description Its number in the season.
			 */
			episode?: number | null;
			/** @description Its genres. */
			genres: string[];
			/** @description Names the airing: sixteen hexadecimal digits. */
			id: string;
			/** @description Its picture. */
			image_url?: string | null;
			/** @description `programme`, `live`, or `filler`: everything between those. */
			kind: string;
			/** @description Its age rating, such as `PG-13`. */
			rating?: string | null;
			/**
			 * Format: int32
			 * @description The season of its show.
			 */
			season?: number | null;
			/** @description The show that it belongs to. */
			show?: string | null;
			/** @description When it begins, RFC 3339. */
			start: string;
			/** @description The stream whose broadcast it is. */
			stream_id?: string | null;
			/** @description What it is called; may be empty between programmes. */
			title: string;
			/** @description `movie`, `episode`, … */
			type: string;
			/** @description The video; null for a broadcast, and where there is only a still picture. */
			video_id?: string | null;
			/**
			 * Format: int32
			 * @description The year of its release.
			 */
			year?: number | null;
		};
		/** @description What a person did in a title. */
		AppearanceView: {
			/** @description Whom they play, or what exactly they did. */
			character?: string | null;
			/** @description `actor`, `director`, … */
			role: string;
			show?: components['schemas']['ShowView'] | null;
			video?: components['schemas']['VideoView'] | null;
		};
		/** @description Which picture is shown. */
		ArtworkChoice: {
			/** @description `true`: show this one of its kind. */
			is_primary: boolean;
		};
		/**
		 * @description A picture in a form. The same fields may stand in the query instead, and the
		 *     picture alone in the body.
		 */
		ArtworkForm: {
			/**
			 * Format: binary
			 * @description JPEG, PNG or WebP, up to 20 MiB.
			 */
			file: string;
			/** @description `poster`, `backdrop`, `logo`, `banner`, `still`; of a person `avatar`. */
			kind?: string | null;
			/** @description The language of the words on it. */
			language?: string | null;
			/** @description Whether it is to be the one that is shown. */
			primary?: boolean | null;
			/**
			 * Format: int32
			 * @description Of which season of a show.
			 */
			season_number?: number | null;
		};
		/** @description A picture. */
		ArtworkView: {
			/**
			 * Format: int32
			 * @description As it came, in pixels.
			 */
			height: number;
			/** @description `artwork_…` */
			id: string;
			/** @description Whether it is the one of its kind that is shown. */
			is_primary: boolean;
			/** @description `poster`, `backdrop`, `logo`, `banner`, `still` or `avatar`. */
			kind: string;
			/** @description The language of the words on it (BCP 47). */
			language?: string | null;
			/** @description Where it came from: `upload`, `file` or a provider's name. */
			origin: string;
			/**
			 * Format: int32
			 * @description Of which season of a show; none for the show itself.
			 */
			season_number?: number | null;
			/**
			 * @description In a middling size. Put any of the fixed widths and `avif`, `webp` or
			 *     `jpg` in: `/artwork/{id}/{width}.{format}`.
			 */
			url: string;
			/**
			 * Format: int32
			 * @description As it came, in pixels.
			 */
			width: number;
		};
		/** @description What was aired. */
		AsRunView: {
			/** @description `channel_…` */
			channel_id: string;
			/** @description From when on, RFC 3339. */
			from: string;
			/** @description Segment by segment what was shown, without gap or overlap. */
			slots: components['schemas']['SlotView'][];
			/** @description Until when, RFC 3339. */
			to: string;
		};
		/** @description Who the audience is, and what they saw. */
		AudienceView: {
			/** @description Two letters each, where a proxy tells. */
			countries: components['schemas']['ShareView'][];
			/** @description `desktop`, `mobile`, `tablet`, `tv`, `other`. */
			devices: components['schemas']['ShareView'][];
			/** @description Rungs, such as `1080p`. */
			qualities: components['schemas']['ShareView'][];
			/** @description Hosts that led here, `direct`, `internal`. */
			referrers: components['schemas']['ShareView'][];
		};
		/** @description An audio track. */
		AudioForm: {
			/**
			 * Format: binary
			 * @description Sound in any of the usual forms, alone or with pictures, which are left out. It begins
			 *     with the film, and is cut or filled up with silence to its length.
			 */
			file: string;
			/** @description Whether players choose it unless told otherwise; no other one is then. */
			is_default?: boolean | null;
			/** @description What a person sees in a menu; as the file says if it is left out. */
			label?: string | null;
			/** @description A language tag (BCP 47) such as `en` or `pt-BR`; as the file says if it is left out. */
			language?: string | null;
			/** @description What it is for: `dub`, `original`, `commentary`, `description` (for the blind) or `music`. */
			role?: string | null;
		};
		/** @description An audio track that is being made. */
		AudioTrackView: {
			/** @description Whether players are going to choose it unless told otherwise. */
			is_default: boolean;
			/** @description What a person sees in a menu, if it was given. */
			label?: string | null;
			/** @description BCP 47, if it was given. */
			language?: string | null;
			/** @description `rendition_…`: what it is going to be. */
			rendition_id: string;
			/** @description What it is for. */
			role?: string | null;
			/** @description The video. */
			video_id: string;
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
			detail?: Record<string, never> | null;
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
		/** @description Who wrote something. */
		AuthorView: {
			/** @description `user_…`; null for somebody without account. */
			id?: string | null;
			/** @description The name that they had when they wrote it. */
			name: string;
		};
		/** @description A video that somebody has begun, and where they are. */
		Begun: {
			/** @description The video. */
			movie: components['schemas']['VideoView'];
			/** @description Where they are. */
			progress: components['schemas']['ProgressView'];
		};
		/** @description Values, or the videos that have one. */
		BrowseView: components['schemas']['ValueView'][] | components['schemas']['VideoView'][];
		/** @description One change of many videos. */
		BulkFields: {
			/** @description Tags to add to those that each video has. */
			add_tags?: string[] | null;
			/** @description 1 to 500 videos. */
			ids: string[];
			patch?: components['schemas']['VideoPatch'] | null;
			/** @description Tags to take away. */
			remove_tags?: string[] | null;
		};
		/** @description What has become of it. */
		BulkOutcome: {
			/** @description The videos as they are now, in the order asked for. */
			videos: components['schemas']['VideoView'][];
		};
		/** @description A campaign to be made, or as it is to be. */
		CampaignBody: {
			/** @description Whether it is shown; it is, unless given. */
			active?: boolean | null;
			/** @description Whose it is. */
			advertiser?: string;
			/** @description What it advertises. */
			category?: string;
			/** @description On which channels (`channel_…`); on all, if empty. */
			channels?: string[];
			/**
			 * Format: double
			 * @description What a thousand impressions pay; nothing unless given.
			 */
			cpm?: number;
			/** @description Until when, RFC 3339. */
			ends_at?: string | null;
			/**
			 * Format: int64
			 * @description After so many impressions it is over.
			 */
			goal?: number | null;
			/**
			 * Format: int32
			 * @description How often an hour on one channel.
			 */
			hourly_cap?: number | null;
			/** @description What it is called. */
			name: string;
			/** @description Where; everywhere, if empty. */
			placements?: components['schemas']['AdPlacement'][];
			/** @description Since when, RFC 3339. */
			starts_at?: string | null;
			/**
			 * Format: int32
			 * @description How often a day for one viewer of videos.
			 */
			viewer_cap?: number | null;
			/**
			 * Format: int32
			 * @description How often it is chosen, beside others; 10 unless given.
			 */
			weight?: number | null;
		};
		/** @description A campaign. */
		CampaignView: {
			/** @description Whether it is shown. */
			active: boolean;
			/** @description Whose it is; no two of one advertiser stand in a break. */
			advertiser: string;
			/** @description What it advertises; no two of one category stand next to each other. */
			category: string;
			/** @description On which channels (`channel_…`); on all, if empty. */
			channels: string[];
			/**
			 * Format: double
			 * @description What a thousand impressions pay.
			 */
			cpm: number;
			/** @description RFC 3339. */
			created_at: string;
			/** @description What is shown. */
			creatives: components['schemas']['CreativeView'][];
			/** @description Until when, RFC 3339. */
			ends_at?: string | null;
			/**
			 * Format: int64
			 * @description After so many impressions it is over.
			 */
			goal?: number | null;
			/**
			 * Format: int32
			 * @description How often an hour on one channel.
			 */
			hourly_cap?: number | null;
			/** @description `campaign_…` */
			id: string;
			/** @description What it is called. */
			name: string;
			/** @description Where; everywhere, if empty. */
			placements: components['schemas']['AdPlacement'][];
			/** @description Since when, RFC 3339. */
			starts_at?: string | null;
			/** @description RFC 3339. */
			updated_at: string;
			/**
			 * Format: int32
			 * @description How often a day for one viewer of videos.
			 */
			viewer_cap?: number | null;
			/**
			 * Format: int32
			 * @description How often it is chosen, beside others.
			 */
			weight: number;
		};
		/** @description A title over there. */
		CandidateView: {
			/** @description Its id there. */
			external_id: string;
			/** @description The title where it comes from. */
			original_title?: string | null;
			/** @description What it is about. */
			overview: string;
			/** @description A picture of it over there. */
			poster_url?: string | null;
			/**
			 * Format: double
			 * @description How well it fits, from 0 to 1.
			 */
			score: number;
			/** @description Its title. */
			title: string;
			/**
			 * Format: int32
			 * @description The year of the first showing.
			 */
			year?: number | null;
		};
		/** @description What was looked for, and what was found. */
		Candidates: {
			/** @description The best first. */
			candidates: components['schemas']['CandidateView'][];
			/**
			 * Format: int32
			 * @description Of an episode, its number.
			 */
			episode_number?: number | null;
			/** @description `movie` or `show`. */
			kind: string;
			/** @description The database. */
			provider: string;
			/** @description What was looked for. */
			query: string;
			/**
			 * Format: int32
			 * @description Of an episode, its season.
			 */
			season_number?: number | null;
			/**
			 * Format: int32
			 * @description The year that was looked for.
			 */
			year?: number | null;
		};
		/** @description A title as rows show it: a part of `VideoView`, under the same names. */
		CardView: {
			/** @description A wide picture for behind its words, if somebody gave it one. */
			backdrop_url?: string | null;
			/** @description `movie`, `episode`, … */
			content_type?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/** @description Plain text, cut short. */
			description: string;
			/**
			 * Format: int64
			 * @description In whole seconds.
			 */
			duration?: number | null;
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
			/**
			 * Format: int32
			 * @description The last episode, of a file that holds several.
			 */
			episode_number_end?: number | null;
			/** @description Such as `Action`. */
			genre?: string | null;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			height?: number | null;
			/** @description The HLS multivariant playlist. */
			hls_url?: string | null;
			/** @description `video_…` */
			id: string;
			/** @description Whether it can be watched. */
			is_processed: boolean;
			/** @description Whether anybody may watch it. */
			is_public: boolean;
			/** @description Its poster, if somebody gave it one; else the same. */
			poster_url?: string | null;
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
			/** @description WebVTT with pictures for scrubbing. */
			storyboard_url?: string | null;
			/** @description One progressive MP4. */
			stream_url?: string | null;
			/** @description Free words. */
			tags: string[];
			/** @description A picture that stands for it. */
			thumbnail_url?: string | null;
			/** @description Its name. */
			title: string;
			/**
			 * Format: int64
			 * @description Views so far.
			 */
			view_count: number;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			width?: number | null;
		};
		/** @description What somebody has reported. */
		CaseReport: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description In their words; may be empty. */
			details: string;
			/** @description `report_…` */
			id: string;
			/** @description `spam`, `abuse`, … */
			reason: string;
			/** @description The account that reported; null for somebody without account. */
			reporter_id?: string | null;
		};
		/** @description Something that a moderator is to look at. */
		CaseView: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description RFC 3339. */
			decided_at?: string | null;
			/** @description The account that decided. */
			decided_by?: string | null;
			/** @description `approve`, `hold`, `remove` or `dismiss`: what was decided last. */
			decision?: string | null;
			/** @description What rules have found. */
			findings: components['schemas']['FindingView'][];
			/** @description `case_…` */
			id: string;
			/** @description The moderator's words. */
			note?: string | null;
			/**
			 * Format: int32
			 * @description How many people have reported it.
			 */
			report_count: number;
			/** @description The latest reports. */
			reports: components['schemas']['CaseReport'][];
			/** @description `open`, `decided`, or `closed` (what it was about is gone). */
			state: string;
			/** @description What it is about. */
			subject: components['schemas']['SubjectView'];
			/** @description RFC 3339. */
			updated_at: string;
		};
		/** @description A field that an edit has changed. */
		ChangeView: {
			/** @description What it became. */
			after: unknown;
			/** @description What it was. */
			before: unknown;
			/** @description The field. */
			field: string;
		};
		/** @description The addresses of a stream. */
		ChannelAddresses: {
			/** @description The DASH manifest. */
			dash_url: string;
			/** @description The HLS multivariant playlist. */
			hls_url: string;
		};
		/**
		 * @description A channel's definition. The least is `{"number": 1, "name": "Comedy",
		 *     "rules": {"tags": ["comedy"]}}`.
		 */
		ChannelForm: {
			/** @description Advertisement breaks. */
			ads?: Record<string, never> | null;
			/** @description What leads into a break and out of it. */
			bumpers?: Record<string, never> | null;
			/**
			 * Format: int32
			 * @description How many minutes viewers may go back.
			 */
			dvr_minutes?: number | null;
			/** @description What begins at a fixed time and is shown once. */
			events?: Record<string, never>[] | null;
			/** @description Short items until a fixed time. */
			filler?: Record<string, never> | null;
			/**
			 * @description Codecs, ladder, target duration, languages: the form of everything it
			 *     shows. It never changes.
			 */
			format?: Record<string, never> | null;
			/** @description The groups (`group_…`) that open it; needed by `groups`. */
			groups?: string[] | null;
			/** @description What tells which channel it is. */
			idents?: Record<string, never> | null;
			/** @description BCP 47. */
			language?: string | null;
			/** @description Named collections. */
			lists?: Record<string, never> | null;
			/** @description A path or an address. */
			logo?: string | null;
			/** @description 1 to 100 characters. */
			name: string;
			/**
			 * Format: int32
			 * @description What viewers type, from 1 to 9999.
			 */
			number: number;
			/** @description A password of 4 characters or more; needed by `password`. */
			password?: string | null;
			/**
			 * @description Blocks by time of day, day of the week and date, of `rules`, `items`,
			 *     `shows`, `playlists` (in their order) and `lists`.
			 */
			programme?: Record<string, never>[] | null;
			/**
			 * @description The rating that children's profiles go by. With one nothing is shown
			 *     that is rated higher.
			 */
			rating?: string | null;
			/**
			 * @description What it shows when no block says otherwise: `tags`, `genres`, `types`,
			 *     `shows`, `ratings`, `people`, `sets` (collections), `items`, `search`
			 *     (words, `"phrases"`, `-words`), `year`, `minutes`, `all`, `any`, `not`.
			 */
			rules?: Record<string, never> | null;
			/**
			 * Format: int64
			 * @description Another number is another shuffle.
			 */
			seed?: number | null;
			/** @description The video that is shown where there is nothing else. */
			slate?: string | null;
			/** @description Small letters, digits and hyphens, with a letter. */
			slug?: string | null;
			/** @description The IANA name of the zone of its days and times; UTC unless given. */
			time_zone?: string | null;
			/**
			 * @description `public` (unless given), `unlisted`, `members`, `groups`, `password` or
			 *     `private`.
			 */
			visibility?: string | null;
			/** @description When items for grown-ups may be shown. */
			watershed?: Record<string, never> | null;
		};
		/** @description What was watched on a channel. */
		ChannelItem: {
			/**
			 * Format: int64
			 * @description Plays of the channel that came by it.
			 */
			plays: number;
			/** @description `video_…` or `stream_…`. */
			subject_id: string;
			/** @description Its name; the id of what is gone. */
			title: string;
			/**
			 * Format: int64
			 * @description Of these, those that watched half a minute of it.
			 */
			views: number;
			/**
			 * Format: double
			 * @description Seconds watched.
			 */
			watch_time_seconds: number;
		};
		/** @description A channel as guides name it. */
		ChannelName: {
			/** @description `channel_…` */
			id: string;
			/** @description Its picture. */
			logo_url?: string | null;
			/** @description What it is called. */
			name: string;
			/**
			 * Format: int32
			 * @description What viewers type.
			 */
			number: number;
			/** @description Its name in addresses. */
			slug?: string | null;
			/** @description The IANA name of the zone of its days. */
			time_zone: string;
		};
		/** @description What is on a channel, and where it is played. */
		ChannelPlay: {
			/** @description The oldest instant that can still be asked for, RFC 3339. */
			catch_up_from: string;
			/** @description The channel. */
			channel: components['schemas']['ChannelView'];
			/** @description The DASH manifest; takes the same. */
			dash_url: string;
			/** @description When the oldest one begins, RFC 3339. */
			dvr_start?: string | null;
			/** @description Until when it is good, RFC 3339. */
			expires_at?: string | null;
			/**
			 * Format: int64
			 * @description How many seconds that is from now.
			 */
			expires_in?: number | null;
			/**
			 * @description The HLS multivariant playlist. `from=` and `until=` (instants) ask for
			 *     what was aired then, `shift=` (seconds) for the feed of so much earlier,
			 *     `cues=marked` for marks at advertisement breaks.
			 */
			hls_url: string;
			/** @description When the newest segment that is listed ends, RFC 3339. */
			live_edge?: string | null;
			/** @description The list of all channels. */
			m3u_url: string;
			next?: components['schemas']['AiringView'] | null;
			now?: components['schemas']['NowView'] | null;
			/** @description What time it is on the channel, RFC 3339. */
			server_time: string;
			start_over?: components['schemas']['ChannelAddresses'] | null;
			/** @description What the addresses bear as `?token=`; null if they need none. */
			token?: string | null;
			/** @description MPEG-TS over HTTP, for set-top boxes; null unless everybody may watch. */
			ts_url?: string | null;
		};
		/** @description That a channel is open. */
		ChannelUnlocked: {
			/** @description `channel_…` */
			channel_id: string;
			/** @description Until when it is good (RFC 3339). */
			expires_at: string;
			/**
			 * @description What a program sends as `Matinee-Unlock: {channel_id}={proof}`; browsers
			 *     keep it in a cookie.
			 */
			proof: string;
		};
		/** @description A channel. */
		ChannelView: {
			/** @description When it went on the air, RFC 3339. */
			begins_at: string;
			/** @description Whether you may change it. */
			can_edit: boolean;
			/** @description When it was made, RFC 3339. */
			created_at: string;
			/** @description The DASH manifest, as `hls_url`. */
			dash_url: string;
			/**
			 * @description The definition as it was last written; only when you may change it, and
			 *     not in lists.
			 */
			definition?: Record<string, never> | null;
			/**
			 * Format: int32
			 * @description How many seconds the live playlist goes back.
			 */
			dvr_seconds: number;
			/**
			 * @description The HLS multivariant playlist. Unless the channel is public it needs a
			 *     token: see `/api/channel/play/{channel}`.
			 */
			hls_url: string;
			/** @description `channel_…` */
			id: string;
			/** @description Whether the visibility is `public`. */
			is_public: boolean;
			/** @description BCP 47. */
			language?: string | null;
			/** @description Its picture. */
			logo_url?: string | null;
			/** @description What it is called. */
			name: string;
			next?: components['schemas']['AiringView'] | null;
			now?: components['schemas']['NowView'] | null;
			/**
			 * Format: int32
			 * @description What viewers type, from 1 to 9999.
			 */
			number: number;
			/** @description The account that owns it. */
			owner_id?: string | null;
			/** @description The rating that children's profiles go by. */
			rating?: string | null;
			/** @description Its name in addresses; null if its number does. */
			slug?: string | null;
			/** @description The IANA name of the zone of its days. */
			time_zone: string;
			upcoming?: components['schemas']['UpcomingView'] | null;
			/** @description When it was last changed, RFC 3339. */
			updated_at: string;
			/**
			 * Format: int32
			 * @description The number of the edit of the programme that is on.
			 */
			version: number;
			/** @description `public`, `unlisted`, `members`, `groups`, `password` or `private`. */
			visibility: string;
			/**
			 * @description What its operator should know now; only when you may change it, and not
			 *     in lists.
			 */
			warnings?: components['schemas']['WarningView'][] | null;
		};
		/** @description A chapter. */
		ChapterForm: {
			/**
			 * Format: int64
			 * @description In milliseconds; where the next one begins, or the film ends, unless given.
			 */
			end_ms?: number | null;
			/**
			 * Format: int64
			 * @description In milliseconds from the beginning.
			 */
			start_ms: number;
			/** @description Up to 255 characters. */
			title?: string;
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
		/** @description All chapters: the list itself, or under a name. */
		ChaptersForm:
			| components['schemas']['ChapterForm'][]
			| {
					/** @description The list. */
					chapters: components['schemas']['ChapterForm'][];
			  };
		/** @description Who is to be kept from writing. */
		ChatBanForm: {
			/** @description Whether what they have written goes, too. */
			delete_messages?: boolean;
			/** @description The author of this message. */
			message_id: string;
			/** @description Why, in words. */
			reason?: string;
			/**
			 * Format: int64
			 * @description For so many seconds, at most a year; for ever if null.
			 */
			seconds?: number | null;
		};
		/** @description Somebody who may not write in a stream's chat. */
		ChatBanView: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description `ban_…` */
			id: string;
			/** @description Why, in words; may be empty. */
			reason: string;
			/** @description `stream_…` */
			stream_id: string;
			/** @description Until when, RFC 3339; null for ever. */
			until?: string | null;
			/** @description `user_…`; null for somebody without account. */
			user_id?: string | null;
			/** @description The name that they had. */
			username: string;
		};
		/** @description What somebody says. */
		ChatForm: {
			/** @description Plain text, at most as long as `MAX_CHAT_MESSAGE_LENGTH` says. */
			message: string;
			/** @description The message that it answers. */
			reply_to?: string | null;
			/**
			 * @description Taken from older clients and not believed: who asks is known by their
			 *     credentials.
			 */
			user_id?: string | null;
			/** @description The name of somebody without account; others have their own. */
			username?: string | null;
		};
		/**
		 * @description Who may write in a stream's chat, of those who may watch it.
		 * @enum {string}
		 */
		ChatFromView: 'everybody' | 'signed_in' | 'moderators' | 'nobody';
		/** @description A message beside a stream. */
		ChatMessageView: {
			/**
			 * @description What its author is to the stream: `streamer`, `administrator`,
			 *     `moderator`, `member`, or `guest` (without account).
			 */
			badge: string;
			/** @description `msg_…` */
			id: string;
			/** @description Always false: what is deleted is not told any more. */
			is_deleted: boolean;
			/** @description Plain text, as typed: show it as text. */
			message: string;
			/** @description Whether it stands above the others. */
			pinned: boolean;
			reply_to?: components['schemas']['QuotedMessageView'] | null;
			/**
			 * @description `visible`; `held` (you see it because it is yours, or because you look
			 *     after the chat).
			 */
			state: string;
			/** @description `stream_…` */
			stream_id: string;
			/** @description When it was written, RFC 3339. */
			timestamp: string;
			/** @description `user_…`; null for somebody without account. */
			user_id?: string | null;
			/** @description The name that they had when they wrote it. */
			username: string;
		};
		/** @description A change of a message: an absent field stays. */
		ChatPatch: {
			/** @description `true` lets a held message be seen. */
			approve?: boolean;
			/** @description Whether it stands above the others. */
			pinned?: boolean | null;
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
		/** @description Which stretch of a broadcast becomes a video. */
		ClipForm: {
			/**
			 * Format: int64
			 * @description Where it begins, in milliseconds since the stream's `started_at`.
			 * @default null
			 */
			from_ms?: number | null;
			/**
			 * Format: int32
			 * @description Instead of both: the last so many seconds; 30 if nothing is said.
			 * @default null
			 */
			last_seconds?: number | null;
			/**
			 * @description 1 to 255 characters; without it, it is called as the stream is.
			 * @default null
			 */
			title?: string | null;
			/**
			 * Format: int64
			 * @description Where it ends, in milliseconds since the stream's `started_at`.
			 * @default null
			 */
			to_ms?: number | null;
		};
		/** @description What is said about a collection: an absent field stays, `null` clears it. */
		CollectionFields: {
			overview?: string | null;
			sort_title?: string | null;
			title?: string | null;
		};
		/** @description A title in a collection. */
		CollectionItemView: {
			show?: components['schemas']['ShowView'] | null;
			video?: components['schemas']['VideoView'] | null;
		};
		/** @description A collection. */
		CollectionView: {
			/** @description The pictures that people chose for it. */
			artwork: components['schemas']['ArtworkView'][];
			/** @description A picture to put behind it. */
			backdrop_url?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `collection_…` */
			id: string;
			/** @description Plain text; may be empty. */
			overview: string;
			/** @description A picture that stands for it. */
			poster_url?: string | null;
			/**
			 * Format: int64
			 * @description The number of the last edit.
			 */
			revision: number;
			/** @description What it is sorted by instead of its title. */
			sort_title?: string | null;
			/** @description Its name. */
			title: string;
			/** @description RFC 3339. */
			updated_at: string;
		};
		/** @description A collection with its titles that you may see, in order. */
		CollectionWhole: components['schemas']['CollectionView'] & {
			/** @description Its titles. */
			items: components['schemas']['CollectionItemView'][];
		};
		/** @description What somebody says. */
		CommentForm: {
			/**
			 * Format: int64
			 * @description The instant of the film that it speaks of, in milliseconds.
			 */
			at_ms?: number | null;
			/** @description Plain text, 1 to 4000 characters. */
			body: string;
			/** @description The comment that it answers. */
			parent_id?: string | null;
		};
		/** @description Likes of a comment. */
		CommentLikes: {
			/** @description `comment_…` */
			id: string;
			/**
			 * Format: int64
			 * @description Likes of all.
			 */
			like_count: number;
			/** @description Whether you like it. */
			liked: boolean;
		};
		/** @description A change of a comment: an absent field stays. */
		CommentPatch: {
			/**
			 * Format: int64
			 * @description Another instant, or null for none; its author's to say.
			 */
			at_ms?: number | null;
			/** @description Other words; its author's to say. */
			body?: string | null;
			/**
			 * @description Whether it stands above the others; for who may edit the video, and for
			 *     moderators.
			 */
			pinned?: boolean | null;
		};
		/** @description A comment, or a reply to one. */
		CommentView: {
			/**
			 * Format: int64
			 * @description The instant of the film that it speaks of, in milliseconds.
			 */
			at_ms?: number | null;
			author?: components['schemas']['AuthorView'] | null;
			/** @description Plain text, as typed: show it as text. Empty when it was deleted. */
			body: string;
			/** @description Whether you may delete it. */
			can_delete: boolean;
			/** @description Whether you may change its words. */
			can_edit: boolean;
			/** @description Whether you may pin it. */
			can_pin: boolean;
			/** @description RFC 3339. */
			created_at: string;
			/** @description RFC 3339; null if it was never edited. */
			edited_at?: string | null;
			/** @description `comment_…` */
			id: string;
			/** @description Whether it is yours. */
			is_mine: boolean;
			/**
			 * Format: int64
			 * @description Likes so far.
			 */
			like_count: number;
			/** @description Whether you like it. */
			liked: boolean;
			/** @description The comment whose thread it stands in; null for one that begins a thread. */
			parent_id?: string | null;
			/** @description Whether it stands above the others. */
			pinned: boolean;
			/**
			 * Format: int64
			 * @description Replies in its thread.
			 */
			reply_count: number;
			/** @description The reply that it answers, when it answers one. */
			reply_to?: string | null;
			/**
			 * @description `visible`; `held` or `removed` (you see it because it is yours, or
			 *     because you moderate); `deleted` (its place stays for the replies).
			 */
			state: string;
			/** @description The video that it stands under. */
			video_id: string;
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
		/** @description A proof that it is still the owner who asks. */
		Confirmation: {
			/**
			 * @description The current password. Whoever has none must have signed in within the
			 *     last ten minutes.
			 */
			password?: string | null;
		};
		/** @description What was taken over. */
		Confirmed: {
			/** @description The video as it is now. */
			video: components['schemas']['VideoView'];
			/** @description Pictures that could not be had, in words. */
			warnings: string[];
		};
		/** @description A fresh account. */
		CreatedUser: components['schemas']['AccountView'] & {
			/** @description Where its owner chooses a password; good for a week, once. */
			link?: string | null;
		};
		/** @description A creative to be added. */
		CreativeBody: {
			/** @description Whether it is shown; it is, unless given. */
			active?: boolean | null;
			/** @description Where a click leads. */
			click_url?: string | null;
			/** @description What it is called. */
			name: string;
			/** @description A video that was uploaded with `content_type` `advert`. */
			video_id: string;
		};
		/** @description A change of a creative. */
		CreativePatch: {
			/** @description Whether it is shown. */
			active: boolean;
		};
		/** @description An advertisement of a campaign. */
		CreativeView: {
			/** @description Whether it is shown. */
			active: boolean;
			/** @description Where a click leads. */
			click_url?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/**
			 * Format: int32
			 * @description How long it is on the air, in seconds; null while that is not known.
			 */
			duration?: number | null;
			/** @description Why it cannot be shown. */
			error?: string | null;
			/** @description Its address for players. */
			hls_url: string;
			/** @description `creative_…` */
			id: string;
			/** @description What it is called. */
			name: string;
			/**
			 * @description Where its processing is: `pending`, `processing`, `completed` or `failed`; null when the
			 *     video is gone.
			 */
			processing_status?: string | null;
			/** @description Whether it can be shown: all its sizes are made. */
			ready: boolean;
			/** @description Its video. */
			video_id: string;
		};
		/** @description A name and a password. */
		Credentials: {
			/**
			 * @description The authenticator's code, or a recovery code, where the problem
			 *     `totp-required` asks for it.
			 */
			code?: string | null;
			password: string;
			/** @description The user name, or the account's verified e-mail address. */
			username: string;
		};
		/** @description A credit to give. */
		CreditFields: {
			/** @description Whom they play, or what exactly they did. */
			character?: string | null;
			/** @description The person's names in other databases, by which namesakes are told apart. */
			external_ids?: {
				[key: string]: string;
			} | null;
			/** @description A person of this name is found or made. */
			name?: string | null;
			/** @description `person_…`; or a `name`. */
			person_id?: string | null;
			/** @description `actor` (unless given), `director`, `writer`, … */
			role?: string | null;
		};
		/** @description A credit of a title. */
		CreditView: {
			/** @description A picture of the person. */
			avatar_url?: string | null;
			/** @description Whom they play, or what exactly they did. */
			character?: string | null;
			/** @description The person's name. */
			name: string;
			/** @description `person_…` */
			person_id: string;
			/** @description `actor`, `director`, … */
			role: string;
		};
		/** @description A decision. */
		DecisionForm: {
			/**
			 * @description `approve` (everybody sees it), `hold` (out of sight for now), `remove`
			 *     (only its author still sees it) or `dismiss` (it stays as it is).
			 */
			decision: string;
			/** @description Why, for the record; up to 2000 characters. */
			note?: string | null;
		};
		/**
		 * @description Where a delivery is.
		 * @enum {string}
		 */
		DeliveryStateView: 'queued' | 'delivered' | 'failed';
		/** @description What was sent to a webhook. */
		DeliveryView: {
			/**
			 * Format: int32
			 * @description How often it was sent.
			 */
			attempts: number;
			/** @description RFC 3339. */
			created_at: string;
			/** @description Why it was not taken. */
			error?: string | null;
			/** @description What it tells of; `webhook.test` for one that tries the webhook. */
			event: string;
			/** @description When it was taken or given up, RFC 3339. */
			finished_at?: string | null;
			/** @description `delivery_…`: the `webhook-id` of the message. */
			id: string;
			/** @description When it is sent (again), RFC 3339; null if it is not. */
			next_attempt_at?: string | null;
			/** @description Where it is. */
			state: components['schemas']['DeliveryStateView'];
			/**
			 * Format: int32
			 * @description What the other side last answered; null if it did not.
			 */
			status_code?: number | null;
		};
		/** @description What the device shows, and asks with. */
		DeviceAnswer: {
			/** @description For `POST /api/auth/token`; a secret. */
			device_code: string;
			/**
			 * Format: int64
			 * @description How long the codes are good, in seconds.
			 */
			expires_in: number;
			/**
			 * Format: int64
			 * @description How long to wait between two questions, in seconds.
			 */
			interval: number;
			/** @description What the device shows. */
			user_code: string;
			/** @description Where it is typed. */
			verification_uri: string;
			/** @description The same with the code in it, for a QR code. */
			verification_uri_complete: string;
		};
		/** @description An answer to a device. */
		DeviceApproval: {
			/** @description Whether to let it in; yes unless given. */
			allow?: boolean;
			/** @description What the device shows. */
			user_code: string;
		};
		/** @description A device that wants to be let in. */
		DeviceWish: {
			/** @description What it calls itself, such as `Roku in the kitchen`. */
			client_id?: string;
			/** @description `read upload manage admin`, or some of them; all unless given. */
			scope?: string | null;
		};
		/** @description What an edit comes to. */
		EditedView: {
			/** @description What will be shown otherwise, in the first three days. */
			changes: components['schemas']['AiringChange'][];
			/** @description The channel; as it was, if it was only asked what would change. */
			channel: components['schemas']['ChannelView'];
			/** @description Whether nothing was changed. */
			dry_run: boolean;
			/** @description From when on the programme is another, RFC 3339; now, if it stays. */
			effective_at: string;
			/**
			 * Format: int32
			 * @description The number of the edit that holds then.
			 */
			version: number;
			/** @description What its operator should know. */
			warnings: components['schemas']['WarningView'][];
		};
		/** @description Another e-mail address. */
		EmailChange: {
			email: string;
			/** @description The current password, as for [`Confirmation`]. */
			password?: string | null;
		};
		/** @description Events in the order in which they happened. */
		EventBatch: {
			/** @description 1 to 500, of 512 KiB together. */
			events: components['schemas']['PlayerEvent'][];
		};
		/** @description What became of a batch. */
		EventsAccepted: {
			/** @description How many are kept now, duplicates among them. */
			accepted: number;
			/**
			 * @description The ids of those that came before. They count once, whether they are listed here or came
			 *     so long ago that only the counting remembers.
			 */
			duplicates: string[];
			/** @description How many came from a program that nobody watches with. */
			ignored: number;
		};
		/** @description A piece of an excerpt. */
		ExcerptPart: {
			/** @description Whether it is a word that was looked for. */
			marked: boolean;
			/** @description Plain text. */
			text: string;
		};
		/** @description A part of a text. Plain text: escape it before showing it as HTML. */
		ExcerptView: {
			/** @description The text in pieces, in order. */
			parts: components['schemas']['ExcerptPart'][];
		};
		/** @description A video that lies elsewhere. */
		ExternalVideo: {
			category?: string | null;
			content_type?: string | null;
			description?: string;
			/** Format: int32 */
			episode_number?: number | null;
			/**
			 * Format: int32
			 * @description The last episode, of a file that holds several.
			 */
			episode_number_end?: number | null;
			/** @description Its names in other databases, such as `tmdb`. */
			external_ids?: {
				[key: string]: string;
			};
			/** @description `trailer`, `behind_the_scenes`, … */
			extra_kind?: string | null;
			/** @description The video that it is an extra of. */
			extra_of?: string | null;
			genre?: string | null;
			/** @description All genres; `genre` is the first of them. */
			genres?: string[];
			/** @description An `https://` address of an HLS playlist. */
			hls_url?: string | null;
			is_public?: boolean;
			/** @description BCP 47. */
			languages?: string[];
			original_title?: string | null;
			rating?: string | null;
			/** @description A day, as `2008-04-10`. */
			release_date?: string | null;
			/** Format: int32 */
			release_year?: number | null;
			/** Format: int32 */
			season_number?: number | null;
			/** @description The show that it is an episode of; or `show_title`, which finds or makes one. */
			show_id?: string | null;
			show_title?: string | null;
			sort_title?: string | null;
			studio?: string | null;
			tagline?: string | null;
			tags?: string[];
			title: string;
			uploader_id?: string | null;
			/** @description An `https://` address that a browser plays. */
			video_url?: string | null;
		};
		/** @description What people make of a video, and you. */
		FilmCommunity: {
			/** @description Whether you may comment. */
			can_comment: boolean;
			/** @description Whether you may review. */
			can_review: boolean;
			/**
			 * Format: int64
			 * @description Comments and replies that everybody sees.
			 */
			comment_count: number;
			/**
			 * Format: int64
			 * @description Dislikes of all.
			 */
			dislike_count: number;
			/** @description Whether you mean to watch it. */
			in_watchlist: boolean;
			/**
			 * Format: int64
			 * @description Likes of all.
			 */
			like_count: number;
			/** @description What all reviews come to. */
			rating: components['schemas']['StarsView'];
			/** @description `like`, `dislike` or null: what you think. */
			reaction?: string | null;
			review?: components['schemas']['ReviewView'] | null;
			/** @description `video_…` */
			video_id: string;
		};
		/** @description What a rule has found. */
		FindingView: {
			/** @description The hook that found it, such as `words`. */
			hook: string;
			/** @description What it found. */
			reason: string;
		};
		/** @description How a folder is to be looked through. */
		FolderScanRequest: {
			/**
			 * @description Whether only to say what would be done.
			 * @default false
			 */
			dry_run?: boolean;
			/**
			 * @description Whether the videos are for everybody; otherwise they are private.
			 * @default false
			 */
			is_public?: boolean;
		};
		/** @description How a folder is, or was, looked through. */
		FolderScanView: {
			/** @description Whether it only says what would be done. */
			dry_run: boolean;
			/** @description Why it failed. */
			error?: string | null;
			/**
			 * Format: int64
			 * @description Films that could not be taken in.
			 */
			failed: number;
			/** @description The first thousand files, where one folder is asked for. */
			files?: components['schemas']['ScannedFile'][] | null;
			/**
			 * Format: date-time
			 * @description When it ended.
			 */
			finished_at?: string | null;
			/**
			 * Format: int64
			 * @description Films that were found; none before all of the folder has been looked at.
			 */
			found?: number | null;
			/**
			 * Format: int64
			 * @description New videos, or what would be new.
			 */
			imported: number;
			/** @description Whether the videos are for everybody. */
			is_public: boolean;
			/**
			 * Format: date-time
			 * @description When it was asked for.
			 */
			requested_at: string;
			/** @description `queued`, `running`, `done`, `failed` or `canceled`. */
			state: string;
			/**
			 * Format: int64
			 * @description Films that were in the library before.
			 */
			there: number;
		};
		/** @description Somebody, and their followers. */
		FollowView: {
			/**
			 * Format: int64
			 * @description How many follow them.
			 */
			followers: number;
			/** @description Whether you do. */
			following: boolean;
			/** @description What they are called. */
			name: string;
			/** @description `user_…` */
			user_id: string;
		};
		/** @description Somebody whom you follow. */
		FollowedView: {
			/** @description Since when, RFC 3339. */
			followed_at: string;
			/** @description `user_…` */
			user_id: string;
			/** @description What they are called; null if they are gone. */
			username?: string | null;
		};
		/** @description Whose password is forgotten. */
		Forgotten: {
			/** @description The user name or the e-mail address. */
			login: string;
		};
		/** @description What a group is to be called; an absent field stays. */
		GroupFields: {
			/**
			 * @description Up to 1000 characters.
			 * @default null
			 */
			description?: string | null;
			/**
			 * @description 1 to 64 characters, unique.
			 * @default null
			 */
			name?: string | null;
		};
		/** @description A group. */
		GroupView: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description Plain text; may be empty. */
			description: string;
			/** @description `group_…` */
			id: string;
			/** @description Unique. */
			name: string;
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
		/** @description A title that was found. */
		HitView: {
			/**
			 * @description Where the words stand, by field: `title`, `show`, `people`, `words`
			 *     (genres and tags), `description`.
			 */
			highlights: {
				[key: string]: components['schemas']['ExcerptView'][];
			};
			/** @description When the words are said. */
			moments: components['schemas']['MomentView'][];
			/** @description The title. */
			video: components['schemas']['VideoView'];
		};
		/** @description A title in a row. */
		HomeItemView: {
			progress?: components['schemas']['PlaceView'] | null;
			/**
			 * Format: int32
			 * @description Its place among the most watched, from 1.
			 */
			rank?: number | null;
			/** @description The title. */
			video: components['schemas']['CardView'];
			why?: components['schemas']['WhyView'] | null;
		};
		/** @description The home page. */
		HomeView: {
			hero?: components['schemas']['CardView'] | null;
			/**
			 * @description Below it, in order; rows without titles are left out, but for those of
			 *     broadcasts and channels: they come and go.
			 */
			rows: components['schemas']['RowView'][];
		};
		/** @description What became of a table. */
		ImportReport: {
			/**
			 * Format: int64
			 * @description Videos that were added.
			 */
			created: number;
			/** @description Whether nothing has been changed. */
			dry_run: boolean;
			/**
			 * Format: int64
			 * @description Rows that could not be applied.
			 */
			failed: number;
			/** @description Columns that mean nothing here. */
			ignored_columns: string[];
			/** @description Row by row. */
			report: components['schemas']['RowReport'][];
			/**
			 * Format: int64
			 * @description Rows that were read.
			 */
			rows: number;
			/** @description Whether reading ended early, because there were too many rows. */
			truncated: boolean;
			/**
			 * Format: int64
			 * @description Videos of which all was known.
			 */
			unchanged: number;
			/**
			 * Format: int64
			 * @description Videos that were changed.
			 */
			updated: number;
		};
		/** @description Where a video is, and what is said about it. */
		ImportRequest: {
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description `movie`, `episode`, `short`, `documentary`, … (a MIME type is taken as the file's). */
			content_type?: string | null;
			/** @description Plain text. */
			description?: string | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/**
			 * Format: int32
			 * @description The last episode, of a file that holds several.
			 */
			episode_number_end?: number | null;
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
		/** @description A break of a broadcast. */
		IngestBreakView: {
			/** @description RFC 3339. */
			begins_at: string;
			/** @description When it ends, or is meant to; null if that was not said. */
			ends_at?: string | null;
		};
		/** @description What comes in from an encoder, as measured over the last seconds. */
		IngestView: {
			ad_break?: components['schemas']['IngestBreakView'] | null;
			/** @description Such as `mp4a.40.2` (RFC 6381); null without sound. */
			audio_codec?: string | null;
			/**
			 * Format: int64
			 * @description In kbit/s.
			 */
			bitrate_kbps: number;
			/**
			 * Format: double
			 * @description Frames a second.
			 */
			frame_rate?: number | null;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			height?: number | null;
			/**
			 * Format: double
			 * @description From one key frame to the next.
			 */
			keyframe_interval_s?: number | null;
			/** @description `rtmp`, `rtmps`, `srt` or `whip`; `hls` of what is pulled so. */
			protocol: string;
			/** @description Since when the encoder is there, RFC 3339. */
			since: string;
			/** @description Such as `avc1.64001f` (RFC 6381); null without pictures. */
			video_codec?: string | null;
			/** @description What is not as it should be, in words. */
			warnings: string[];
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			width?: number | null;
		};
		/** @description A file that is going to be uploaded in parts. */
		InitiateRequest: {
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description `movie`, `episode`, `short`, `documentary`, … (a MIME type is taken as the file's). */
			content_type?: string | null;
			/** @description Plain text. */
			description?: string | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/**
			 * Format: int32
			 * @description The last episode, of a file that holds several.
			 */
			episode_number_end?: number | null;
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
			 * @description Whether mail reaches people: whether a forgotten password can be
			 *     replaced without an administrator.
			 */
			mail: boolean;
			/**
			 * Format: int64
			 * @description The part size that clients of the multipart upload should use, in bytes.
			 */
			multipart_part_size: number;
			/** @description What the instance calls itself. */
			name: string;
			/** @description Providers that people may sign in with. */
			oidc: components['schemas']['Provider'][];
			/** @description Who may make an account: `open` (anybody), `invitation` or `closed`. */
			registration: string;
			/**
			 * Format: double
			 * @description The usual segment length in seconds.
			 */
			segment_duration_s: number;
			/** @description The program's version. */
			version: string;
		};
		/** @description An invitation. */
		InvitationView: {
			/** @description Whether it can still be used. */
			active: boolean;
			/** @description RFC 3339. */
			created_at: string;
			/** @description The account that made it. */
			created_by?: string | null;
			/** @description RFC 3339. */
			expires_at: string;
			/** @description `invitation_…` */
			id: string;
			/** @description Where it is used; only in the answer that makes it. */
			link?: string | null;
			/**
			 * Format: int32
			 * @description How many accounts may be made with it.
			 */
			max_uses: number;
			/** @description What it is for. */
			note: string;
			/** @description What those who use it may do. */
			role: string;
			/** @description What the link carries; only in the answer that makes it. */
			token?: string | null;
			/**
			 * Format: int32
			 * @description How many were.
			 */
			uses: number;
		};
		/** @description How long a recording stays. */
		KeepView: {
			/** @description Whether it stays, however old it becomes. */
			is_kept: boolean;
			/** @description From when on it is deleted (RFC 3339), within minutes; null if it stays. */
			removed_at?: string | null;
			/**
			 * Format: int64
			 * @description How many days recordings stay (`RECORDING_RETENTION_DAYS`); null if they
			 *     stay for ever.
			 */
			retention_days?: number | null;
			/** @description The stream that it is a recording of; null if it is another video. */
			stream_id?: string | null;
		};
		/** @description A key. */
		KeyView: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description RFC 3339; `null` for one that stays. */
			expires_at?: string | null;
			/** @description `key_…` */
			id: string;
			/** @description The key itself; only in the answer that makes it. */
			key?: string | null;
			/** @description To a minute (RFC 3339). */
			last_used_at?: string | null;
			/** @description What its owner calls it. */
			name: string;
			/** @description How it begins. */
			prefix: string;
			/** @description `read`, `upload`, `manage`, `admin`. */
			scopes: string[];
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
		/** @description That a level changed. */
		LevelChangeView: {
			/** @description When (RFC 3339). */
			at: string;
			/**
			 * Format: double
			 * @description It should have been less.
			 */
			limit: number;
			/** @description Which. */
			name: string;
			/** @description `met` or `missed` since then. */
			state: string;
			/**
			 * Format: double
			 * @description What was measured.
			 */
			value?: number | null;
		};
		/** @description What is changed of a level: an absent field stays. */
		LevelForm: {
			/** @description Whether it is watched over. */
			active?: boolean | null;
			/** @description Whether operators are written to. */
			email?: boolean | null;
			/**
			 * Format: int64
			 * @description 1 to 168.
			 */
			hours?: number | null;
			/**
			 * Format: double
			 * @description It should be less: milliseconds up to 600000, or a share up to 1.
			 */
			limit?: number | null;
			/**
			 * Format: int64
			 * @description 1 to 1000000.
			 */
			plays_min?: number | null;
		};
		/** @description A service level that is watched over. */
		LevelView: {
			/** @description Whether it is watched over. */
			active: boolean;
			/** @description When it was looked at (RFC 3339). */
			checked_at?: string | null;
			/** @description Whether operators are written to when it is missed, and when it is met again. */
			email: boolean;
			/**
			 * Format: int64
			 * @description Of how many hours up to now it is measured.
			 */
			hours: number;
			/**
			 * Format: double
			 * @description It should be less.
			 */
			limit: number;
			/** @description `startup_ms`, `seek_ms` (of 95 in a hundred) or `rebuffer_ratio`. */
			name: string;
			/**
			 * Format: int64
			 * @description Of how many starts, seeks or plays at least.
			 */
			plays_min: number;
			/** @description Since when it is missed, or met again (RFC 3339); null if it never was missed. */
			since?: string | null;
			/** @description `met`, `missed`, or `unknown` as long as too little was played. */
			state: string;
			/**
			 * Format: double
			 * @description What was measured last; null of too few plays.
			 */
			value?: number | null;
		};
		/** @description Service levels and how they stood. */
		LevelsReport: {
			/** @description The latest 100 changes, the last first. */
			history: components['schemas']['LevelChangeView'][];
			/** @description All of them. */
			levels: components['schemas']['LevelView'][];
		};
		/** @description A folder of this machine. */
		LibraryFolderView: {
			/** @description Whether it is there at this moment. */
			available: boolean;
			/** @description What it is called in addresses. */
			id: string;
			/** @description Where it is. */
			path: string;
			scan?: components['schemas']['FolderScanView'] | null;
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
		/** @description What happens with addresses. */
		LinkRulesView: {
			/** @description Domains, with all below them, that are always fine. */
			allowed_domains?: string[] | null;
			/** @description Domains, with all below them, that never are. */
			blocked_domains?: string[] | null;
			/** @description What happens with a blocked one; `refuse` unless given. */
			blocked_effect?: string | null;
			/** @description Where this counts; in comments, reviews, names and chat when empty. */
			kinds?: string[] | null;
			/** @description `allow`, `flag`, `hold` or `refuse`: with those that neither list names. */
			links?: string | null;
			/**
			 * Format: int32
			 * @description More addresses than this are held.
			 */
			max_links?: number | null;
		};
		/** @description The token of a link. */
		LinkToken: {
			token: string;
		};
		/** @description An account at a provider. */
		LinkedView: {
			/** @description When it was linked (RFC 3339). */
			created_at: string;
			/** @description The address that the provider knows. */
			email?: string | null;
			/** @description As in `oidc` of `/api/instance`. */
			provider: string;
		};
		/**
		 * @description Where one of the sizes of a broadcast stands.
		 * @enum {string}
		 */
		LiveRenditionState: 'source' | 'running' | 'waiting' | 'dropped';
		/** @description One of the sizes in which a broadcast is to be had. */
		LiveRenditionView: {
			/**
			 * Format: int64
			 * @description Bits a second, on average.
			 */
			bitrate_bps: number;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			height: number;
			/** @description Such as `720p`. */
			name: string;
			/** @description Where it stands. */
			state: components['schemas']['LiveRenditionState'];
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			width: number;
		};
		/** @description A permission to watch one stream, and where to watch it with it. */
		LiveToken: {
			/** @description The DASH manifest. */
			dash_url: string;
			/** @description Until when it is good, RFC 3339. */
			expires_at: string;
			/**
			 * Format: int64
			 * @description How many seconds that is from now.
			 */
			expires_in: number;
			/** @description The HLS multivariant playlist. */
			hls_url: string;
			/** @description What the addresses bear as `?token=`. */
			token: string;
			/** @description The room. */
			websocket_url: string;
		};
		/** @description A moment that somebody wants to find again. */
		MarkerForm: {
			/**
			 * Format: int64
			 * @description In milliseconds since the stream's `started_at`; now, if nothing is said.
			 * @default null
			 */
			at_ms?: number | null;
			/**
			 * @description What it is called: up to 100 characters.
			 * @default null
			 */
			title?: string | null;
		};
		/** @description A moment of a broadcast. */
		MarkerView: {
			/**
			 * Format: int64
			 * @description In milliseconds since the stream's `started_at`.
			 */
			at_ms: number;
			/** @description `marker_…` */
			id: string;
			/** @description `stream_…` */
			stream_id: string;
			/** @description What it is called, as plain text. */
			title?: string | null;
		};
		/** @description The right candidate. */
		MatchConfirmation: {
			/**
			 * Format: int32
			 * @description Of an episode; what the video says unless given.
			 */
			episode_number?: number | null;
			/** @description The candidate's id. */
			external_id: string;
			/** @description Which fields to take over; all unless given. `credits` and `artwork` are two of them. */
			fields?: string[] | null;
			/** @description `movie` or `show`; by what the video is unless given. */
			kind?: string | null;
			/** @description BCP 47: in which language texts are wanted. */
			language?: string | null;
			/**
			 * Format: int32
			 * @description Of an episode; what the video says unless given.
			 */
			season_number?: number | null;
			video_id: string;
		};
		/** @description Rules, and what is to be told of what they match. */
		MatchForm: {
			/**
			 * @description The form of the channel, by which titles are unfit; the usual one unless
			 *     given.
			 */
			format?: Record<string, never> | null;
			/** @description How many titles are told, 0 to 100; 20 unless given. */
			limit?: number | null;
			/** @description As in a definition. */
			rules: Record<string, never>;
			/** @description Whom the channel is open to: it shows nothing that they may not see. */
			visibility?: string | null;
		};
		/** @description A title that rules match. */
		MatchView: {
			/**
			 * Format: double
			 * @description In seconds.
			 */
			duration: number;
			/** @description Its picture. */
			image_url?: string | null;
			/** @description The show that it belongs to. */
			show?: string | null;
			/** @description What it is called. */
			title: string;
			/** @description `movie`, `episode`, … */
			type: string;
			/** @description Why a channel of the usual form cannot show it; null if it can. */
			unfit?: string | null;
			/** @description `video_…` */
			video_id: string;
			/**
			 * Format: int32
			 * @description The year of its release.
			 */
			year?: number | null;
		};
		/** @description What rules match. */
		MatchesView: {
			/** @description How many titles. */
			count: number;
			/** @description Some of them. */
			items: components['schemas']['MatchView'][];
			/**
			 * Format: double
			 * @description How long they are together, in seconds.
			 */
			total_seconds: number;
		};
		/** @description Somebody in a group. */
		MemberView: {
			/** @description Since when (RFC 3339). */
			added_at: string;
			/** @description Until when (RFC 3339); for good if null. */
			expires_at?: string | null;
			/** @description `user_…` */
			user_id: string;
		};
		/** @description For how long somebody is to be in a group. */
		Membership: {
			/**
			 * @description Until when (RFC 3339); for good if left out.
			 * @default null
			 */
			expires_at?: string | null;
		};
		/** @description When something is said. */
		MomentView: {
			/**
			 * Format: int64
			 * @description In milliseconds from the beginning.
			 */
			end_ms: number;
			/** @description What is said. */
			excerpt: components['schemas']['ExcerptView'];
			/** @description BCP 47; `und` if unknown. */
			language: string;
			/**
			 * Format: int64
			 * @description In milliseconds from the beginning.
			 */
			start_ms: number;
			/** @description The page that plays from there. */
			url: string;
		};
		/** @description A film. */
		MovieView: components['schemas']['VideoView'] & {
			/** @description A picture that stands for it. */
			poster?: string | null;
			/** @description The rungs and where they play: `360p:https://…,720p:https://…`. */
			quality_variants?: string | null;
			/** @description The page on which it plays. */
			watch_url: string;
		};
		/** @description A new collection. */
		NewCollection: {
			/** @description Videos and shows, in order. */
			items?: string[];
			overview?: string;
			sort_title?: string | null;
			title: string;
		};
		/** @description An invitation to be made. */
		NewInvitationBody: {
			/**
			 * Format: int32
			 * @description How long it is good, from 1 to 8760; 168 (a week) unless given.
			 */
			expires_in_hours?: number | null;
			/**
			 * Format: int32
			 * @description How many accounts may be made with it; 1 unless given.
			 */
			max_uses?: number | null;
			/** @description What it is for. */
			note?: string;
			/** @description `viewer` (unless given), `creator`, `moderator` or `administrator`. */
			role?: string | null;
		};
		/** @description A key to be made. */
		NewKey: {
			/** @description RFC 3339; without it the key stays. */
			expires_at?: string | null;
			/** @description What it is for. */
			name: string;
			/**
			 * @description What it may do of what its account may: `read`, `upload`, `manage`,
			 *     `admin`.
			 */
			scopes: string[];
		};
		/** @description A passkey that a browser has made. */
		NewPasskey: {
			/** @description The browser's answer (`RegistrationResponseJSON`). */
			credential: Record<string, never>;
			/** @description What its owner calls it. */
			name: string;
		};
		/** @description A new password. */
		NewPassword: {
			/** @description At least 8 characters. */
			password: string;
			/** @description From the link. */
			token: string;
		};
		/** @description An account to be made. */
		NewUser: {
			/** @description What others see. */
			display_name?: string | null;
			/** @description Where mail goes; taken as confirmed. */
			email?: string | null;
			/**
			 * @description The first password. Without it the answer has a link by which its owner
			 *     chooses one.
			 */
			password?: string | null;
			/** @description `viewer` unless given. */
			role?: string | null;
			/** @description The name to sign in with. */
			username: string;
		};
		/** @description Notes. */
		NotesForm: {
			/** @description Markdown, up to 100 KiB; empty for none. */
			body: string;
		};
		/** @description The notes of a video. */
		NotesView: {
			/**
			 * @description Markdown, as typed; empty when there are none. It may hold HTML: show
			 *     none of that as markup.
			 */
			body: string;
			/** @description `markdown`. */
			format: string;
			/** @description RFC 3339; null when there are none. */
			updated_at?: string | null;
			/** @description `video_…` */
			video_id: string;
		};
		/**
		 * @description What you are told of.
		 * @enum {string}
		 */
		NotificationKind: 'stream_started' | 'stream_scheduled' | 'recording_ready';
		/** @description Something that you are told. */
		NotificationView: {
			/** @description Plain text; may be empty. */
			body: string;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `notification_…` */
			id: string;
			/** @description What has happened. */
			kind: components['schemas']['NotificationKind'];
			/** @description When you read it, RFC 3339; null if you have not. */
			read_at?: string | null;
			/** @description Plain text. */
			title: string;
			/** @description A page of the site. */
			url: string;
		};
		/** @description How you want to be told. */
		NotificationWishes: {
			/** @description By mail, to the address that you have proven. */
			email: boolean;
			/** @description On the site. */
			in_app: boolean;
		};
		/** @description What is on. */
		NowView: components['schemas']['AiringView'] & {
			/**
			 * Format: double
			 * @description How many seconds ago it began, breaks counted.
			 */
			elapsed: number;
			/** @description Whether an advertisement break is on. */
			in_break: boolean;
			/**
			 * Format: double
			 * @description How many seconds into the video it is; in a break, into what stands there.
			 */
			position: number;
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
			parts: components['schemas']['UploadedPart'][];
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
		/** @description How to embed a title (oEmbed 1.0). */
		OembedView: {
			/**
			 * Format: int32
			 * @description In seconds.
			 */
			cache_age: number;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			height: number;
			/** @description A frame with the player. */
			html: string;
			/** @description The instance's name. */
			provider_name: string;
			/** @description The instance's address. */
			provider_url: string;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			thumbnail_height?: number | null;
			/** @description A picture that stands for it. */
			thumbnail_url?: string | null;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			thumbnail_width?: number | null;
			/** @description Its name. */
			title: string;
			/** @description `video` */
			type: string;
			/** @description `1.0` */
			version: string;
			/**
			 * Format: int32
			 * @description In pixels.
			 */
			width: number;
		};
		/** @description Figures of many titles. */
		OverviewReport: components['schemas']['AudienceView'] & {
			/** @description The beginning of the first point (RFC 3339). */
			from: string;
			/** @description `hour` or `day`: what a point is. */
			interval: string;
			/** @description How well it played. */
			quality: components['schemas']['QualityView'];
			/** @description `all`, or `own`: of the caller's titles. */
			scope: string;
			/** @description Each hour or day, those without plays among them. */
			series: components['schemas']['PointView'][];
			/** @description The end of the last. */
			to: string;
			/** @description The most viewed. */
			top: components['schemas']['TopTitle'][];
			/** @description All together. */
			totals: components['schemas']['TotalsView'];
			/**
			 * Format: int64
			 * @description Plays that are going on.
			 */
			watching_now: number;
		};
		/** @description A part that has just been kept. */
		PartAnswer: components['schemas']['UploadedPart'] & {
			/** @description The upload that it belongs to. */
			upload_id: string;
		};
		/** @description A passkey. */
		PasskeyView: {
			/** @description Whether it is kept in more than one device. */
			backed_up: boolean;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `passkey_…` */
			id: string;
			/** @description RFC 3339. */
			last_used_at?: string | null;
			/** @description What its owner calls it. */
			name: string;
		};
		/** @description Another password. */
		PasswordChange: {
			/** @description The current one, if there is one. */
			current_password?: string | null;
			/** @description At least 8 characters. */
			new_password: string;
		};
		/** @description How values are spread, within a per cent. */
		PercentilesView: {
			/**
			 * Format: int64
			 * @description How many values.
			 */
			count: number;
			/**
			 * Format: double
			 * @description Half of all are less.
			 */
			p50: number;
			/**
			 * Format: double
			 * @description 75 in a hundred are less.
			 */
			p75: number;
			/**
			 * Format: double
			 * @description 90 in a hundred are less.
			 */
			p90: number;
			/**
			 * Format: double
			 * @description 95 in a hundred are less.
			 */
			p95: number;
			/**
			 * Format: double
			 * @description 99 in a hundred are less.
			 */
			p99: number;
		};
		/** @description What is said about a person: an absent field stays, `null` clears it. */
		PersonFields: {
			biography?: string | null;
			/** @description As `1974-11-11`. */
			birth_date?: string | null;
			birth_place?: string | null;
			/** @description As `1974-11-11`. */
			death_date?: string | null;
			external_ids?: {
				[key: string]: string | null;
			} | null;
			name?: string | null;
		};
		/** @description A person. */
		PersonView: {
			/** @description Pictures of them. */
			artwork: components['schemas']['ArtworkView'][];
			/** @description A picture of them. */
			avatar_url?: string | null;
			/** @description Plain text; may be empty. */
			biography: string;
			/** @description As `1974-11-11`. */
			birth_date?: string | null;
			/** @description Where they were born. */
			birth_place?: string | null;
			/** @description As `1974-11-11`. */
			death_date?: string | null;
			/** @description Their names in other databases. */
			external_ids: {
				[key: string]: string;
			};
			/** @description `person_…` */
			id: string;
			/** @description The name as it stands in credits. */
			name: string;
			/**
			 * Format: int64
			 * @description The number of the last edit.
			 */
			revision: number;
		};
		/** @description A person with what they have done, as far as you may see it. */
		PersonWhole: components['schemas']['PersonView'] & {
			/** @description Their credits in videos and shows, the latest first. */
			filmography: components['schemas']['AppearanceView'][];
		};
		/** @description An episode's place. */
		Place: {
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number: number;
			/**
			 * Format: int32
			 * @description From 0 (specials); none for a show without seasons.
			 */
			season_number?: number | null;
			/** @description One of the show's episodes, or a video that is to become one. */
			video_id: string;
		};
		/** @description Where somebody is in a title. */
		PlaceView: {
			/**
			 * Format: double
			 * @description In seconds.
			 */
			current_time: number;
			/**
			 * Format: double
			 * @description 0 to 100.
			 */
			percentage: number;
			/**
			 * Format: double
			 * @description In seconds; 0 if unknown.
			 */
			total_duration: number;
		};
		/** @description Something that happened while somebody watched. */
		PlayerEvent: {
			/**
			 * @description Of `ad`: which advertisement, 1 to 64 characters. Not this server's own (`creative_…`):
			 *     `POST /api/ads/events` takes what is seen of those.
			 */
			ad_id?: string | null;
			/** @description When (RFC 3339), within the last 30 days; now, unless given. */
			at?: string | null;
			/**
			 * @description Of `ad`: what was seen of it: `impression`, `start`, `first_quartile`, `midpoint`,
			 *     `third_quartile`, `complete`, `click`, `skip`, `mute`, `unmute`, `pause`, `resume`,
			 *     `close`, `error` or `other`.
			 */
			beacon?: string | null;
			/**
			 * Format: double
			 * @description Of `heartbeat` and `quality_change`: the rung's bits per second.
			 */
			bitrate_bps?: number | null;
			/** @description On which channel it is seen: counted for both. Alone, where what is on is not known. */
			channel_id?: string | null;
			/** @description Of `error`: which. */
			code?: string | null;
			/**
			 * Format: double
			 * @description Of `heartbeat`: pictures that were not shown since the last.
			 */
			dropped_frames?: number | null;
			/**
			 * Format: double
			 * @description Of `stall` (needed) and `seek`: until the picture moved on. Of `ad`: how long the
			 *     advertisement is, without which it is not known for how long it was watched.
			 */
			duration_ms?: number | null;
			/** @description Of `error`: whether nothing could be watched after it. */
			fatal?: boolean | null;
			/**
			 * Format: double
			 * @description Of `heartbeat` and `quality_change`: the rung's height in lines.
			 */
			height?: number | null;
			/**
			 * @description By which it counts once, however often it is sent: 1 to 64 characters.
			 * @example 0b6cba5e-8a5f-4d6f-9c5e-3c1f8f6f2d3a
			 */
			id: string;
			/**
			 * Format: double
			 * @description Of `heartbeat`: how far behind what is on the air.
			 */
			live_latency_ms?: number | null;
			/** @description Of `error`: in words. */
			message?: string | null;
			/** @description One for each press of play: 1 to 64 characters. */
			play_id: string;
			/**
			 * Format: double
			 * @description Where in the video, in seconds.
			 */
			position?: number | null;
			/** @description Of `play`: the address of the page that led here, or `internal`. */
			referrer?: string | null;
			/**
			 * Format: double
			 * @description Of `first_frame`: since the wish to watch.
			 */
			startup_ms?: number | null;
			/** @description … or which stream. */
			stream_id?: string | null;
			/**
			 * @description `play` (somebody wants to watch), `first_frame`, `heartbeat`, `quality_change`, `stall`,
			 *     `seek`, `error`, `complete` or `ad`.
			 * @example heartbeat
			 */
			type: string;
			/** @description What is watched, … */
			video_id?: string | null;
			/**
			 * @description Of `heartbeat`: stretches of the video that were watched since the last, in seconds; at
			 *     most 60, of 15 minutes each.
			 */
			watched?: number[][] | null;
		};
		/** @description A playlist about to be made. */
		PlaylistForm: {
			/** @description Whether a video may be in it more than once. */
			allow_duplicates?: boolean;
			/** @description You unless given. Who runs the service may name others. */
			creator_id?: string | null;
			/** @description Up to 5000 characters. */
			description?: string;
			/** @description Whether everybody finds it; `visibility` says it in more ways. */
			is_public?: boolean | null;
			/** @description 1 to 150 characters. */
			name: string;
			/** @description Its videos, in order; at most 1000. */
			video_ids?: string[];
			/** @description `public`, `unlisted`, `members` or `private`. */
			visibility?: string | null;
		};
		/** @description A place in a playlist. */
		PlaylistItemView: {
			/** @description RFC 3339. */
			added_at: string;
			/** @description The account that added it. */
			added_by?: string | null;
			/** @description `item_…`: tells places of one video apart. */
			id: string;
			/** @description From 0, among those that you may see. */
			position: number;
			/** @description The video. */
			video: components['schemas']['VideoView'];
		};
		/** @description A new order: by places or by videos. */
		PlaylistOrder: {
			/** @description All places (`item_…`), in the new order. */
			item_ids?: string[] | null;
			/** @description All videos, in the new order; one that is there twice is named twice. */
			video_ids?: string[] | null;
		};
		/** @description A change of a playlist: an absent field stays. */
		PlaylistPatch: {
			allow_duplicates?: boolean | null;
			/** @description All accounts that edit it besides its owner. */
			collaborators?: string[] | null;
			description?: string | null;
			is_public?: boolean | null;
			name?: string | null;
			/** @description All its videos anew, in order. */
			video_ids?: string[] | null;
			visibility?: string | null;
		};
		/** @description A playlist. */
		PlaylistView: {
			/** @description Whether a video may be in it more than once. */
			allow_duplicates: boolean;
			/** @description Whether you may add, remove and order videos. */
			can_edit: boolean;
			/** @description The accounts that edit it besides its owner; told to these alone. */
			collaborators: string[];
			/** @description RFC 3339. */
			created_at: string;
			/** @description Who the client said makes it; the account that made it unless said otherwise. */
			creator_id?: string | null;
			/** @description Plain text; may be empty. */
			description: string;
			/**
			 * Format: int64
			 * @description How long these are together, in milliseconds.
			 */
			duration_ms: number;
			/** @description `playlist_…` */
			id: string;
			/** @description Whether you may share and delete it. */
			is_owner: boolean;
			/** @description Whether everybody finds it. */
			is_public: boolean;
			/**
			 * @description The places in order, with their videos; only where one playlist is asked
			 *     for.
			 */
			items?: components['schemas']['PlaylistItemView'][] | null;
			/** @description Its name. */
			name: string;
			/** @description The account that owns it. */
			owner_id?: string | null;
			/** @description Whether moderators have taken it down; told to its owner and to them. */
			removed: boolean;
			/** @description A picture of the first of them. */
			thumbnail_url?: string | null;
			/** @description RFC 3339. */
			updated_at: string;
			/** @description How many videos of it you may see. */
			video_count: number;
			/** @description Its videos, in order: those that you may see. */
			video_ids: string[];
			/**
			 * @description `public`, `unlisted` (for those who have the address), `members` (for
			 *     those who have signed in) or `private`.
			 */
			visibility: string;
		};
		/** @description An hour or a day. */
		PointView: components['schemas']['TotalsView'] & {
			/** @description Its beginning (RFC 3339). */
			at: string;
		};
		/** @description A poll about to be opened. */
		PollForm: {
			/**
			 * Format: int64
			 * @description It closes by itself after so many seconds, at most a day.
			 */
			duration_seconds?: number | null;
			/** @description Whether one may choose several. */
			multiple?: boolean;
			/** @description 2 to 10 different ones, of at most 120 characters each. */
			options: string[];
			/** @description Plain text. */
			question: string;
		};
		/** @description What can be chosen in a poll. */
		PollOptionView: {
			/**
			 * Format: int32
			 * @description Its place, from 0: what a vote names.
			 */
			index: number;
			/** @description Plain text: show it as text. */
			text: string;
			/**
			 * Format: int64
			 * @description How many have chosen it.
			 */
			votes: number;
		};
		/**
		 * @description Whether a poll takes votes.
		 * @enum {string}
		 */
		PollStateView: 'open' | 'closed';
		/** @description A poll beside a stream. */
		PollView: {
			/** @description When it was closed, RFC 3339; null while it is open. */
			closed_at?: string | null;
			/** @description When it closes by itself, RFC 3339; null if it does not. */
			closes_at?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `poll_…` */
			id: string;
			/** @description Whether one may choose several options. */
			multiple: boolean;
			/** @description What can be chosen. */
			options: components['schemas']['PollOptionView'][];
			/** @description Plain text: show it as text. */
			question: string;
			/** @description Whether it takes votes. */
			state: components['schemas']['PollStateView'];
			/** @description `stream_…` */
			stream_id: string;
			/**
			 * Format: int64
			 * @description How many people have voted. Where several options may be chosen, those
			 *     of the options add up to more.
			 */
			total_votes: number;
			/** @description What you have chosen; null if nothing, and in what a room is told. */
			voted?: number[] | null;
		};
		/** @description What somebody chooses. */
		PollVoteForm: {
			/** @description The places of the options: one, or several where that is allowed. */
			options: number[];
		};
		/** @description Which thumbnail. */
		PosterChoice: {
			/** @description The id of one of the video's thumbnails. */
			thumbnail_id: string;
		};
		/** @description A day of a channel that is not there, or not so. */
		PreviewView: {
			/** @description What airs on it. */
			airings: components['schemas']['AiringView'][];
			/** @description What is otherwise than the channel has it now. */
			changes: components['schemas']['AiringChange'][];
			/** @description The day, in the channel's zone. */
			date: string;
			/** @description When it begins, RFC 3339. */
			from: string;
			/** @description When it ends, RFC 3339. */
			to: string;
			/** @description What its operator should know. */
			warnings: components['schemas']['WarningView'][];
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
		/** @description What follows a video's processing, as a server-sent event. */
		ProcessingEvent: {
			/** @description A `ProcessingView` as JSON. */
			data?: string | null;
			/** @description Always `processing`; a comment now and then keeps the connection open. */
			event?: string | null;
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
		/** @description A new profile. */
		ProfileNew: {
			/** @description The name of a picture that the client knows. */
			avatar?: string | null;
			/** @description Whether it is a child's. */
			kids?: boolean;
			/** @description The preferred language (BCP 47). */
			language?: string | null;
			/**
			 * Format: int32
			 * @description 0 to 21; a child's is at most 16, and 7 if left out.
			 */
			max_rating?: number | null;
			/** @description 1 to 40 characters. */
			name: string;
			/** @description 4 to 8 digits. */
			pin?: string | null;
		};
		/** @description A change of a profile: an absent field stays, `null` clears it. */
		ProfilePatch: {
			/**
			 * @description The name of a picture that the client knows.
			 * @default null
			 */
			avatar?: string | null;
			/**
			 * @description The PIN that keeps the caller out of it, if they are under another.
			 * @default null
			 */
			current_pin?: string | null;
			/**
			 * @description Whether it is a child's.
			 * @default null
			 */
			kids?: boolean | null;
			/**
			 * @description The preferred language (BCP 47).
			 * @default null
			 */
			language?: string | null;
			/**
			 * Format: int32
			 * @description 0 to 21; a child's is at most 16.
			 * @default null
			 */
			max_rating?: number | null;
			/**
			 * @description 1 to 40 characters.
			 * @default null
			 */
			name?: string | null;
			/**
			 * @description 4 to 8 digits.
			 * @default null
			 */
			pin?: string | null;
		};
		/** @description A profile. */
		ProfileView: {
			/** @description The name of a picture that the client knows. */
			avatar?: string | null;
			/** @description Whether it is the one that the account began with. */
			first: boolean;
			/** @description Whether it has a PIN: to enter it or, if it is a child's, to leave it. */
			has_pin: boolean;
			/** @description `profile_…` */
			id: string;
			/** @description Whether it is a child's: it watches, and changes nothing. */
			kids: boolean;
			/** @description The preferred language (BCP 47). */
			language?: string | null;
			/**
			 * Format: int32
			 * @description The greatest age from which a title's rating may let people watch it;
			 *     null for all. What nobody has rated counts as 18.
			 */
			max_rating?: number | null;
			/** @description What it is called. */
			name: string;
			/** @description Whether this request is under it. */
			selected: boolean;
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
		/** @description A provider that people may sign in with. */
		Provider: {
			/** @description For `/api/session/oidc/{id}`. */
			id: string;
			/** @description What people know it as. */
			name: string;
		};
		/** @description A browser that is told. */
		PushBrowser: {
			/** @description RFC 3339. */
			created_at: string;
			/** @description What a person would call it, such as `Firefox on Linux`. */
			device: string;
			/** @description Where messages to it go: its own endpoint, by which a browser knows itself. */
			endpoint: string;
			/** @description `push_…` */
			id: string;
			/** @description When it was last told something, RFC 3339; null if it was not yet. */
			told_at?: string | null;
		};
		/** @description A subscription as browsers write it: `PushSubscription.toJSON()`. */
		PushForm: {
			/** @description Where messages to the browser go: over HTTPS, on the open internet. */
			endpoint: string;
			/**
			 * Format: double
			 * @description When the subscription ends, in milliseconds since the Unix epoch; most do not. It is found
			 *     out when that comes.
			 */
			expirationTime?: number | null;
			/** @description With what messages are encrypted. */
			keys: components['schemas']['PushFormKeys'];
		};
		/** @description With what messages to a browser are encrypted. */
		PushFormKeys: {
			/** @description Its secret: 16 bytes in base64url. */
			auth: string;
			/** @description Its public key: an uncompressed point of P-256, in base64url. */
			p256dh: string;
		};
		/** @description With what browsers subscribe. */
		PushKey: {
			/**
			 * @description The `applicationServerKey` of `PushManager.subscribe()`: a public key of P-256, in
			 *     base64url.
			 */
			public_key: string;
		};
		/** @description How well everything played. */
		QualityReport: {
			/** @description `title`, `device`, `network`, `node` or `hour`. */
			by: string;
			/** @description The beginning (RFC 3339). */
			from: string;
			/** @description All together. */
			overall: components['schemas']['QualityView'];
			/**
			 * @description At most 100 titles, those with the most plays; all devices; 40 networks or nodes, and
			 *     `other`; all hours (or days, of a longer
			 *     stretch) in their order.
			 */
			rows: components['schemas']['QualityRowView'][];
			/** @description `all`, or `own`: of the caller's titles. */
			scope: string;
			/** @description The end. */
			to: string;
		};
		/** @description How well one of them played. */
		QualityRowView: components['schemas']['QualityView'] & {
			/** @description A title's id, a device, a network (a /24 or a /48), a node, or the beginning of an hour or day (RFC 3339). */
			key: string;
			/** @description The title's name, or the key. */
			name: string;
		};
		/** @description How well it played. */
		QualityView: {
			/**
			 * Format: double
			 * @description Over the time watched.
			 */
			average_bitrate_bps?: number | null;
			bitrate_bps?: components['schemas']['PercentilesView'] | null;
			/**
			 * Format: int64
			 * @description Pictures that were not shown.
			 */
			dropped_frames: number;
			/**
			 * Format: double
			 * @description Their share of all plays, 0 to 1.
			 */
			exit_before_start_rate?: number | null;
			/**
			 * Format: int64
			 * @description Plays that were left before there was a picture.
			 */
			exits_before_start: number;
			/**
			 * Format: double
			 * @description Their share of all plays, 0 to 1.
			 */
			fatal_error_rate?: number | null;
			/**
			 * Format: int64
			 * @description Plays that failed.
			 */
			fatal_errors: number;
			live_latency_ms?: components['schemas']['PercentilesView'] | null;
			/**
			 * Format: int64
			 * @description Presses of play.
			 */
			plays: number;
			/**
			 * Format: int64
			 * @description How often another rung was chosen.
			 */
			quality_switches: number;
			/**
			 * Format: double
			 * @description Time stood still, of that and the time watched; 0 to 1.
			 */
			rebuffer_ratio?: number | null;
			rebuffer_ratio_of_plays?: components['schemas']['PercentilesView'] | null;
			seek_ms?: components['schemas']['PercentilesView'] | null;
			/**
			 * Format: double
			 * @description For how long in all.
			 */
			stall_time_seconds: number;
			/**
			 * Format: int64
			 * @description How often the picture stood still.
			 */
			stalls: number;
			/**
			 * Format: double
			 * @description How often in an hour watched.
			 */
			stalls_per_hour?: number | null;
			startup_ms?: components['schemas']['PercentilesView'] | null;
			/** @description What is aimed at, and whether it is met. */
			targets: components['schemas']['ServiceLevel'][];
		};
		/** @description What somebody asks. */
		QuestionForm: {
			/** @description Plain text. */
			text: string;
		};
		/** @description A change of a question: an absent field stays. */
		QuestionPatch: {
			/**
			 * @description Plain text; null takes an answer back. With one the question is
			 *     answered, unless a state is given.
			 */
			answer?: string | null;
			state?: components['schemas']['QuestionStateView'] | null;
		};
		/**
		 * @description What has become of a question.
		 * @enum {string}
		 */
		QuestionStateView: 'open' | 'answered' | 'dismissed';
		/** @description A question beside a stream. */
		QuestionView: {
			/** @description What was answered in writing, as plain text. */
			answer?: string | null;
			/** @description When it was answered, RFC 3339. */
			answered_at?: string | null;
			/** @description `user_…` */
			author_id: string;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `question_…` */
			id: string;
			/** @description What has become of it. */
			state: components['schemas']['QuestionStateView'];
			/** @description `stream_…` */
			stream_id: string;
			/** @description Plain text, as typed: show it as text. */
			text: string;
			/** @description The name that its author had when they asked. */
			username: string;
			/**
			 * @description Whether you do. Left out of what a room is told: that is the same for
			 *     everybody.
			 */
			voted?: boolean | null;
			/**
			 * Format: int64
			 * @description How many want it answered.
			 */
			votes: number;
		};
		/** @description Votes for a question. */
		QuestionVotes: {
			/** @description `question_…` */
			id: string;
			/** @description Whether you do. */
			voted: boolean;
			/**
			 * Format: int64
			 * @description How many want it answered.
			 */
			votes: number;
		};
		/** @description What an account may keep and upload; null for what its role may. */
		QuotaFields: {
			/**
			 * Format: int64
			 * @description Bytes of uploads and of what is made of them.
			 * @default null
			 */
			storage_bytes?: number | null;
			/**
			 * Format: int64
			 * @description Uploads in 24 hours.
			 * @default null
			 */
			uploads?: number | null;
		};
		/** @description The beginning of a message that another one answers. */
		QuotedMessageView: {
			/** @description `msg_…` */
			id: string;
			/** @description How it begins. */
			message: string;
			/** @description The name of its author. */
			username: string;
		};
		/** @description A video's likes and dislikes, and what you think. */
		ReactionView: {
			/**
			 * Format: int64
			 * @description Dislikes of all.
			 */
			dislike_count: number;
			/**
			 * Format: int64
			 * @description Likes of all.
			 */
			like_count: number;
			/** @description `like`, `dislike` or null: what you think. */
			reaction?: string | null;
			/** @description `video_…` */
			video_id: string;
		};
		/** @description What you have read. */
		ReadForm: {
			/** @description All of them. */
			all?: boolean;
			/** @description These: at most 200. */
			ids?: string[] | null;
		};
		/** @description How making the index anew stands. */
		RebuildView: {
			/**
			 * Format: int64
			 * @description Titles that are in.
			 */
			documents: number;
			/** @description Why it failed. */
			error?: string | null;
			/** @description RFC 3339. */
			finished_at?: string | null;
			/** @description RFC 3339. */
			requested_at?: string | null;
			/** @description RFC 3339. */
			started_at?: string | null;
			/** @description `none`, `waiting`, `running`, `done` or `failed`. */
			state: string;
		};
		/** @description Something to watch, and why. */
		RecommendedView: {
			/** @description The title. */
			video: components['schemas']['CardView'];
			/** @description Why. */
			why: components['schemas']['WhyView'];
		};
		/** @description Codes that stand in for a lost authenticator; shown once, each good once. */
		RecoveryCodes: {
			recovery_codes: string[];
		};
		/** @description Countries (ISO 3166-1 alpha-2): either those that may, or those that may not. */
		RegionsView:
			| {
					/** @description Only in these. */
					allow: string[];
			  }
			| {
					/** @description Everywhere but in these. */
					deny: string[];
			  };
		/** @description Somebody who wants an account. */
		Registration: {
			/** @description What others see. */
			display_name?: string | null;
			/** @description Where a link goes that confirms it. */
			email?: string | null;
			/** @description The token of an invitation, where one is needed. */
			invitation?: string | null;
			/** @description At least 8 characters. */
			password: string;
			/** @description The name to sign in with: letters, digits and . _ - + */
			username: string;
		};
		/**
		 * @description What a rendition carries.
		 * @enum {string}
		 */
		RenditionKindView: 'video' | 'audio';
		/** @description A change of an audio track: an absent field stays, `null` clears it. */
		RenditionPatch: {
			/** @description Whether players choose it unless told otherwise; no other one is then. */
			is_default?: boolean | null;
			/** @description What a person sees in a menu, such as `Commentary`. */
			label?: string | null;
			/** @description A language tag (BCP 47). */
			language?: string | null;
			/** @description What it is for: `dub`, `original`, `commentary`, `description` or `music`. */
			role?: string | null;
		};
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
			/** @description Whether players choose it unless told otherwise; audio only. */
			is_default: boolean;
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
			 * @description What sound is for: `dub`, `original`, `commentary`, `description` or `music`; none for
			 *     the film's own.
			 */
			role?: string | null;
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
		/** @description A message beside a recording. */
		ReplayedMessageView: components['schemas']['ChatMessageView'] & {
			/**
			 * Format: int64
			 * @description The position in the recording at which it was said, in milliseconds.
			 */
			offset_ms: number;
		};
		/** @description A report. */
		ReportForm: {
			/** @description In your words, up to 2000 characters; needed for `other`. */
			details?: string;
			/**
			 * @description `spam`, `abuse`, `hate`, `sexual`, `violence`, `copyright`,
			 *     `misleading`, `privacy` or `other`.
			 */
			reason: string;
			/** @description The id of what is reported. */
			subject_id: string;
			/** @description `video`, `comment`, `review`, `playlist` or `user`. */
			subject_kind: string;
		};
		/** @description That moderators have been told. */
		ReportView: {
			/** @description `received`. */
			state: string;
			/** @description The id of what was reported. */
			subject_id: string;
			/** @description What was reported. */
			subject_kind: string;
		};
		/** @description Where somebody chooses another password. */
		ResetLink: {
			/** @description Good for a week, once. */
			link: string;
		};
		/** @description A hundredth of a video. */
		RetentionView: {
			/** @description 0 to 99. */
			percent: number;
			/**
			 * Format: int64
			 * @description How many plays watched it.
			 */
			plays: number;
			/**
			 * Format: int64
			 * @description How often it was watched again.
			 */
			replays: number;
			/**
			 * Format: double
			 * @description The share of plays that watched it, 0 to 1.
			 */
			share: number;
		};
		/** @description What somebody makes of a video. */
		ReviewForm: {
			/** @description Plain text, up to 10,000 characters. */
			body?: string;
			/**
			 * Format: int32
			 * @description 1 to 5.
			 */
			stars: number;
			/** @description Up to 150 characters. */
			title?: string;
		};
		/** @description A review. */
		ReviewView: {
			/** @description Who wrote it. */
			author: components['schemas']['AuthorView'];
			/** @description Plain text, as typed: show it as text. May be empty. */
			body: string;
			/** @description RFC 3339. */
			created_at: string;
			/** @description `review_…` */
			id: string;
			/** @description Whether it is yours. */
			is_mine: boolean;
			/**
			 * Format: int32
			 * @description 1 to 5.
			 */
			stars: number;
			/**
			 * @description `visible`; `held` or `removed` (you see it because it is yours, or
			 *     because you moderate).
			 */
			state: string;
			/** @description A headline; may be empty. */
			title: string;
			/** @description RFC 3339. */
			updated_at: string;
			/** @description The video that it judges. */
			video_id: string;
		};
		/** @description An edit. */
		RevisionView: {
			/** @description The account that made it; none for the server itself. */
			actor?: string | null;
			/** @description RFC 3339. */
			at: string;
			/** @description What it has changed. */
			changes: components['schemas']['ChangeView'][];
			/**
			 * Format: int64
			 * @description From 1, which is how it was at first.
			 */
			number: number;
			/** @description How it came about: `create`, `edit`, `restore`, `import`, … */
			via: string;
		};
		/** @description A token that is no longer needed. */
		Revocation: {
			/** @description A refresh token. */
			token: string;
		};
		/** @description A text track. */
		RokuCaption: {
			captionType: string;
			language: string;
			url: string;
		};
		/** @description How a title is played. */
		RokuContent: {
			captions?: components['schemas']['RokuCaption'][];
			dateAdded: string;
			/** Format: int64 */
			duration: number;
			videos: components['schemas']['RokuVideo'][];
		};
		/** @description Roku's feed of a catalogue. */
		RokuFeed: {
			language: string;
			lastUpdated: string;
			movies?: components['schemas']['RokuTitle'][];
			providerName: string;
			series?: components['schemas']['RokuSeries'][];
			shortFormVideos?: components['schemas']['RokuTitle'][];
			tvSpecials?: components['schemas']['RokuTitle'][];
		};
		/** @description An age rating. */
		RokuRating: {
			rating: string;
			ratingSource: string;
		};
		/** @description A season of a show. */
		RokuSeason: {
			episodes: components['schemas']['RokuTitle'][];
			/** Format: int32 */
			seasonNumber: number;
		};
		/** @description A show. */
		RokuSeries: {
			genres?: string[];
			id: string;
			releaseDate: string;
			seasons: components['schemas']['RokuSeason'][];
			shortDescription: string;
			thumbnail?: string | null;
			title: string;
		};
		/** @description A film, an episode or a short. */
		RokuTitle: {
			content: components['schemas']['RokuContent'];
			/** Format: int32 */
			episodeNumber?: number | null;
			genres?: string[];
			id: string;
			longDescription: string;
			rating?: components['schemas']['RokuRating'] | null;
			releaseDate: string;
			shortDescription: string;
			tags?: string[];
			thumbnail?: string | null;
			title: string;
		};
		/** @description One form of a title. */
		RokuVideo: {
			quality: string;
			url: string;
			videoType: string;
		};
		/** @description What became of a row. */
		RowReport: {
			/** @description What is wrong with the row. */
			errors: components['schemas']['ProblemField'][];
			/**
			 * Format: int64
			 * @description The line on which it begins, from 1.
			 */
			line: number;
			/** @description `created`, `updated`, `unchanged` or `failed`. */
			outcome: string;
			/** @description Its title, or the row's. */
			title?: string | null;
			/** @description The video, if there is one. */
			video_id?: string | null;
		};
		/** @description Of which titles a row is. */
		RowSettingsSpec: {
			/**
			 * Format: int32
			 * @description How many rows of genres there are, 1 to 12.
			 */
			count?: number | null;
			/** @description The genre, kind, tag or collection. */
			value?: string | null;
			/** @description The hero's title. */
			video_id?: string | null;
		};
		/** @description A row as the operator sets it up. */
		RowSpec: {
			/** @description Whether it is shown. */
			enabled?: boolean;
			/** @description `row_…`; one is made up if it is left out. */
			id?: string;
			/**
			 * @description `hero`, `continue_watching`, `watchlist`, `new`, `trending`, `top10`,
			 *     `because_you_watched`, `recommended`, `genre`, `genres`, `content_type`,
			 *     `tag`, `collection`, `live_now` or `channels_now`.
			 * @example genre
			 */
			kind: string;
			/** @description Of which titles. */
			settings?: components['schemas']['RowSettingsSpec'];
			/**
			 * Format: int32
			 * @description At most so many titles, 1 to 50.
			 */
			size?: number;
			/** @description Its heading; null leaves it to the kind. */
			title?: string | null;
		};
		/** @description A row of the home page. */
		RowView: {
			because?: components['schemas']['TitleRef'] | null;
			/** @description In a row `channels_now` what the channels show, by number. */
			channels?: components['schemas']['ChannelView'][] | null;
			/** @description The operator's row. */
			id: string;
			/** @description Its titles. */
			items: components['schemas']['HomeItemView'][];
			/**
			 * @description `continue_watching`, `watchlist`, `new`, `trending`, `top10`, `because_you_watched`,
			 *     `recommended`, `genre`, `genres`, `content_type`, `tag`, `collection`,
			 *     `live_now` or `channels_now`.
			 */
			kind: string;
			/** @description In a row `live_now` what is on the air, the latest first. */
			streams?: components['schemas']['StreamView'][] | null;
			/** @description Its heading. */
			title: string;
			/** @description The genre, kind, tag or collection. */
			value?: string | null;
		};
		/** @description Rules about what people write. */
		RulesView: {
			/** @description Who may comment: `nobody`, `signed_in` or `anyone`. */
			comments: string;
			/**
			 * Format: int32
			 * @description How many accounts must report a comment or review before it is out of
			 *     sight by itself; 0 leaves that to moderators.
			 */
			hold_after_reports: number;
			/** @description Whether a moderator reads every comment and review first. */
			hold_all: boolean;
			/** @description Addresses. */
			links: components['schemas']['LinkRulesView'];
			/** @description Who may review: `nobody`, `signed_in` or `anyone`. */
			reviews: string;
			/** @description Blocked words and phrases. */
			words: components['schemas']['WordRuleView'][];
		};
		/** @description A file, and what became of it. */
		ScannedFile: {
			/** @description `imported`, `would`, `there` or `failed`. */
			fate: string;
			/** @description Its path below the folder. */
			file: string;
			/** @description What it is taken for, why it failed, or what beside it was left out. */
			notes: string[];
			/** @description The video that it is. */
			video_id?: string | null;
		};
		/** @description The guide of a channel. */
		ScheduleView: {
			/** @description What airs, without gap or overlap. The first may have begun before. */
			airings: components['schemas']['AiringView'][];
			/** @description Of which. */
			channel: components['schemas']['ChannelName'];
			/** @description From when on, RFC 3339. */
			from: string;
			/** @description Until when, RFC 3339. */
			to: string;
		};
		/** @description What was found. */
		SearchView: {
			/** @description What may have been meant, if that finds something. */
			did_you_mean?: string | null;
			/**
			 * @description What the results can be narrowed down by: `type`, `genre`, `year`,
			 *     `rating`, `language`, `length`.
			 */
			facets: {
				[key: string]: components['schemas']['ValueView'][];
			};
			/** @description This page of them, the best first. */
			hits: components['schemas']['HitView'][];
			/**
			 * Format: int64
			 * @description How many there are in all.
			 */
			total: number;
		};
		/** @description What is said about a season. */
		SeasonFields: {
			/**
			 * Format: int32
			 * @description From 0 (specials).
			 */
			number: number;
			overview?: string | null;
			/** @description As `2008-01-20`. */
			release_date?: string | null;
			title?: string | null;
		};
		/** @description A season. */
		SeasonView: {
			/** @description Its episodes that you may see, in order. */
			episodes: components['schemas']['VideoView'][];
			/**
			 * Format: int32
			 * @description From 0 (specials); none for episodes without a season.
			 */
			number?: number | null;
			/** @description Plain text; may be empty. */
			overview: string;
			/** @description A picture that stands for it. */
			poster_url?: string | null;
			/** @description The day of the first showing. */
			release_date?: string | null;
			/** @description Its name, if it has one of its own. */
			title?: string | null;
		};
		/** @description What choosing a profile may need. */
		SelectRequest: {
			/**
			 * @description The PIN of the profile or, to leave a child's, of that.
			 * @default null
			 */
			pin?: string | null;
		};
		/** @description A profile that was chosen. */
		Selected: {
			/** @description `profile_…` */
			profile_id: string;
			/** @description What a program sends as `Matinee-Profile`; browsers keep it in a cookie. */
			token: string;
		};
		/** @description What is aimed at. */
		ServiceLevel: {
			/**
			 * Format: double
			 * @description It should be less.
			 */
			limit: number;
			/** @description Whether it is less. */
			met?: boolean | null;
			/** @description `startup_ms`, `seek_ms` (of 95 in a hundred) or `rebuffer_ratio`. */
			name: string;
			/**
			 * Format: double
			 * @description What it is; null without a value.
			 */
			value?: number | null;
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
		/** @description A session. */
		SessionView: {
			/** @description From which address it was last used. */
			addr: string;
			/** @description RFC 3339. */
			created_at: string;
			/** @description Whether it is the one that asks. */
			current: boolean;
			/** @description What a person would call the device, such as `Firefox on Linux`. */
			device: string;
			/** @description RFC 3339. */
			expires_at: string;
			/** @description `session_…` */
			id: string;
			/** @description `browser` or `app`. */
			kind: string;
			/** @description To some minutes (RFC 3339). */
			last_seen_at: string;
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
		/**
		 * @description What a value is.
		 * @enum {string}
		 */
		SettingKind: 'text' | 'number' | 'switch' | 'choice' | 'list' | 'size' | 'duration' | 'rate';
		/**
		 * @description Where a value comes from. An earlier one wins over a later one.
		 * @enum {string}
		 */
		SettingSource: 'flag' | 'environment' | 'file' | 'studio' | 'default';
		/** @description A setting. */
		SettingView: {
			/** @description The words to choose from; empty unless it is a `choice`. */
			choices: string[];
			/** @description What holds when nobody has said anything; null for nothing. */
			default?: string | null;
			/** @description What it does. */
			description: string;
			/** @description Its name in the environment. */
			env: string;
			/** @description What a value looks like, to follow "expected". */
			expects: string;
			/** @description Whether it can be changed here. */
			is_editable: boolean;
			/** @description Whether what holds now is still another value. */
			is_pending: boolean;
			/** @description Whether the value is never shown. */
			is_secret: boolean;
			/** @description Whether there is a value. */
			is_set: boolean;
			/** @description Its name here and in `matinee.toml`. */
			key: string;
			/** @description What a value is. */
			kind: components['schemas']['SettingKind'];
			/** @description Why it cannot; null if it can. */
			locked_reason?: string | null;
			/** @description Whether a change holds from the next start on, rather than at once. */
			needs_restart: boolean;
			/** @description The heading under which the reference shows it. */
			section: string;
			/** @description Where the value comes from. */
			source: components['schemas']['SettingSource'];
			/** @description The same more closely, such as the name of the variable or of the file. */
			source_name?: string | null;
			/**
			 * @description What holds, or will after the next start; null for nothing, and for
			 *     every secret.
			 */
			value?: string | null;
		};
		/**
		 * @description Settings by their `key`: a value as one would write it in `matinee.toml`,
		 *     or null for the one that holds without the studio.
		 */
		SettingsChange: {
			[key: string]: string | null;
		};
		/** @description A share of the audience. */
		ShareView: {
			/** @description Of which device, host, country or rung. */
			name: string;
			/**
			 * Format: int64
			 * @description Presses of play; 0 for rungs.
			 */
			plays: number;
			/**
			 * Format: double
			 * @description Share of all that was watched, 0 to 1.
			 */
			share: number;
			/**
			 * Format: int64
			 * @description Views; 0 for rungs.
			 */
			views: number;
			/**
			 * Format: double
			 * @description Seconds watched.
			 */
			watch_time_seconds: number;
		};
		/**
		 * @description What is said about a show: an absent field stays (or gets its default),
		 *     `null` clears it.
		 */
		ShowFields: {
			external_ids?: {
				[key: string]: string | null;
			} | null;
			genres?: string[] | null;
			/** @description `show`, `course`, `podcast` or `other`. */
			kind?: string | null;
			/** @description BCP 47. */
			languages?: string[] | null;
			original_title?: string | null;
			overview?: string | null;
			rating?: string | null;
			/** @description As `2008-01-20`. */
			release_date?: string | null;
			/** Format: int32 */
			release_year?: number | null;
			/** @description What is said about seasons; those that are absent stay. */
			seasons?: components['schemas']['SeasonFields'][] | null;
			sort_title?: string | null;
			/** @description `planned`, `returning`, `ended`, `canceled` or `finished`. */
			status?: string | null;
			studio?: string | null;
			tagline?: string | null;
			tags?: string[] | null;
			title?: string | null;
		};
		/** @description A show or a course. */
		ShowView: {
			/** @description The pictures that people chose for it. */
			artwork: components['schemas']['ArtworkView'][];
			/** @description A picture to put behind it. */
			backdrop_url?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/**
			 * Format: int64
			 * @description Episodes that you may see.
			 */
			episode_count: number;
			/** @description Its names in other databases, such as `tmdb`. */
			external_ids: {
				[key: string]: string;
			};
			/** @description All genres. */
			genres: string[];
			/** @description `show_…` */
			id: string;
			/** @description `show`, `course`, `podcast` or `other`. */
			kind: string;
			/** @description Spoken languages (BCP 47). */
			languages: string[];
			/** @description The title where it comes from. */
			original_title?: string | null;
			/** @description Plain text; may be empty. */
			overview: string;
			/** @description A picture that stands for it. */
			poster_url?: string | null;
			/** @description Such as `TV-MA`. */
			rating?: string | null;
			/** @description The day of the first showing, as `2008-01-20`. */
			release_date?: string | null;
			/**
			 * Format: int32
			 * @description The year of the first showing.
			 */
			release_year?: number | null;
			/**
			 * Format: int64
			 * @description The number of the last edit.
			 */
			revision: number;
			/**
			 * Format: int64
			 * @description Seasons that have episodes which you may see.
			 */
			season_count: number;
			/** @description What it is sorted by instead of its title. */
			sort_title?: string | null;
			/** @description `planned`, `returning`, `ended`, `canceled` or `finished`. */
			status?: string | null;
			/** @description Who made it. */
			studio?: string | null;
			/** @description One line that makes one curious. */
			tagline?: string | null;
			/** @description Free words. */
			tags: string[];
			/** @description Its name. */
			title: string;
			/** @description RFC 3339. */
			updated_at: string;
		};
		/** @description A show with everything that belongs to it. */
		ShowWhole: components['schemas']['ShowView'] & {
			/** @description Its own credits (episodes have theirs). */
			credits: components['schemas']['CreditView'][];
			/** @description Its seasons, in order. */
			seasons: components['schemas']['SeasonView'][];
		};
		/** @description A stretch of consecutive segments of one video. */
		SlotView: {
			/** @description What it belonged to. */
			airing_id: string;
			/** @description When it ended, RFC 3339. */
			end: string;
			/**
			 * Format: int32
			 * @description Its first segment within the video, from 0.
			 */
			first_segment: number;
			/** @description `programme`, `filler`, `ident`, `slate`, `ad_break` or `live`. */
			kind: string;
			/**
			 * Format: int64
			 * @description The media sequence number of the first.
			 */
			msn: number;
			/**
			 * Format: int32
			 * @description How many segments.
			 */
			segments: number;
			/** @description When it began, RFC 3339. */
			start: string;
			/** @description What it is called, if it is still known. */
			title?: string | null;
			/**
			 * Format: int32
			 * @description The number of the edit that it came from.
			 */
			version: number;
			/** @description The video; null for the slate. */
			video_id?: string | null;
		};
		/** @description What a stream is to be pulled from. */
		SourceForm: {
			/**
			 * @description An HLS playlist (`https://…` or `http://…`), `rtmp://…`, `rtsp://…` (a camera)
			 *     or `srt://…` (a listener). It has to be a public address, or in a network that
			 *     `MATINEE_LIVE_ALLOW` names, and so has all that a playlist names.
			 */
			url: string;
		};
		/**
		 * @description How pulling a stream goes.
		 * @enum {string}
		 */
		SourceStateView: 'idle' | 'connecting' | 'pulling' | 'waiting' | 'failed';
		/** @description What a stream is pulled from. */
		SourceView: {
			/** @description Whether it is to be pulled. */
			active: boolean;
			/**
			 * Format: int32
			 * @description How many attempts one after another have failed.
			 */
			attempts: number;
			/** @description Why it was not reached, or was lost, in words. */
			error?: string | null;
			/** @description When it is tried again, RFC 3339; null unless it is waited for. */
			next_attempt_at?: string | null;
			/** @description How it goes at this moment. */
			state: components['schemas']['SourceStateView'];
			/** @description RFC 3339. */
			updated_at: string;
			/** @description Its address. What follows a question mark is left out: it may open something. */
			url: string;
		};
		/** @description A connection to a stage. */
		StageAnswer: {
			/** @description Servers that help the client to find out where it is (`stun:…`). */
			ice_servers: string[];
			/** @description The answer (SDP). */
			sdp: string;
			/** @description What the session is called. Nobody guesses it. */
			session: string;
		};
		/** @description How a stage is to be shown. */
		StageChange: {
			/** @description `auto`, `grid` or `speaker`. */
			layout: components['schemas']['StageLayoutView'];
		};
		/** @description Somebody who would like to be on the stage. */
		StageGuest: {
			/** @description What they are to the stream, as in the chat. */
			badge: string;
			/** @description `guest_…` */
			id: string;
			/** @description Whether they have been invited. */
			invited: boolean;
			/** @description Since when, RFC 3339. */
			since: string;
			/** @description The name that others see. */
			username: string;
		};
		/**
		 * @description How a stage is shown.
		 * @enum {string}
		 */
		StageLayoutView: 'auto' | 'grid' | 'speaker';
		/** @description What a client on a stage offers. */
		StageOffer: {
			/** @description What it receives, and where. */
			receives: components['schemas']['StageReceives'][];
			/** @description The offer (SDP): H.264 with `packetization-mode=1`, and Opus. */
			sdp: string;
			/** @description What the client sends, and where: one of each track. */
			sends: components['schemas']['StageSends'][];
		};
		/** @description Somebody on a stage. */
		StageParticipant: {
			/** @description What they are to the stream, as in the chat. */
			badge: string;
			/** @description Whether they send pictures of a camera. */
			camera: boolean;
			/** @description Whether nobody sees their camera. */
			camera_off: boolean;
			/** @description Whether they are connected. Who is not loses the seat after half a minute. */
			connected: boolean;
			/** @description `guest_…` */
			id: string;
			/** @description Whether they send sound; that of somebody who is muted is heard by nobody. */
			microphone: boolean;
			/** @description Whether nobody hears them. */
			muted: boolean;
			/** @description Whether they share a screen. */
			screen: boolean;
			/** @description The name that others see. */
			username: string;
		};
		/**
		 * @description Where somebody is.
		 * @enum {string}
		 */
		StagePlaceView: 'away' | 'hand' | 'invited' | 'on_stage';
		/** @description A track that a client receives. */
		StageReceives: {
			/** @description The place in the session (`a=mid`). */
			mid: string;
			/** @description Of whom: `guest_…`. Of somebody who has gone meanwhile nothing comes. */
			participant_id: string;
			/** @description `microphone`, `camera` or `screen`. */
			track: components['schemas']['StageTrackView'];
		};
		/** @description A change of somebody on the stage: an absent field stays. */
		StageSeatChange: {
			/** @description Whether nobody sees their camera. */
			camera_off?: boolean | null;
			/** @description Whether nobody hears them. */
			muted?: boolean | null;
		};
		/** @description A track that a client sends. */
		StageSends: {
			/** @description The place in the session (`a=mid`). */
			mid: string;
			/** @description `microphone`, `camera` or `screen`. */
			track: components['schemas']['StageTrackView'];
		};
		/**
		 * @description What somebody on a stage sends.
		 * @enum {string}
		 */
		StageTrackView: 'microphone' | 'camera' | 'screen';
		/** @description The stage of a stream: a few people who see and hear each other by WebRTC. */
		StageView: {
			/** @description Whether an encoder's pictures or sound are in it as well. */
			encoder: boolean;
			/**
			 * @description Those whose hands are up, the first first, and those who have been invited. For those who
			 *     look after the chat alone.
			 */
			guests?: components['schemas']['StageGuest'][] | null;
			/** @description How many hands are up. */
			hands_up: number;
			/** @description How it is shown. */
			layout: components['schemas']['StageLayoutView'];
			/** @description Whether what the stage shows is the stream's broadcast. */
			on_air: boolean;
			/** @description Those on the stage, in the order in which they came. */
			participants: components['schemas']['StageParticipant'][];
			/** @description How many there is room for. */
			seats: number;
			/**
			 * @description What is not as it should be with what is broadcast, in words. For those who look after the
			 *     chat alone.
			 */
			warning?: string | null;
			you?: components['schemas']['StageYou'] | null;
		};
		/** @description What you are to a stage. */
		StageYou: {
			/** @description Whether you may invite others, and come without being invited. */
			hosts: boolean;
			/** @description `guest_…`, if you are on the stage or would like to be. */
			id?: string | null;
			/** @description `away`, `hand`, `invited` or `on_stage`. */
			place: components['schemas']['StagePlaceView'];
		};
		/** @description What all reviews of a video come to. */
		StarsView: {
			/**
			 * Format: double
			 * @description The average, 1 to 5, to two decimals; null without reviews.
			 */
			average?: number | null;
			/**
			 * Format: int64
			 * @description How many reviews there are.
			 */
			count: number;
			/** @description How many there are of one star, of two, of three, of four, of five. */
			histogram: number[];
		};
		/** @description The service in numbers. */
		StatsView: {
			/**
			 * Format: int64
			 * @description Those that are live now.
			 */
			live_streams: number;
			/**
			 * Format: int64
			 * @description Those that can be watched already.
			 */
			processed_videos: number;
			/**
			 * Format: int64
			 * @description Those that everybody may watch.
			 */
			public_videos: number;
			/**
			 * Format: int64
			 * @description Channels that you may know of.
			 */
			total_channels: number;
			/**
			 * Format: int64
			 * @description Comments that everybody sees.
			 */
			total_comments: number;
			/**
			 * Format: int64
			 * @description Dislikes of all videos.
			 */
			total_dislikes: number;
			/**
			 * Format: int64
			 * @description Of all videos together, in seconds.
			 */
			total_duration_seconds: number;
			/**
			 * Format: int64
			 * @description Likes of all videos.
			 */
			total_likes: number;
			/**
			 * Format: int64
			 * @description Playlists that you may know of.
			 */
			total_playlists: number;
			/**
			 * Format: int64
			 * @description Reviews that everybody sees.
			 */
			total_reviews: number;
			/**
			 * Format: int64
			 * @description Streams that you may know of.
			 */
			total_streams: number;
			/**
			 * Format: int64
			 * @description Of all uploads together, in bytes; for operators.
			 */
			total_upload_bytes?: number | null;
			/**
			 * Format: int64
			 * @description Videos that you may know of.
			 */
			total_videos: number;
			/**
			 * Format: int64
			 * @description Views of all videos.
			 */
			total_views: number;
			/**
			 * Format: int64
			 * @description Seconds since this server started.
			 */
			uptime_seconds: number;
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
			/** @description `import`, `probe`, `package`, `transcode`, `audio`, `track`, `subtitles` or `thumbnails`. */
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
		/** @description How a stream was doing at an instant. */
		StreamAnalytics: {
			/** @description What most of them watched, such as `720p`; null if nobody has said so. */
			average_quality?: string | null;
			/**
			 * Format: double
			 * @description What went out to them, in Mbit/s: the encoder's bit rate for each of them.
			 */
			bandwidth_usage: number;
			/**
			 * Format: int32
			 * @description Chat messages since the sample before.
			 */
			chat_messages_count: number;
			/** @description `analytics_…` */
			id: string;
			/**
			 * Format: int64
			 * @description Likes in all.
			 */
			likes_count: number;
			/**
			 * Format: int64
			 * @description People who passed it on, in all.
			 */
			shares_count: number;
			/** @description `stream_…` */
			stream_id: string;
			/** @description RFC 3339. */
			timestamp: string;
			/**
			 * Format: int32
			 * @description How many watched.
			 */
			viewer_count: number;
		};
		/** @description A stream about to be made. */
		StreamForm: {
			/** @description Such as `Gaming`. */
			category?: string | null;
			chat_from?: components['schemas']['ChatFromView'] | null;
			/**
			 * @description `live_stream` (unless given), `webinar`, `conference`, `gaming`,
			 *     `education`, `entertainment`, …
			 */
			content_type?: string | null;
			/** @description Up to 10,000 characters. */
			description?: string;
			/** @description Whether only those write in the chat who follow you. */
			followers_only?: boolean;
			/** @description The groups (`group_…`) that open it; needed by `groups`. */
			groups?: string[];
			/** @description Whether nobody but its owner may watch: `visibility` says it finer. */
			is_private?: boolean | null;
			/** @description BCP 47. */
			language?: string | null;
			/**
			 * Format: int32
			 * @description How many may watch at once; all unless given.
			 */
			max_viewers?: number | null;
			/**
			 * @description A password of 4 characters or more: needed by `password`, and meant by
			 *     it if no visibility is given.
			 */
			password?: string | null;
			/** @description `auto` (unless given), `source`, `360p`, `720p`, `1080p`, `4k`, … */
			quality?: string | null;
			/** @description An age rating, such as `PG-13`. */
			rating?: string | null;
			/**
			 * @description Whether broadcasts are kept as videos; as the instance is set up unless
			 *     given.
			 */
			record?: boolean | null;
			/** @description When it is meant to begin, RFC 3339. */
			scheduled_at?: string | null;
			/**
			 * Format: int32
			 * @description How many seconds somebody waits from one message to the next.
			 */
			slow_mode_s?: number;
			/** @description A name of the client's for whoever streams. */
			streamer_id?: string | null;
			/** @description At most 50. */
			tags?: string[];
			/** @description 1 to 255 characters. */
			title: string;
			/**
			 * @description `public` (unless given), `unlisted`, `members`, `groups`, `password` or
			 *     `private`.
			 */
			visibility?: string | null;
		};
		/** @description Likes of a stream. */
		StreamLikes: {
			/** @description `stream_…` */
			id: string;
			/**
			 * Format: int64
			 * @description Likes of all.
			 */
			like_count: number;
			/** @description Whether you like it. */
			liked: boolean;
		};
		/** @description A change of a stream: an absent field stays, `null` clears it. */
		StreamPatchForm: {
			/** @description Such as `Gaming`. */
			category?: string | null;
			chat_from?: components['schemas']['ChatFromView'] | null;
			/** @description `live_stream`, `gaming`, … */
			content_type?: string | null;
			/** @description Up to 10,000 characters. */
			description?: string | null;
			/** @description Whether only those write in the chat who follow its owner. */
			followers_only?: boolean | null;
			/** @description What clients know that know only public and private. */
			is_private?: boolean | null;
			/** @description BCP 47. */
			language?: string | null;
			/**
			 * Format: int32
			 * @description How many may watch at once.
			 */
			max_viewers?: number | null;
			/** @description `auto`, `source`, `720p`, … */
			quality?: string | null;
			/** @description An age rating, such as `PG-13`. */
			rating?: string | null;
			/** @description Whether broadcasts are kept as videos, from the next one on. */
			record?: boolean | null;
			/**
			 * Format: date-time
			 * @description When it is meant to begin, RFC 3339.
			 */
			scheduled_at?: string | null;
			/**
			 * Format: int32
			 * @description How many seconds somebody waits from one message to the next.
			 */
			slow_mode_s?: number | null;
			/** @description A name of the client's for whoever streams. */
			streamer_id?: string | null;
			/** @description At most 50. */
			tags?: string[] | null;
			/** @description 1 to 255 characters. */
			title?: string | null;
			/**
			 * @description `public`, `unlisted`, `members`, or `private`; the others need more:
			 *     see `/api/streams/{id}/access`.
			 */
			visibility?: string | null;
		};
		/** @description How often a stream was passed on. */
		StreamShares: {
			/** @description `stream_…` */
			id: string;
			/**
			 * Format: int64
			 * @description How many people have.
			 */
			share_count: number;
		};
		/**
		 * @description Where a stream is in its life.
		 * @enum {string}
		 */
		StreamStatusView: 'scheduled' | 'live' | 'ended';
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
		/** @description That a stream is open. */
		StreamUnlocked: {
			/** @description Until when it is good (RFC 3339). */
			expires_at: string;
			/**
			 * @description What a program sends as `Matinee-Unlock: {stream_id}={proof}`; browsers
			 *     keep it in a cookie.
			 */
			proof: string;
			/** @description `stream_…` */
			stream_id: string;
		};
		/** @description A live stream. */
		StreamView: {
			/** @description Such as `Gaming`. */
			category?: string | null;
			/** @description Who may write in the chat. */
			chat_from: components['schemas']['ChatFromView'];
			/** @description `live_stream`, `gaming`, `webinar`, … */
			content_type?: string | null;
			/** @description RFC 3339. */
			created_at: string;
			/** @description The DASH manifest, as `hls_url`. */
			dash_url: string;
			/** @description Plain text; may be empty. */
			description: string;
			/**
			 * Format: int64
			 * @description How long the last broadcast was, in seconds; null while it is live.
			 */
			duration?: number | null;
			/** @description The same as `ended_at`. */
			end_time?: string | null;
			/** @description When it last ended, RFC 3339; null while it is live. */
			ended_at?: string | null;
			/** @description Whether only those write in the chat who follow its owner. */
			followers_only: boolean;
			/**
			 * @description Whether you do; null if you have not signed in, if nobody owns it, and in
			 *     what a room is told.
			 */
			following?: boolean | null;
			/**
			 * @description The HLS multivariant playlist. Unless the stream is public it needs a
			 *     token: see `/api/streams/{id}/token`.
			 */
			hls_url: string;
			/** @description `stream_…` */
			id: string;
			ingest?: components['schemas']['IngestView'] | null;
			/** @description Whether the visibility is another than `public`. */
			is_private: boolean;
			/** @description BCP 47. */
			language?: string | null;
			/**
			 * Format: int64
			 * @description How many like it.
			 */
			like_count: number;
			/**
			 * Format: int32
			 * @description How many may watch at once; null for all.
			 */
			max_viewers?: number | null;
			/** @description Whether there is something to watch at this moment. */
			on_air: boolean;
			/** @description Always null: passwords are given, never told. */
			password?: string | null;
			/**
			 * Format: int32
			 * @description The most who watched at once, of the last broadcast.
			 */
			peak_viewers: number;
			/** @description What viewers are to get; `auto` leaves it to their players. */
			quality: string;
			/** @description An age rating, such as `PG-13`. */
			rating?: string | null;
			/** @description Whether broadcasts are kept as videos. */
			record: boolean;
			/** @description The video that the last broadcast became. */
			recording_video_id?: string | null;
			/**
			 * @description The sizes in which it is to be had while it is on the air on this server: what
			 *     the encoder sends, and what is made of it. Empty otherwise.
			 */
			renditions: components['schemas']['LiveRenditionView'][];
			/**
			 * @description Where the encoder sends it, with the key for whoever may see it; null
			 *     where nothing is taken in.
			 */
			rtmp_url?: string | null;
			/** @description The same over TLS; null where that is not set up. */
			rtmps_url?: string | null;
			/** @description When it is meant to begin, RFC 3339. */
			scheduled_at?: string | null;
			/**
			 * Format: int64
			 * @description How many people passed it on to others.
			 */
			share_count: number;
			/**
			 * Format: int32
			 * @description How many seconds somebody waits from one message to the next.
			 */
			slow_mode_s: number;
			/**
			 * @description Where the encoder sends it by SRT (as a caller), with the key for
			 *     whoever may see it; null where that is not set up. A passphrase, where
			 *     one is asked for, is not in it.
			 */
			srt_url?: string | null;
			/** @description The same as `started_at`. */
			start_time?: string | null;
			/** @description When it last began, RFC 3339. */
			started_at?: string | null;
			/** @description Where it is in its life. */
			status: components['schemas']['StreamStatusView'];
			/** @description What the encoder sends; null for all but its owner and administrators. */
			stream_key?: string | null;
			/**
			 * Format: int64
			 * @description How many follow its owner; null if nobody owns it.
			 */
			streamer_followers?: number | null;
			/** @description Who the client said streams; else the account that owns it. */
			streamer_id?: string | null;
			/**
			 * @description What the client said they are called, else what the owner is called; null
			 *     if nobody owns it any more.
			 */
			streamer_name?: string | null;
			/** @description Free words. */
			tags: string[];
			/**
			 * @description A picture of it, renewed about every ten seconds while it is on the air;
			 *     the last one stays until the next broadcast. Null until there is one.
			 *     Unless the stream is public it needs a token, as the rest of its media.
			 */
			thumbnail_url?: string | null;
			/** @description Plain text. */
			title: string;
			/** @description RFC 3339. */
			updated_at: string;
			/**
			 * Format: int32
			 * @description How many watch now.
			 */
			viewer_count: number;
			/** @description `public`, `unlisted`, `members`, `groups`, `password` or `private`. */
			visibility: string;
			/** @description The room: chat, counts, and what happens. */
			websocket_url: string;
			/**
			 * @description Where it is watched by WebRTC (WHEP) in less than a second; null while it
			 *     is off the air, or if its pictures or the server's set-up do not allow it.
			 *     Who may watch it may watch it so; `?token=` works here too.
			 */
			whep_url?: string | null;
			/**
			 * @description Where the encoder or a page sends it by WebRTC (WHIP), with the key for
			 *     whoever may see it; without, the key goes as a bearer token. Null where
			 *     that is not set up.
			 */
			whip_url?: string | null;
		};
		/** @description What a case is about. */
		SubjectView: {
			/** @description Who made it. */
			author_id?: string | null;
			/** @description The name that was shown with it. */
			author_name: string;
			/** @description What it said when the case was opened, shortened. Plain text. */
			excerpt: string;
			/** @description Its id. */
			id: string;
			/**
			 * @description `video`, `comment`, `review`, `playlist`, `user`, `show`, `person`,
			 *     `collection`, `profile` or `subtitle`. The last six are changed where
			 *     they are: their cases can only be approved or dismissed.
			 */
			kind: string;
			/**
			 * @description `visible`, `held`, `removed` or `deleted`: who sees it now; null when
			 *     it is gone, and for people.
			 */
			state?: string | null;
			/** @description The video that it stands under (or that it is). */
			video_id?: string | null;
		};
		/**
		 * @description The form of a text track. The same fields may come in the query, with the
		 *     file itself as the body.
		 */
		SubtitleForm: {
			/**
			 * Format: binary
			 * @description SRT, WebVTT, or ASS/SSA, judged by what it holds; at most 16 MiB. UTF-8,
			 *     UTF-16 or Windows-1252.
			 */
			file: string;
			/** @description Whether it only translates what is foreign in the film. */
			forced?: boolean | null;
			/** @description Whether it also describes sounds (SDH). */
			hearing_impaired?: boolean | null;
			/** @description Whether players show it unless told otherwise; no other track does then. */
			is_default?: boolean | null;
			/** @description What a person sees in a menu; the language's name unless given. */
			label?: string | null;
			/**
			 * @description A language tag (BCP 47) such as `en` or `pt-BR`; taken from the file's
			 *     name (`Film.en.srt`) if it is left out.
			 */
			language?: string | null;
		};
		/** @description A change of a text track: an absent field stays. */
		SubtitlePatch: {
			/** @description Whether it only translates what is foreign in the film. */
			forced?: boolean | null;
			/** @description Whether it also describes sounds (SDH). */
			hearing_impaired?: boolean | null;
			/** @description Whether players show it unless told otherwise; no other track does then. */
			is_default?: boolean | null;
			/** @description What a person sees in a menu. */
			label?: string | null;
			/** @description A language tag (BCP 47). */
			language?: string | null;
		};
		/** @description A text track. */
		SubtitleView: {
			/** @description Whether it only translates what is foreign in the film. */
			forced: boolean;
			/** @description Whether it also describes sounds (SDH). */
			hearing_impaired: boolean;
			/** @description `subtitle_…` */
			id: string;
			/** @description Whether players show it unless told otherwise. */
			is_default: boolean;
			/** @description What a person sees in a menu. */
			label: string;
			/** @description BCP 47. */
			language: string;
			/** @description `source` if it comes from the upload, `upload` if somebody brought it. */
			origin: string;
			/** @description WebVTT, whole. */
			url: string;
		};
		/** @description What somebody may be about to type. */
		SuggestionView: {
			/** @description `title`, `show` or `person`. */
			kind: string;
			/** @description The person, if it is one. */
			person_id?: string | null;
			/** @description The show, if it is one that has a page. */
			show_id?: string | null;
			/** @description The whole of it. */
			text: string;
			/** @description The title, if it is one. */
			video_id?: string | null;
		};
		/** @description A broadcast that is to take a channel over. */
		TakeoverForm: {
			/**
			 * Format: int32
			 * @description How long it lasts at most, 1 to 1440; until the broadcast ends unless
			 *     given.
			 */
			minutes?: number | null;
			/**
			 * @description When it takes over, within five weeks; unless given at the next segment
			 *     that is not settled, within a minute.
			 */
			starts_at?: string | null;
			/**
			 * @description `stream_…`: one that everybody who may watch the channel may watch, and
			 *     that you may change.
			 */
			stream_id: string;
			/** @description What it is called in the guide; as the stream unless given. */
			title?: string | null;
		};
		/** @description A broadcast that takes a channel over, or has. */
		TakeoverView: {
			/** @description When it takes over, RFC 3339. */
			begins_at: string;
			/** @description The channel. */
			channel_id: string;
			/** @description When it was made, RFC 3339. */
			created_at: string;
			/** @description When it handed back or will, RFC 3339. */
			ended_at?: string | null;
			/** @description Until when something has been taken of the broadcast, RFC 3339. */
			fed_until?: string | null;
			/** @description `takeover_…` */
			id: string;
			/** @description Why it ended, in a sentence. */
			reason?: string | null;
			/**
			 * @description `scheduled`, `on` (its time has come; the slate stands where nothing
			 *     comes), or `ended`.
			 */
			status: string;
			/** @description The stream. */
			stream_id: string;
			/** @description What it is called in the guide. */
			title: string;
			/**
			 * @description When it is meant to hand back, RFC 3339; null for when the broadcast
			 *     ends.
			 */
			until?: string | null;
		};
		/** @description A target about to be made. */
		TargetForm: {
			/** @description Whether the stream is sent there; true unless given. */
			active?: boolean;
			/** @description The stream key there; of SRT the stream identifier. */
			key?: string | null;
			/** @description What you call it. */
			name: string;
			/**
			 * @description `rtmp://…`, `rtmps://…` or `srt://…`. It has to be a public address, or in a network that
			 *     `MATINEE_LIVE_ALLOW` names. A key at its end (or a `streamid`) is taken out of it.
			 */
			url: string;
		};
		/** @description A change of a target: an absent field stays. */
		TargetPatchForm: {
			/** @description Whether the stream is sent there. */
			active?: boolean | null;
			/** @description Another key. */
			key?: string | null;
			/** @description What you call it. */
			name?: string | null;
			/** @description Another address. */
			url?: string | null;
		};
		/**
		 * @description How sending to another server goes.
		 * @enum {string}
		 */
		TargetStateView: 'idle' | 'connecting' | 'sending' | 'waiting' | 'failed';
		/** @description Another server that a stream is sent on to. */
		TargetView: {
			/** @description Whether the stream is sent there while it is on the air. */
			active: boolean;
			/**
			 * Format: int32
			 * @description How many attempts one after another have failed.
			 */
			attempts: number;
			/**
			 * Format: int64
			 * @description What it gets, over the last seconds, in bit/s.
			 */
			bitrate_bps: number;
			/** @description RFC 3339. */
			created_at: string;
			/** @description Why it was not reached, or was lost, in words. */
			error?: string | null;
			/** @description `target_…` */
			id: string;
			/**
			 * @description The end of the key, so that you can tell it from others; the key itself
			 *     is never shown. Null without a key.
			 */
			key_hint?: string | null;
			/** @description What you call it. */
			name: string;
			/**
			 * @description Since when it is in this state, RFC 3339; null while nothing is to be
			 *     sent.
			 */
			since?: string | null;
			/** @description How it goes at this moment. */
			state: components['schemas']['TargetStateView'];
			/** @description RFC 3339. */
			updated_at: string;
			/** @description Where the stream is sent, without the key. */
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
		/** @description The name of a title. */
		TitleRef: {
			/** @description `video_…` */
			id: string;
			/** @description Its name. */
			title: string;
		};
		/** @description Figures of a video, a stream or a channel. */
		TitleReport: components['schemas']['AudienceView'] & {
			/** @description What else was counted: `likes`, `chat_messages`, and of advertisements `ad_impression`, …. */
			counts: {
				[key: string]: number;
			};
			/**
			 * Format: double
			 * @description How long it is; null for streams and channels, and while it is unknown.
			 */
			duration_seconds?: number | null;
			/** @description The beginning of the first point (RFC 3339). */
			from: string;
			/** @description `hour` or `day`: what a point is. */
			interval: string;
			/** @description Of a channel: what was watched on it, the most first. */
			items: components['schemas']['ChannelItem'][];
			/** @description How well it played. */
			quality: components['schemas']['QualityView'];
			/** @description Each hundredth of the video; empty where nothing is known of it. */
			retention: components['schemas']['RetentionView'][];
			/** @description Each hour or day, those without plays among them. */
			series: components['schemas']['PointView'][];
			/** @description `video_…`, `stream_…` or `channel_…`. */
			subject_id: string;
			/** @description Its name. */
			title: string;
			/** @description The end of the last. */
			to: string;
			/** @description All together. */
			totals: components['schemas']['TotalsView'];
		};
		/** @description Tokens. */
		TokenAnswer: {
			/** @description Goes into `Authorization: Bearer`. */
			access_token: string;
			/**
			 * Format: int64
			 * @description How long the access token is good, in seconds.
			 */
			expires_in: number;
			/** @description Good once, for the next pair. Using one twice ends the session. */
			refresh_token: string;
			/** @description What the access token may be used for. */
			scope: string;
			/** @description `Bearer`. */
			token_type: string;
		};
		/** @description A refusal, as OAuth and RFC 9457 have it. */
		TokenProblem: components['schemas']['Problem'] & {
			/** @description Such as `invalid_grant` or `authorization_pending`. */
			error: string;
			/** @description In words. */
			error_description: string;
		};
		/** @description What an application shows to get tokens. */
		TokenRequest: {
			/** @description For `password`: the authenticator's code, where one is asked for. */
			code?: string | null;
			/** @description For `device_code`. */
			device_code?: string | null;
			/**
			 * @description `password`, `refresh_token`, or
			 *     `urn:ietf:params:oauth:grant-type:device_code` (also `device_code`).
			 */
			grant_type: string;
			/** @description For `password`. */
			password?: string | null;
			/** @description For `refresh_token`. */
			refresh_token?: string | null;
			/**
			 * @description For `password`: `read upload manage admin`, or some of them; all unless
			 *     given.
			 */
			scope?: string | null;
			/** @description For `password`. */
			username?: string | null;
		};
		/** @description A title among the most viewed. */
		TopTitle: {
			/**
			 * Format: int64
			 * @description Presses of play.
			 */
			plays: number;
			/** @description `video_…` or `stream_…`. */
			subject_id: string;
			/** @description Its name. */
			title: string;
			/**
			 * Format: int64
			 * @description Views.
			 */
			views: number;
			/**
			 * Format: double
			 * @description Seconds watched.
			 */
			watch_time_seconds: number;
		};
		/** @description One of them. */
		TopVideo: {
			/** @description From 1. */
			rank: number;
			/** @description Its name. */
			title: string;
			/** @description The title as rows show it. */
			video: components['schemas']['CardView'];
			/** @description `video_…` */
			video_id: string;
			/**
			 * Format: int64
			 * @description Views in the window.
			 */
			view_count: number;
		};
		/** @description The most viewed videos. */
		TopView: {
			/** @description When that was worked out (RFC 3339). */
			refreshed_at: string;
			/** @description Of which window. */
			timeframe: string;
			/** @description The most viewed first. */
			videos: components['schemas']['TopVideo'][];
		};
		/** @description Figures in short. */
		TotalsView: {
			/**
			 * Format: double
			 * @description Seconds watched of each play; null without plays.
			 */
			average_watch_seconds?: number | null;
			/**
			 * Format: double
			 * @description Their share of all plays, 0 to 1; null without plays.
			 */
			completion_rate?: number | null;
			/**
			 * Format: int64
			 * @description Plays to the end (95 %).
			 */
			completions: number;
			/**
			 * Format: int64
			 * @description Presses of play.
			 */
			plays: number;
			/**
			 * Format: int64
			 * @description Different viewers, within a per cent or two.
			 */
			unique_viewers: number;
			/**
			 * Format: int64
			 * @description Views.
			 */
			views: number;
			/**
			 * Format: double
			 * @description Seconds watched.
			 */
			watch_time_seconds: number;
		};
		/** @description A code. */
		TotpCode: {
			/** @description Six digits. */
			code: string;
		};
		/** @description A secret for an authenticator; shown once. */
		TotpSecretView: {
			/** @description In base 32, to be typed. */
			secret: string;
			/** @description `otpauth://…`, for a QR code. */
			url: string;
		};
		/** @description How the second factor stands. */
		TotpView: {
			/** @description Whether codes are asked for. */
			enabled: boolean;
			/**
			 * Format: int64
			 * @description How many recovery codes are left.
			 */
			recovery_codes: number;
		};
		/** @description A text to try the rules with. */
		TrialForm: {
			/** @description `comment` unless given. */
			kind?: string | null;
			/** @description Up to 10,000 characters. */
			text: string;
		};
		/** @description What the rules make of a text. */
		TrialView: {
			/** @description `allow`, `flag`, `hold` or `refuse`. */
			effect: string;
			/** @description The hook that found it. */
			hook: string;
			/** @description What was found; empty for nothing. */
			reason: string;
		};
		/** @description A channel of a tuner. */
		TunedView: {
			/** @description What it is called. */
			GuideName: string;
			/** @description What viewers type. */
			GuideNumber: string;
			/** @description Where it is. */
			URL: string;
		};
		/** @description How a tuner is doing. */
		TunerStatusView: {
			/**
			 * Format: int32
			 * @description Whether it looks for channels.
			 */
			ScanInProgress: number;
			/**
			 * Format: int32
			 * @description Whether it could.
			 */
			ScanPossible: number;
			/** @description Where they come from. */
			Source: string;
			/** @description Where they could. */
			SourceList: string[];
		};
		/** @description What a tuner says of itself. */
		TunerView: {
			/** @description Where it is. */
			BaseURL: string;
			/** @description Nothing. */
			DeviceAuth: string;
			/** @description Eight hexadecimal digits. */
			DeviceID: string;
			/** @description The same of its program. */
			FirmwareName: string;
			/** @description Its version. */
			FirmwareVersion: string;
			/** @description What people see. */
			FriendlyName: string;
			/** @description Where its channels are. */
			LineupURL: string;
			/** @description What it passes for. */
			ModelNumber: string;
			/** @description How many watch at once. */
			TunerCount: number;
		};
		/** @description The password of a video. */
		UnlockRequest: {
			/** @description As it was given out. */
			password: string;
		};
		/** @description That a video is open. */
		UnlockedView: {
			/** @description Until when it is good (RFC 3339). */
			expires_at: string;
			/**
			 * @description What a program sends as `Matinee-Unlock: {video_id}={proof}`; browsers
			 *     keep it in a cookie.
			 */
			proof: string;
			/** @description `video_…` */
			video_id: string;
		};
		/** @description How much you have not read. */
		UnreadView: {
			/**
			 * Format: int64
			 * @description So many notifications.
			 */
			unread: number;
		};
		/** @description An edit of the programme that has not begun. */
		UpcomingView: {
			/** @description When it begins, RFC 3339. */
			effective_at: string;
			/**
			 * Format: int32
			 * @description Its number.
			 */
			version: number;
		};
		/**
		 * @description A file with everything that is said about it. The fields may come in any
		 *     order, before or after the file.
		 */
		UploadForm: {
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description `movie`, `episode`, `short`, `documentary`, … (a MIME type is taken as the file's). */
			content_type?: string | null;
			/** @description Plain text. */
			description?: string | null;
			/**
			 * Format: int32
			 * @description From 0.
			 */
			episode_number?: number | null;
			/**
			 * Format: int32
			 * @description The last episode, of a file that holds several.
			 */
			episode_number_end?: number | null;
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
		/** @description A part that is kept. */
		UploadedPart: {
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
		/** @description What an account keeps here, and what it may. */
		UsageView: {
			/** @description On how many devices it may play at once; null for no limit. */
			playbacks_limit?: number | null;
			/**
			 * Format: int64
			 * @description Bytes of its uploads and of what was made of them.
			 */
			storage_bytes: number;
			/**
			 * Format: int64
			 * @description How many that may be; null for no limit.
			 */
			storage_limit_bytes?: number | null;
			/**
			 * Format: int64
			 * @description How many that may be; null for no limit.
			 */
			uploads_limit?: number | null;
			/**
			 * Format: int64
			 * @description What it has uploaded in the last 24 hours.
			 */
			uploads_today: number;
			/**
			 * Format: int64
			 * @description Videos that it owns.
			 */
			videos: number;
		};
		/** @description A change of somebody's account; an absent field stays. */
		UserChange: {
			/** @description Keeps somebody out, or lets them in again. */
			disabled?: boolean | null;
			/** @description What others see; `null` takes it away. */
			display_name?: string | null;
			quota?: components['schemas']['QuotaFields'] | null;
			/** @description `viewer`, `creator`, `moderator` or `administrator`. */
			role?: string | null;
			/** @description `false` takes off an authenticator that was lost. */
			two_factor?: boolean | null;
			/** @description Another name to sign in with. */
			username?: string | null;
		};
		/** @description A value and how many have it. */
		ValueView: {
			/**
			 * Format: int64
			 * @description How many titles have it.
			 */
			count: number;
			/** @description Such as `Drama`. */
			value: string;
		};
		/** @description What somebody sees in a video beside it. */
		VideoAdsView: {
			/**
			 * @description The HLS multivariant playlist of the video with all of them as HLS interstitials, for this
			 *     viewing; null when there are none. A video that is not public needs the token of its other
			 *     addresses behind it.
			 */
			hls_url?: string | null;
			/** @description In order; empty when there are none. */
			pods: components['schemas']['AdPodView'][];
			/** @description Whether viewers may seek over them. */
			seekable: boolean;
		};
		/** @description Where a video may be broken, in seconds from its beginning. */
		VideoBreaks: {
			/**
			 * @description Where they would disturb least: black pictures, and cuts in silence. Found when the video
			 *     was processed, and used with its chapters where there are no markers.
			 */
			found: number[];
			/**
			 * @description Where somebody wants breaks. Channels whose breaks come every so often have them at the
			 *     nearest of these, others at each.
			 */
			markers: number[];
		};
		/** @description Where somebody wants breaks. */
		VideoBreaksForm: {
			/** @description In seconds from the beginning; none leaves it to what was found, and to chapters. */
			markers: number[];
		};
		/** @description A change of a video: an absent field stays, `null` clears it. */
		VideoPatch: {
			category?: string | null;
			content_type?: string | null;
			description?: string | null;
			/** Format: int32 */
			episode_number?: number | null;
			/** Format: int32 */
			episode_number_end?: number | null;
			external_ids?: {
				[key: string]: string | null;
			} | null;
			extra_kind?: string | null;
			extra_of?: string | null;
			genre?: string | null;
			genres?: string[] | null;
			is_public?: boolean | null;
			languages?: string[] | null;
			original_title?: string | null;
			rating?: string | null;
			release_date?: string | null;
			/** Format: int32 */
			release_year?: number | null;
			/** Format: int32 */
			season_number?: number | null;
			show_id?: string | null;
			show_title?: string | null;
			sort_title?: string | null;
			studio?: string | null;
			tagline?: string | null;
			tags?: string[] | null;
			title?: string | null;
			uploader_id?: string | null;
		};
		/** @description Views of a video. */
		VideoStats: {
			/**
			 * Format: int64
			 * @description Of all time.
			 */
			total_views: number;
			/** @description `video_…` */
			video_id: string;
			/**
			 * Format: int64
			 * @description Of the last 24 hours.
			 */
			views_last_day: number;
			/**
			 * Format: int64
			 * @description Of the last 60 minutes.
			 */
			views_last_hour: number;
			/**
			 * Format: int64
			 * @description Of the last 30 days.
			 */
			views_last_month: number;
			/**
			 * Format: int64
			 * @description Of the last 7 days.
			 */
			views_last_week: number;
			/**
			 * Format: int64
			 * @description Of the last 365 days.
			 */
			views_last_year: number;
		};
		/** @description A video. */
		VideoView: {
			/** @description The pictures that people chose for it: at most one of each kind. */
			artwork: components['schemas']['ArtworkView'][];
			/** @description A wide picture for behind its words, if somebody gave it one. */
			backdrop_url?: string | null;
			/**
			 * Format: int64
			 * @description Of the upload, in kbit/s.
			 */
			bitrate?: number | null;
			/** @description Such as `Entertainment`. */
			category?: string | null;
			/** @description Named stretches. */
			chapters: components['schemas']['ChapterView'][];
			/** @description WebVTT with the chapters, if there are any. */
			chapters_url?: string | null;
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
			/**
			 * Format: int32
			 * @description The last episode, of a file that holds several.
			 */
			episode_number_end?: number | null;
			/** @description From then on it is hidden from all but its owner and operators (RFC 3339). */
			expires_at?: string | null;
			/** @description Its names in other databases, such as `tmdb`. */
			external_ids: {
				[key: string]: string;
			};
			/** @description `trailer`, `behind_the_scenes`, … */
			extra_kind?: string | null;
			/** @description The video that this one is an extra of. */
			extra_of?: string | null;
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
			/** @description All genres; `genre` is the first of them. */
			genres: string[];
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
			/** @description Whether the visibility is `public`. */
			is_public: boolean;
			/** @description Spoken languages (BCP 47). */
			languages: string[];
			/**
			 * Format: int64
			 * @description Likes so far.
			 */
			like_count: number;
			/** @description Why the upload could not be played as it was. */
			non_standard_input_reasons: string[];
			/** @description The title where it comes from. */
			original_title?: string | null;
			/**
			 * @description Whose it is (`user_…`): `/api/users/{id}/follow` says what they are
			 *     called. Null if nobody was signed in, or they are gone.
			 */
			owner_id?: string | null;
			/** @description The same, in the size of a poster. */
			poster_url?: string | null;
			/** @description Why processing failed. */
			processing_error?: string | null;
			/** @description `pending`, `processing`, `completed`, `failed` or `canceled`. */
			processing_status: string;
			/** @description Until then it is hidden from all but its owner and operators (RFC 3339). */
			publish_at?: string | null;
			/** @description Such as `PG-13`. */
			rating?: string | null;
			/** @description The day of the first showing, as `2008-04-10`. */
			release_date?: string | null;
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
			 * Format: int64
			 * @description The number of the last edit.
			 */
			revision: number;
			/**
			 * Format: int32
			 * @description From 0 (specials).
			 */
			season_number?: number | null;
			/** @description The show (`show_…`) that an episode belongs to. */
			show_id?: string | null;
			/** @description The show that an episode belongs to. */
			show_title?: string | null;
			/** @description What it is sorted by instead of its title. */
			sort_title?: string | null;
			/** @description WebVTT with pictures for scrubbing. */
			storyboard_url?: string | null;
			/** @description One progressive MP4. */
			stream_url?: string | null;
			/** @description Who made it. */
			studio?: string | null;
			/** @description Text tracks. */
			subtitles: components['schemas']['SubtitleView'][];
			/** @description One line that makes one curious. */
			tagline?: string | null;
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
			/** @description `public`, `unlisted`, `members`, `groups`, `password` or `private`. */
			visibility: string;
			/**
			 * Format: int32
			 * @description In pixels, as displayed.
			 */
			width?: number | null;
		};
		/** @description A device that waits. */
		WaitingDevice: {
			/** @description Its address. */
			addr: string;
			/** @description What it calls itself. */
			client: string;
			/** @description When it asked (RFC 3339). */
			created_at: string;
			/** @description What it asks for; `null` for everything. */
			scope?: string | null;
			/** @description What it shows. */
			user_code: string;
		};
		/** @description Something that its operator may want to mend. */
		WarningView: {
			/** @description The block that it is about. */
			block?: string | null;
			/** @description The field of the definition that it is about. */
			field?: string | null;
			/** @description From when on, RFC 3339. */
			from?: string | null;
			/**
			 * @description `gap`, `repeat`, `too_little`, `watershed`, `definition`, or `withheld`
			 *     (a video that has been deleted or closed since it was chosen).
			 */
			kind: string;
			/** @description A sentence. */
			message: string;
			/** @description Until when, RFC 3339. */
			to?: string | null;
			/** @description The video that it is about. */
			video_id?: string | null;
		};
		/**
		 * @description What a webhook can be told of.
		 * @enum {string}
		 */
		WebhookEvent:
			| 'stream.started'
			| 'stream.ended'
			| 'recording.ready'
			| 'video.created'
			| 'video.published'
			| 'video.deleted'
			| 'level.missed'
			| 'level.met';
		/** @description A webhook to be made. */
		WebhookForm: {
			/** @description Whether it is told anything; it is, unless given. */
			active?: boolean | null;
			/** @description What it is for. */
			description?: string;
			/** @description Of what it is told: at least one. */
			events: components['schemas']['WebhookEvent'][];
			/**
			 * @description Where messages go: on the open internet, or in what
			 *     `MATINEE_WEBHOOK_ALLOW` names.
			 */
			url: string;
		};
		/** @description A change of a webhook: an absent field stays. */
		WebhookPatch: {
			/** @description Whether it is told anything. */
			active?: boolean | null;
			/** @description What it is for. */
			description?: string | null;
			/** @description Of what it is told: at least one. */
			events?: components['schemas']['WebhookEvent'][] | null;
			/** @description Where messages go. */
			url?: string | null;
		};
		/** @description A webhook. */
		WebhookView: {
			/** @description Whether it is told anything. One that answers 410 is switched off. */
			active: boolean;
			/** @description RFC 3339. */
			created_at: string;
			/** @description The account that made it. */
			created_by?: string | null;
			/** @description What it is for; may be empty. */
			description: string;
			/** @description Of what it is told. */
			events: components['schemas']['WebhookEvent'][];
			/** @description `webhook_…` */
			id: string;
			/** @description Until when messages are signed with the secret before, too, RFC 3339; null if they are not. */
			previous_secret_until?: string | null;
			/** @description What its messages are signed with; only in the answer that makes it, or another one. */
			secret?: string | null;
			/** @description RFC 3339. */
			updated_at: string;
			/** @description Where messages go. */
			url: string;
		};
		/** @description Why something is recommended. */
		WhyView: {
			because?: components['schemas']['TitleRef'] | null;
			/**
			 * @description `watched`: people who watched `because` watched this as well; `alike`:
			 *     it is like `because`; `popular`: many people watch it.
			 */
			kind: string;
			/** @description The same as a sentence in English. */
			text: string;
		};
		/** @description A word or phrase, and what happens where it is found. */
		WordRuleView: {
			/** @description `allow`, `flag`, `hold` (unless given) or `refuse`. */
			effect?: string | null;
			/**
			 * @description `title`, `upload`, `comment`, `review`, `playlist`, `name`;
			 *     everywhere when empty.
			 */
			kinds?: string[] | null;
			/**
			 * @description `*` at an end lets letters follow or precede. Case, accents, look-alikes,
			 *     digits for letters, spacing and stretching do not matter.
			 */
			word: string;
		};
		/** @description A word, and how many titles that you may see have it. */
		WordView: {
			/**
			 * Format: int64
			 * @description Titles that have it.
			 */
			count: number;
			/** @description As people write it. */
			name: string;
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
