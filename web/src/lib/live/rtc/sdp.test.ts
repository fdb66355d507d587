import { describe, expect, it } from 'vitest';
import { fragmentOf, knowsH264, preferred, stereo, takes } from './sdp';

const LOCAL = [
	'v=0',
	'm=audio 9 UDP/TLS/RTP/SAVPF 111',
	'a=ice-ufrag:abcd',
	'a=ice-pwd:0123456789',
	'a=mid:0',
	'a=rtpmap:111 opus/48000/2',
	'a=fmtp:111 minptime=10;useinbandfec=1',
	'm=video 9 UDP/TLS/RTP/SAVPF 96',
	'a=ice-ufrag:abcd',
	'a=ice-pwd:0123456789',
	'a=mid:1',
	''
].join('\r\n');

describe('fragmentOf', () => {
	it('says whose candidates they are, and under which part', () => {
		expect(
			fragmentOf(LOCAL, [
				{ line: 'candidate:1 1 udp 1 192.0.2.1 5000 typ host', mid: '1' },
				{ line: '', mid: '1' }
			])
		).toBe(
			[
				'a=ice-ufrag:abcd',
				'a=ice-pwd:0123456789',
				'm=video 9 UDP/TLS/RTP/SAVPF 0',
				'a=mid:1',
				'a=candidate:1 1 udp 1 192.0.2.1 5000 typ host',
				'a=end-of-candidates',
				''
			].join('\r\n')
		);
	});
});

describe('takes', () => {
	it('knows what was refused', () => {
		const answer = (port: number, way: string): string =>
			`v=0\r\nm=audio ${port} UDP/TLS/RTP/SAVPF 111\r\na=${way}\r\nm=video 9 X 96\r\na=sendonly\r\n`;
		expect(takes(answer(9, 'sendonly'), 'audio')).toBe(true);
		expect(takes(answer(0, 'sendonly'), 'audio')).toBe(false);
		expect(takes(answer(9, 'inactive'), 'audio')).toBe(false);
		expect(takes(answer(0, 'inactive'), 'video')).toBe(true);
		expect(takes('v=0\r\n', 'video')).toBe(false);
	});
});

describe('stereo', () => {
	it('asks for two channels once, and changes nothing else', () => {
		const once = stereo(LOCAL);
		expect(once).toContain(
			'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;maxaveragebitrate=128000\r\n'
		);
		expect(stereo(once)).toBe(once);
		expect(once.split('\r\n')).toHaveLength(LOCAL.split('\r\n').length);
		expect(stereo('v=0\r\n')).toBe('v=0\r\n');
	});
});

describe('preferred', () => {
	it('puts plain H.264 in whole packets first, and keeps the rest in its order', () => {
		const h264 = (facts: string) => ({ mimeType: 'video/H264', sdpFmtpLine: facts });
		const codecs = [
			{ mimeType: 'video/VP8', sdpFmtpLine: '' },
			{ mimeType: 'video/rtx', sdpFmtpLine: '' },
			h264('packetization-mode=0;profile-level-id=42e01f'),
			h264('packetization-mode=1;profile-level-id=4d001f'),
			h264('packetization-mode=1;profile-level-id=42e01f')
		];
		expect(preferred(codecs).map(({ mimeType, sdpFmtpLine }) => sdpFmtpLine || mimeType)).toEqual([
			'packetization-mode=1;profile-level-id=42e01f',
			'packetization-mode=1;profile-level-id=4d001f',
			'packetization-mode=0;profile-level-id=42e01f',
			'video/VP8',
			'video/rtx'
		]);
		expect(knowsH264(codecs)).toBe(true);
		expect(knowsH264([{ mimeType: 'video/VP8' }])).toBe(false);
	});
});
