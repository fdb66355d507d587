import { expect, type Page } from '@playwright/test';

/** What the page's video element is doing. */
export interface Watching {
  time: number;
  duration: number;
  frames: number;
  dropped: number;
  width: number;
  height: number;
  paused: boolean;
  error: string | null;
}

export async function watching(page: Page): Promise<Watching> {
  // The player is loaded apart from the page, and after it.
  await page.locator('video').first().waitFor({ state: 'attached' });
  return page.evaluate(() => {
    const video = document.querySelector('video');
    if (!video) throw new Error('no video element');
    const quality = video.getVideoPlaybackQuality();
    return {
      time: video.currentTime,
      duration: video.duration,
      frames: quality.totalVideoFrames,
      dropped: quality.droppedVideoFrames,
      width: video.videoWidth,
      height: video.videoHeight,
      paused: video.paused,
      error: video.error ? `${video.error.code} ${video.error.message}` : null
    };
  });
}

/** Waits until the picture really moves: the clock runs past where it was and new frames were decoded. */
export async function expectMoving(page: Page, seconds = 1.5): Promise<Watching> {
  const before = await watching(page);
  await expect
    .poll(
      async () => {
        const now = await watching(page);
        expect(now.error, 'media error').toBeNull();
        // A source switch starts the counter of frames anew.
        const frames = now.frames >= before.frames ? now.frames - before.frames : now.frames;
        return now.time - before.time >= seconds && frames >= 10;
      },
      { message: 'the video should play on', timeout: 30_000 }
    )
    .toBe(true);
  return watching(page);
}
