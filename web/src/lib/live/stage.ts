import type { Stream } from './types';

/** What stands where the picture would be. */
export type Scene = 'player' | 'opening' | 'full' | 'waiting' | 'offline' | 'over';

/**
 * What to show of a broadcast. `watching`: whether a player still has something to show of it: somebody
 * who is a little behind sees the end before the curtain falls.
 */
export function sceneOf(
	stream: Pick<Stream, 'status' | 'scheduled_at' | 'on_air'>,
	watching: boolean
): Scene {
	if (stream.status === 'live') return stream.on_air || watching ? 'player' : 'opening';
	if (stream.status === 'ended') return watching ? 'player' : 'over';
	return stream.scheduled_at ? 'waiting' : 'offline';
}

/** Whether the recording is still on its way. */
export const recordingComes = (
	stream: Pick<Stream, 'record' | 'recording_video_id' | 'ended_at'>,
	now: number
): boolean =>
	stream.record === true &&
	!stream.recording_video_id &&
	now - Date.parse(stream.ended_at ?? '') < 60_000;
