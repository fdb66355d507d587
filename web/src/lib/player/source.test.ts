import { expect, it } from 'vitest';
import { isOpen, withToken } from './source';

it.each([
	['/media/v/master.m3u8', 'a/b', '/media/v/master.m3u8?token=a%2Fb'],
	['/media/v/x.vtt?v=1#t', 'k', '/media/v/x.vtt?v=1&token=k#t'],
	['/media/v/x.vtt?token=old', 'k', '/media/v/x.vtt?token=old'],
	['https://elsewhere.example/a.mp4', 'k', 'https://elsewhere.example/a.mp4'],
	['http://here/media/v/master.m3u8', 'k', '/media/v/master.m3u8?token=k'],
	['http://here/media/v/master.m3u8', undefined, '/media/v/master.m3u8'],
	['http://here.example/media/v/a.m3u8', 'k', 'http://here.example/media/v/a.m3u8'],
	['/media/v/master.m3u8', undefined, '/media/v/master.m3u8']
])('%s with %s', (url, token, out) => expect(withToken(url, token, 'http://here')).toBe(out));

const NOW = Date.parse('2026-06-01T00:00:00Z');
it.each([
	[{}, true],
	[{ is_public: false, visibility: 'private' }, false],
	[{ visibility: 'unlisted' }, false],
	[{ publish_at: '2026-07-01T00:00:00Z' }, false],
	[{ publish_at: '2026-05-01T00:00:00Z' }, true],
	[{ expires_at: '2026-05-01T00:00:00Z' }, false],
	[{ expires_at: '2026-07-01T00:00:00Z' }, true]
])('knows what is open to everybody: %j', (changes, open) =>
	expect(
		isOpen(
			{ is_public: true, visibility: 'public', publish_at: null, expires_at: null, ...changes },
			NOW
		)
	).toBe(open)
);
