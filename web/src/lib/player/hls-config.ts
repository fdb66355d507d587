import type { HlsConfig } from 'hls.js';

/** Patient with a slow line, but no minute passes before somebody is told that it is gone. */
const FRAGMENT_POLICY = {
	default: {
		maxTimeToFirstByteMs: 9000,
		maxLoadTimeMs: 60_000,
		timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
		errorRetry: {
			maxNumRetry: 3,
			retryDelayMs: 700,
			maxRetryDelayMs: 4000,
			backoff: 'exponential' as const
		}
	}
};

/** For a broadcast: near its edge, and with what was shown lately still at hand. */
const LIVE: Partial<HlsConfig> = {
	lowLatencyMode: true,
	liveDurationInfinity: true,
	// A little lag is made up without anybody hearing it.
	maxLiveSyncPlaybackRate: 1.08,
	backBufferLength: 90,
	maxBufferLength: 20
};

/**
 * How hls.js is set up. It stays at 1.6: 1.7 places pictures by their composition offsets without
 * heeding the edit that takes them back, so every item of a channel would begin a little later than
 * the last one ends, and the hole would grow. `at` is where to begin, in seconds. */
export const hlsConfig = (at: number, live = false): Partial<HlsConfig> => ({
	startPosition: at > 0 ? at : -1,
	// The first segment is asked for while the decoder is still being set up.
	startFragPrefetch: true,
	capLevelToPlayerSize: true,
	backBufferLength: 60,
	maxBufferLength: 40,
	abrEwmaDefaultEstimate: 3_000_000,
	fragLoadPolicy: FRAGMENT_POLICY,
	enableWorker: true,
	...(live ? LIVE : {})
});
