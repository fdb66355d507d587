import { expect, it } from 'vitest';
import { badgeOf, placeOf } from './where';

it.each([
	['/live/stream_1', '/live/stream_1'],
	['https://elsewhere.example/watch/video_1?t=4#now', '/watch/video_1?t=4#now'],
	['javascript:alert(1)', '/'],
	['http://[', '/']
])('%s leads to %s', (url, place) => expect(placeOf(url, 'https://here.example')).toBe(place));

it('shows what a badge has room for', () => {
	expect(badgeOf(3)).toBe('3');
	expect(badgeOf(100)).toBe('99+');
});
