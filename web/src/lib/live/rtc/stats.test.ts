import { describe, expect, it } from 'vitest';
import { receivingOf, sendingOf } from './stats';

const sent = (bytes: number, packets: number, lost: number) => [
	{ type: 'transport', selectedCandidatePairId: 'pair' },
	{ type: 'candidate-pair', id: 'other', nominated: true, currentRoundTripTime: 9 },
	{ type: 'candidate-pair', id: 'pair', currentRoundTripTime: 0.03, availableOutgoingBitrate: 3e6 },
	{ type: 'codec', id: 'c', mimeType: 'video/H264' },
	{
		type: 'outbound-rtp',
		kind: 'video',
		codecId: 'c',
		bytesSent: bytes,
		packetsSent: packets,
		framesPerSecond: 30,
		frameWidth: 1280,
		frameHeight: 720,
		qualityLimitationReason: 'cpu'
	},
	{ type: 'outbound-rtp', kind: 'audio', bytesSent: 1000, packetsSent: 10 },
	{ type: 'remote-inbound-rtp', kind: 'video', packetsLost: lost, roundTripTime: 0.5 }
];

describe('sendingOf', () => {
	it('tells the rate and the loss since the last look', () => {
		const first = sendingOf(sent(0, 0, 0), 1000);
		expect(first).toMatchObject({ bitrate: null, loss: 0, roundTrip: 30, codec: 'H264' });
		const then = sendingOf(sent(250_000, 200, 10), 2000, first);
		expect(then).toMatchObject({
			bitrate: 2_000_000,
			loss: 0.05,
			width: 1280,
			height: 720,
			frameRate: 30,
			limit: 'cpu',
			available: 3e6
		});
	});
	it('makes nothing of an empty report', () => {
		expect(sendingOf([], 0)).toMatchObject({ bitrate: null, roundTrip: null, limit: 'none' });
	});
});

describe('receivingOf', () => {
	const got = (bytes: number, delay: number, emitted: number) => [
		{
			type: 'inbound-rtp',
			kind: 'video',
			bytesReceived: bytes,
			jitterBufferDelay: delay,
			jitterBufferEmittedCount: emitted,
			framesDecoded: emitted
		}
	];
	it('tells how long pictures wait lately', () => {
		const first = receivingOf(got(0, 10, 10), 0);
		expect(first.waits).toBe(1000);
		const then = receivingOf(got(125_000, 12, 60), 1000, first);
		expect(then).toMatchObject({ bitrate: 1_000_000, waits: 40, frames: 60 });
		// Nothing new came: what was known stays.
		expect(receivingOf(got(125_000, 12, 60), 2000, then)).toMatchObject({ bitrate: 0, waits: 40 });
	});
});
