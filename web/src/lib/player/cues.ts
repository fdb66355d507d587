import type { Video } from '$lib/api/types';
import type { Frame } from './storyboard';

function emptied(media: HTMLVideoElement, kind: TextTrackKind, label: string): TextTrack {
	const known = [...media.textTracks].find((track) => track.kind === kind && track.label === label);
	const track = known ?? media.addTextTrack(kind, label);
	// A disabled track keeps no cues; a hidden one does, and shows nothing by itself.
	track.mode = 'hidden';
	for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
	return track;
}

/**
 * Hangs the storyboard and the chapters on the element as text tracks, which is where the
 * controls look for the pictures and names to show over the scrub bar.
 */
export function markCues(
	media: HTMLVideoElement,
	frames: Frame[],
	chapters: Video['chapters']
): void {
	if (frames.length > 0) {
		const track = emptied(media, 'metadata', 'thumbnails');
		for (const { start, end, url, x, y, w, h } of frames) {
			track.addCue(new VTTCue(start, end, `${url}#xywh=${x},${y},${w},${h}`));
		}
	}
	if (chapters.length > 0) {
		const track = emptied(media, 'chapters', 'chapters');
		for (const { start_ms, end_ms, title } of chapters) {
			track.addCue(new VTTCue(start_ms / 1000, end_ms / 1000, title));
		}
	}
}
