import { expect, it } from 'vitest';
import { recordingComes, sceneOf } from './stage';

const at = '2026-11-21T12:00:00Z';

it.each([
	['live', true, null, false, 'player'],
	['live', true, at, false, 'player'],
	['live', false, at, false, 'opening'],
	['live', false, null, true, 'player'],
	['scheduled', false, at, false, 'waiting'],
	['scheduled', false, null, false, 'offline'],
	['ended', false, null, false, 'over'],
	['ended', false, null, true, 'player']
] as const)(
	'%s, on the air %s, at %s, watching %s: %s',
	(status, on_air, scheduled_at, watching, scene) =>
		expect(sceneOf({ status, on_air, scheduled_at }, watching)).toBe(scene)
);

it('waits for a recording a little while', () => {
	const stream = { record: true, recording_video_id: null, ended_at: at };
	expect(recordingComes(stream, Date.parse(at) + 5000)).toBe(true);
	expect(recordingComes(stream, Date.parse(at) + 90_000)).toBe(false);
	expect(recordingComes({ ...stream, recording_video_id: 'video_1' }, Date.parse(at))).toBe(false);
	expect(recordingComes({ ...stream, record: false }, Date.parse(at))).toBe(false);
});
