import { describe, expect, it } from 'vitest';
import { iceServersOf } from './links';

describe('iceServersOf', () => {
	it('reads servers with and without a name', () => {
		expect(
			iceServersOf(
				'<stun:stun.example.net>; rel="ice-server", ' +
					'<turn:turn.example.net?transport=udp>; rel="ice-server"; username="u,\\"x"; credential="p;w"; credential-type="password"'
			)
		).toEqual([
			{ urls: ['stun:stun.example.net'] },
			{ urls: ['turn:turn.example.net?transport=udp'], username: 'u,"x', credential: 'p;w' }
		]);
	});
	it('leaves everything else alone', () => {
		expect(iceServersOf('<https://x.example/>; rel="ice-server"')).toEqual([]);
		expect(iceServersOf('</whip/sessions/1>; rel="next"')).toEqual([]);
		expect(iceServersOf(null)).toEqual([]);
	});
});
