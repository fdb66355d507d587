import { plural } from '$lib/format';
import type { Campaign, CampaignDraft, Creative, Placement } from './api';

export const PLACEMENTS: { value: Placement; label: string }[] = [
	{ value: 'channel', label: 'Breaks of channels' },
	{ value: 'preroll', label: 'Before videos' },
	{ value: 'midroll', label: 'Within videos' },
	{ value: 'postroll', label: 'After videos' }
];

/** Where something is shown, in words. */
export function placesOf(placements: Placement[], channels: string[]): string {
	const named = PLACEMENTS.filter(({ value }) => placements.includes(value));
	const where = named.length ? named.map(({ label }) => label).join(', ') : 'Everywhere';
	return channels.length ? `${where} · ${plural(channels.length, 'channel')}` : where;
}

export type Look = { tone: 'good' | 'warn' | 'bad' | 'light'; word: string };

/** Whether a campaign is shown now, and if not, why. */
export function stateOf(one: Campaign, now: number): Look {
	if (!one.active) return { tone: 'warn', word: 'Paused' };
	if (one.ends_at && Date.parse(one.ends_at) <= now) return { tone: 'warn', word: 'Over' };
	if (one.starts_at && Date.parse(one.starts_at) > now) return { tone: 'light', word: 'To come' };
	if (!one.creatives.some(({ active, ready }) => active && ready))
		return { tone: 'warn', word: 'Nothing to show' };
	return { tone: 'good', word: 'On' };
}

/** Where a creative is on its way to being shown. */
export function creativeState(one: Creative): Look {
	if (one.error || one.processing_status === 'failed')
		return { tone: 'bad', word: one.error ?? 'Failed' };
	if (!one.ready) return { tone: 'light', word: 'Being made' };
	return one.active ? { tone: 'good', word: 'Ready' } : { tone: 'warn', word: 'Off' };
}

const number = (text: string | undefined): number | null => {
	const digits = (text ?? '').trim().replace(',', '.');
	return digits === '' ? null : Number(digits);
};
const instant = (text: string | undefined): string | null =>
	text ? new Date(text).toISOString() : null;
/** An instant as a form has it, in this place's time. */
const local = (text: string | null): string => {
	if (!text) return '';
	const at = new Date(text);
	return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** A campaign as a form's texts, and back. */
export const textsOf = (one: CampaignDraft): Record<string, string> => ({
	name: one.name,
	advertiser: one.advertiser,
	category: one.category,
	weight: String(one.weight),
	starts_at: local(one.starts_at),
	ends_at: local(one.ends_at),
	placement: one.placements[0] ?? '',
	channel: one.channels[0] ?? '',
	hourly_cap: one.hourly_cap === null ? '' : String(one.hourly_cap),
	viewer_cap: one.viewer_cap === null ? '' : String(one.viewer_cap),
	goal: one.goal === null ? '' : String(one.goal),
	cpm: String(one.cpm)
});

export const draftFrom = (texts: Record<string, string>, active: boolean): CampaignDraft => ({
	name: (texts['name'] ?? '').trim(),
	advertiser: (texts['advertiser'] ?? '').trim(),
	category: (texts['category'] ?? '').trim(),
	weight: number(texts['weight']) ?? 10,
	starts_at: instant(texts['starts_at']),
	ends_at: instant(texts['ends_at']),
	placements: texts['placement'] ? [texts['placement'] as Placement] : [],
	channels: texts['channel'] ? [texts['channel']] : [],
	hourly_cap: number(texts['hourly_cap']),
	viewer_cap: number(texts['viewer_cap']),
	goal: number(texts['goal']),
	cpm: number(texts['cpm']) ?? 0,
	active
});

export const percent = (share: number | null): string =>
	share === null ? '–' : `${Math.round(share * 100)} %`;

export const money = (value: number): string =>
	value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 3 });
