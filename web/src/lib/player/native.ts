/** What browsers that play streams themselves tell of them. */

interface NativeAudioTrack {
	enabled: boolean;
	label: string;
	language: string;
}

/** Apple's browsers play HLS themselves: with AirPlay, low power use and their own track menus. */
export const prefersNative = (video: HTMLVideoElement): boolean =>
	navigator.vendor.startsWith('Apple') && playsHls(video);

export const playsHls = (video: HTMLVideoElement): boolean =>
	video.canPlayType('application/vnd.apple.mpegurl') !== '';

/** The sounds to choose from; only Safari has this list. */
export const nativeAudio = (video: HTMLVideoElement): NativeAudioTrack[] =>
	Array.from((video as { audioTracks?: ArrayLike<NativeAudioTrack> }).audioTracks ?? []);

export const subtitleTracks = (video: HTMLVideoElement): TextTrack[] =>
	[...video.textTracks].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');

/** How much lies ready ahead of the playhead, in seconds. */
export function aheadOf({ buffered, currentTime }: HTMLVideoElement): number {
	for (let i = 0; i < buffered.length; i += 1) {
		if (buffered.start(i) <= currentTime + 0.1 && buffered.end(i) >= currentTime)
			return buffered.end(i) - currentTime;
	}
	return 0;
}

/** The picture that is on the screen now; none where there is none or it may not be read. */
export function stillOf(video: HTMLVideoElement): string | undefined {
	if (video.videoWidth === 0) return undefined;
	const canvas = document.createElement('canvas');
	canvas.width = Math.min(1280, video.videoWidth);
	canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
	try {
		canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
		return canvas.toDataURL('image/jpeg', 0.85);
	} catch {
		// A picture from elsewhere may not be read.
		return undefined;
	}
}
