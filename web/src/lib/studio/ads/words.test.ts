import { expect, it } from 'vitest';
import type { Campaign } from './api';
import { draftFrom, placesOf, stateOf, textsOf } from './words';

const campaign: Campaign = {
	id: 'campaign_1',
	name: 'Tea',
	advertiser: 'Leaf',
	category: '',
	weight: 10,
	starts_at: '2026-11-01T10:00:00.000Z',
	ends_at: null,
	channels: ['channel_1'],
	placements: ['channel'],
	hourly_cap: 4,
	viewer_cap: null,
	goal: null,
	cpm: 12.5,
	active: true,
	creatives: [],
	created_at: '',
	updated_at: ''
};

it('reads back what a form was given', () => {
	const { id, creatives, created_at, updated_at, ...draft } = campaign;
	expect([id, creatives, created_at, updated_at]).toHaveLength(4);
	expect(draftFrom(textsOf(campaign), true)).toEqual(draft);
});

it('says why a campaign is not shown', () => {
	const now = Date.parse('2026-11-02T00:00:00Z');
	expect(stateOf(campaign, now).word).toBe('Nothing to show');
	expect(stateOf({ ...campaign, active: false }, now).word).toBe('Paused');
	expect(stateOf(campaign, 0).word).toBe('To come');
	expect(stateOf({ ...campaign, ends_at: campaign.starts_at }, now).word).toBe('Over');
});

it('says where', () => {
	expect(placesOf([], [])).toBe('Everywhere');
	expect(placesOf(['preroll'], ['channel_1'])).toBe('Before videos · 1 channel');
});
