import { type PlayerName, PlayerPages } from '../support/pages.ts';
import { expect, test } from '../support/fixtures.ts';
import { expectMoving, watching } from '../support/watching.ts';

let pages: PlayerPages;
test.beforeAll(async () => {
  pages = await PlayerPages.start();
});
test.afterAll(() => pages.stop());

const cases: { player: PlayerName; manifest: 'master.m3u8' | 'manifest.mpd' }[] = [
  { player: 'hls.js', manifest: 'master.m3u8' },
  { player: 'shaka', manifest: 'master.m3u8' },
  { player: 'shaka', manifest: 'manifest.mpd' },
  { player: 'dash.js', manifest: 'manifest.mpd' }
];

for (const { player, manifest } of cases) {
  test(`${player} plays ${manifest} from another origin, seeks, and switches quality`, async ({ page, matinee, movie }) => {
    const src = `${matinee.url}/media/${movie.id}/${manifest}`;
    await page.goto(`${pages.url}/${encodeURIComponent(player)}?src=${encodeURIComponent(src)}`);
    const failure = (): Promise<string | null> => page.evaluate(() => (window as unknown as { failure: string | null }).failure);

    await expect.poll(async () => (await failure()) ?? (await watching(page)).time > 0.5, { timeout: 30_000 }).toBe(true);
    const playing = await expectMoving(page);
    expect(Math.abs(playing.duration - 30)).toBeLessThan(0.5);

    await page.evaluate(() => {
      (document.querySelector('video') as HTMLVideoElement).currentTime = 14.3;
    });
    const after = await expectMoving(page);
    expect(after.time).toBeGreaterThan(14);

    // Down to the smallest rung and up to the largest: the picture's size follows.
    const heights = await page.evaluate(() => [...new Set((window as unknown as { heights(): number[] }).heights())].sort((a, b) => a - b));
    expect(heights.length).toBeGreaterThan(2);
    for (const height of [heights[0], heights.at(-1)]) {
      await page.evaluate((wanted) => {
        (window as unknown as { choose(height: number): void }).choose(wanted as number);
        const video = document.querySelector('video') as HTMLVideoElement;
        video.currentTime = 1;
      }, height);
      await expect.poll(async () => (await watching(page)).height, { timeout: 30_000 }).toBe(height);
      await expectMoving(page);
    }
    expect(await failure()).toBeNull();
  });
}
