import { read, send, step } from '../server';

export type Placement = 'channel' | 'preroll' | 'midroll' | 'postroll';

export interface Creative {
	id: string;
	name: string;
	video_id: string;
	click_url: string | null;
	active: boolean;
	ready: boolean;
	processing_status: string | null;
	error: string | null;
	duration: number | null;
	hls_url: string;
	created_at: string;
}

export interface Campaign {
	id: string;
	name: string;
	advertiser: string;
	category: string;
	weight: number;
	starts_at: string | null;
	ends_at: string | null;
	channels: string[];
	placements: Placement[];
	hourly_cap: number | null;
	viewer_cap: number | null;
	goal: number | null;
	cpm: number;
	active: boolean;
	creatives: Creative[];
	created_at: string;
	updated_at: string;
}

export type CampaignDraft = Omit<Campaign, 'id' | 'creatives' | 'created_at' | 'updated_at'>;

export interface AdServer {
	id: string;
	name: string;
	url: string;
	priority: number;
	timeout_ms: number;
	channels: string[];
	placements: Placement[];
	cpm: number;
	server_side_beacons: boolean;
	active: boolean;
	last_error: string | null;
	last_error_at: string | null;
	last_ok_at: string | null;
	created_at: string;
	updated_at: string;
}

export type AdServerDraft = Omit<
	AdServer,
	'id' | 'last_error' | 'last_error_at' | 'last_ok_at' | 'created_at' | 'updated_at'
>;

export interface AdServerTest {
	ads: { title: string; advertiser: string; duration: number }[];
	error: string | null;
}

export interface Rules {
	preroll_seconds: number;
	midroll_seconds: number;
	midroll_minutes: number;
	postroll_seconds: number;
	unbroken_minutes: number;
	seekable: boolean;
	spare_children: boolean;
	spare_groups: string[];
}

export interface AdFigures {
	breaks: number;
	offered_seconds: number;
	filled_seconds: number;
	fill_rate: number | null;
	impressions: number;
	first_quartile: number;
	midpoint: number;
	third_quartile: number;
	completes: number;
	clicks: number;
	errors: number;
	revenue: number;
}

export interface Report {
	from: string;
	to: string;
	totals: AdFigures;
	rows: (AdFigures & { id: string; name: string })[];
}

export type By = 'campaign' | 'channel' | 'creative' | 'day';

/** What is kept of a campaign, to be sent back with changes. */
export function draftOf(one: Campaign): CampaignDraft {
	const { id, creatives, created_at, updated_at, ...draft } = one;
	void [id, creatives, created_at, updated_at];
	return draft;
}

export function serverDraftOf(one: AdServer): AdServerDraft {
	const { id, last_error, last_error_at, last_ok_at, created_at, updated_at, ...draft } = one;
	void [id, last_error, last_error_at, last_ok_at, created_at, updated_at];
	return draft;
}

const campaign = (id: string): string => `/api/ads/campaigns/${step(id)}`;
const server = (id: string): string => `/api/ads/servers/${step(id)}`;

export const ads = {
	campaigns: (): Promise<Campaign[]> => read('/api/ads/campaigns'),
	campaign: (id: string): Promise<Campaign> => read(campaign(id)),
	make: (draft: Partial<CampaignDraft>): Promise<Campaign> =>
		send('POST', '/api/ads/campaigns', draft),
	change: (id: string, draft: CampaignDraft): Promise<Campaign> => send('PUT', campaign(id), draft),
	remove: (id: string): Promise<unknown> => send('DELETE', campaign(id)),
	/** Uploads a file as an advertisement, which no list shows. */
	upload: (file: File, title: string): Promise<{ id: string }> => {
		const form = new FormData();
		form.set('title', title);
		form.set('content_type', 'advert');
		form.set('file', file);
		return send('POST', '/api/videos/upload', form);
	},
	addCreative: (
		id: string,
		body: { video_id: string; name: string; click_url: string | null }
	): Promise<Creative> => send('POST', `${campaign(id)}/creatives`, body),
	switchCreative: (id: string, creative: string, active: boolean): Promise<unknown> =>
		send('PATCH', `${campaign(id)}/creatives/${step(creative)}`, { active }),
	removeCreative: (id: string, creative: string): Promise<unknown> =>
		send('DELETE', `${campaign(id)}/creatives/${step(creative)}`),

	servers: (): Promise<AdServer[]> => read('/api/ads/servers'),
	addServer: (draft: Partial<AdServerDraft>): Promise<AdServer> =>
		send('POST', '/api/ads/servers', draft),
	changeServer: (id: string, draft: AdServerDraft): Promise<AdServer> =>
		send('PUT', server(id), draft),
	removeServer: (id: string): Promise<unknown> => send('DELETE', server(id)),
	tryServer: (id: string): Promise<AdServerTest> => send('POST', `${server(id)}/test`),

	rules: (): Promise<Rules> => read('/api/ads/rules'),
	changeRules: (rules: Rules): Promise<Rules> => send('PUT', '/api/ads/rules', rules),

	report: (by: By, from: string): Promise<Report> => read('/api/ads/report', { by, from })
};
