import { expect, test } from '@playwright/test';
import { Company, type Stream } from '../support/company.ts';
import { Encoder } from '../support/encoder.ts';
import { House } from '../support/house.ts';
import { PlayerPages, type PlayerName } from '../support/pages.ts';
import { freePort } from '../support/server.ts';
import { run, which } from '../support/tools.ts';
import { expectMoving, watching } from '../support/watching.ts';

test.describe('players of a broadcast', () => {
  test.describe.configure({ mode: 'serial' });
  let house: House;
  let pages: PlayerPages;
  let encoder: Encoder | undefined;
  let stream: Stream;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    house = await House.open({ RTMP_SERVER_PORT: String(await freePort()) });
    pages = await PlayerPages.start();
    const company = new Company(house);
    await company.invite({ cora: 'creator' });
    stream = await company.stream('cora', { title: 'Trains, by another road' });
    encoder = Encoder.start(stream.rtmp_url);
  });
  test.afterAll(async () => {
    await encoder?.stop();
    await pages.stop();
    await house.close();
  });

  for (const player of ['dash.js', 'shaka'] satisfies PlayerName[]) {
    test(`${player} follows a broadcast from another origin, a few seconds behind it`, async ({ page }) => {
      test.setTimeout(120_000);
      const src = `${house.url}/media/live/${stream.id}/manifest.mpd`;
      await expect.poll(async () => (await page.request.get(src)).status(), { timeout: 60_000 }).toBe(200);
      await page.goto(`${pages.url}/${encodeURIComponent(player)}?src=${encodeURIComponent(src)}`);
      const failure = (): Promise<string | null> => page.evaluate(() => (window as unknown as { failure: string | null }).failure);
      await expect.poll(async () => (await failure()) ?? (await watching(page)).frames > 10, { timeout: 30_000 }).toBe(true);
      const seen = await expectMoving(page, 5);
      // What the encoder sends, or the size that is made of it: the player chooses.
      expect([240, 360]).toContain(seen.height);
      expect(await failure()).toBeNull();
      // What it has is near what there is.
      const behind = await page.evaluate(() => {
        const video = document.querySelector('video') as HTMLVideoElement;
        return video.seekable.end(video.seekable.length - 1) - video.currentTime;
      });
      expect(behind).toBeLessThan(15);
    });
  }

  test('hls.js goes down and up the sizes of a broadcast while it goes on', async ({ page }) => {
    test.setTimeout(120_000);
    const src = `${house.url}/media/live/${stream.id}/master.m3u8`;
    await page.goto(`${pages.url}/${encodeURIComponent('hls.js')}?src=${encodeURIComponent(src)}`);
    const failure = (): Promise<string | null> => page.evaluate(() => (window as unknown as { failure: string | null }).failure);
    await expect.poll(async () => (await failure()) ?? (await watching(page)).frames > 10, { timeout: 30_000 }).toBe(true);
    const heights = await page.evaluate(() => [...new Set((window as unknown as { heights(): number[] }).heights())].sort((a, b) => a - b));
    expect(heights).toEqual([240, 360]);
    for (const height of [240, 360, 240]) {
      await page.evaluate((wanted) => (window as unknown as { choose(height: number): void }).choose(wanted), height);
      await expect.poll(async () => (await watching(page)).height, { timeout: 30_000 }).toBe(height);
      await expectMoving(page, 2);
    }
    expect(await failure()).toBeNull();
  });

  test('GStreamer plays the broadcast', async () => {
    test.skip(!which('gst-launch-1.0'), 'GStreamer is not installed');
    const src = `${house.url}/media/live/${stream.id}/master.m3u8`;
    const sinks = ['video-sink=fakesink num-buffers=60', 'audio-sink=fakesink num-buffers=60'];
    const played = await run('gst-launch-1.0', ['-v', 'playbin3', `uri=${src}`, ...sinks], 60);
    expect(played.code, played.stderr).toBe(0);
    expect(played.stdout).toMatch(/video\/x-raw.*height=\(int\)(240|360)/);
    expect(played.stdout).toMatch(/audio\/x-raw/);
    expect(played.stderr).not.toContain('ERROR');
  });
});
