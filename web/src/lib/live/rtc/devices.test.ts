import { describe, expect, it } from 'vitest';
import { devicesOf, refusal, unable } from './devices';

describe('devicesOf', () => {
	it('names what has no name, and leaves out what cannot be chosen yet', () => {
		const all = [
			{ kind: 'videoinput' as const, deviceId: 'a', label: '' },
			{ kind: 'audioinput' as const, deviceId: 'b', label: 'Desk' },
			{ kind: 'videoinput' as const, deviceId: '', label: '' },
			{ kind: 'videoinput' as const, deviceId: 'c', label: 'Back' }
		];
		expect(devicesOf(all, 'videoinput')).toEqual([
			{ id: 'a', label: 'Camera 1' },
			{ id: 'c', label: 'Back' }
		]);
		expect(devicesOf(all, 'audioinput')).toEqual([{ id: 'b', label: 'Desk' }]);
	});
});

describe('refusal', () => {
	const named = (name: string): Error => Object.assign(new Error('x'), { name });
	it.each([
		['NotAllowedError', 'camera', /may not use the camera/],
		['NotFoundError', 'microphone', /No microphone was found/],
		['NotReadableError', 'camera', /The camera does not answer/],
		['TypeError', 'screen', /The screen could not be opened/]
	] as const)('%s of the %s', (name, what, words) => {
		expect(refusal(named(name), what)).toMatch(words);
	});
	it('says nothing when somebody changed their mind about the screen', () => {
		expect(refusal(named('NotAllowedError'), 'screen')).toBeUndefined();
	});
});

describe('unable', () => {
	it('tells an address without encryption from a browser that cannot', () => {
		const able = { RTCPeerConnection: {}, navigator: { mediaDevices: {} } };
		expect(unable({ ...able, isSecureContext: false })).toMatch(/HTTPS/);
		expect(unable({ isSecureContext: true })).toMatch(/current/);
		expect(unable({ ...able, isSecureContext: true })).toBeUndefined();
	});
});
