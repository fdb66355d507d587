import { describe, expect, it } from 'vitest';
import type { Session } from '$lib/api/types';
import { atLeast, placeOf, placesFor, roleOf } from './nav';

const as = (role: string): Session => ({
	authenticated: true,
	auth_mode: 'operator',
	user: { id: 'user_1', username: 'ada', role }
});

describe('roleOf', () => {
	it('is what the server says', () => {
		expect(roleOf(as('moderator'))).toBe('moderator');
		expect(roleOf(as('something newer'))).toBe('viewer');
		expect(roleOf(undefined)).toBeUndefined();
	});
	it('lets everybody in where nobody signs in', () => {
		expect(roleOf({ authenticated: false, auth_mode: 'open', user: null })).toBe('administrator');
		expect(roleOf({ authenticated: false, auth_mode: 'operator', user: null })).toBeUndefined();
	});
});

it('ranks roles', () => {
	expect(atLeast('administrator', 'creator')).toBe(true);
	expect(atLeast('creator', 'moderator')).toBe(false);
	expect(atLeast(undefined, 'viewer')).toBe(false);
});

it('shows people only where they may go', () => {
	const all = (role: Parameters<typeof placesFor>[0]): string[] =>
		placesFor(role).flatMap(({ places }) => places.map(({ href }) => href));
	expect(all('viewer')).toEqual([]);
	expect(all('creator')).toContain('/studio/content');
	expect(all('creator')).not.toContain('/studio/audit');
	expect(all('administrator')).toContain('/studio/audit');
});

it.each([
	['/studio', 'Dashboard'],
	['/studio/content', 'Content'],
	['/studio/videos/video_1/access', 'Content'],
	['/studio/shows/show_1/artwork', 'Shows and courses'],
	['/studio/live/stream_1/chat', 'Live'],
	['/studio/channels/channel_1/preview', 'Channels'],
	['/studio/analytics/video_1', 'Analytics'],
	['/studio/groups', 'Groups'],
	['/studio/audit', 'Audit log']
])('%s belongs to %s', (path, label) => expect(placeOf(path)?.label).toBe(label));
