import type { Stream } from './types';

/** So long after its hour a broadcast that never came is no longer announced. */
const LATE_MS = 6 * 3600_000;

/** What is on, the most watched first; and what is coming, the next first. */
export function arranged(streams: Stream[], now = Date.now()): { on: Stream[]; coming: Stream[] } {
	const at = (stream: Stream): number => Date.parse(stream.scheduled_at ?? '');
	return {
		on: streams
			.filter(({ status }) => status === 'live')
			.sort((a, b) => b.viewer_count - a.viewer_count || a.id.localeCompare(b.id)),
		coming: streams
			.filter((stream) => stream.status === 'scheduled' && at(stream) > now - LATE_MS)
			.sort((a, b) => at(a) - at(b))
	};
}
