/** What a picture is asked to be, by its height: what most lines and devices can do. */
export const SIZES = [
	{ height: 480, width: 854, label: '480p', bitrate: 1_200_000 },
	{ height: 720, width: 1280, label: '720p', bitrate: 2_500_000 },
	{ height: 1080, width: 1920, label: '1080p', bitrate: 4_500_000 }
] as const;
export type Size = (typeof SIZES)[number];

export const FRAME_RATE = 30;

export interface Device {
	id: string;
	label: string;
}

/** The cameras or microphones out of what a browser lists; without permission they have no names. */
export function devicesOf(
	all: Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>[],
	kind: 'videoinput' | 'audioinput'
): Device[] {
	const name = kind === 'videoinput' ? 'Camera' : 'Microphone';
	return all
		.filter((one) => one.kind === kind && one.deviceId !== '')
		.map(({ deviceId, label }, index) => ({
			id: deviceId,
			label: label || `${name} ${index + 1}`
		}));
}

type What = 'camera' | 'microphone' | 'screen';

/** Why a camera, a microphone or a screen could not be had, in words; nothing, if it was thought over. */
export function refusal(thrown: unknown, what: What): string | undefined {
	const name = thrown instanceof Error || isException(thrown) ? thrown.name : '';
	const the = what === 'screen' ? 'the screen' : `the ${what}`;
	if (name === 'NotAllowedError') {
		// Closing the browser's own dialog is an answer, not a fault.
		if (what === 'screen') return undefined;
		return `This page may not use ${the}. Allow it beside the address, then try again.`;
	}
	if (name === 'NotFoundError' || name === 'OverconstrainedError')
		return what === 'screen' ? 'There is no screen to share.' : `No ${what} was found.`;
	if (name === 'NotReadableError' || name === 'AbortError')
		return `${the.charAt(0).toUpperCase()}${the.slice(1)} does not answer. Perhaps another program uses it.`;
	return `${the.charAt(0).toUpperCase()}${the.slice(1)} could not be opened.`;
}

const isException = (value: unknown): value is DOMException =>
	typeof DOMException !== 'undefined' && value instanceof DOMException;

/** Why nothing can be sent from here at all; nothing, if it can. */
export function unable(
	scope: Pick<typeof globalThis, 'isSecureContext'> & {
		RTCPeerConnection?: unknown;
		navigator?: { mediaDevices?: unknown };
	}
): string | undefined {
	if (!scope.isSecureContext)
		return 'Browsers hand out cameras over HTTPS only (or on the machine itself). Open this page by an address that begins with https.';
	if (!scope.RTCPeerConnection || !scope.navigator?.mediaDevices)
		return 'This browser cannot broadcast. A current Chrome, Edge, Firefox or Safari can.';
	return undefined;
}
