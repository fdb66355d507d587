import type { Page } from '@playwright/test';
import { type Video, completed, until } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { expectAccessible } from '../support/house.ts';
import { clip, film, filmLoop } from '../support/media.ts';
import { expectMoving, watching } from '../support/watching.ts';

/** Fails the test for whatever the page complains of in its console. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}

test('a person uploads, sees it come, watches, switches, scrubs, leaves and goes on', async ({ page, matinee }) => {
  test.setTimeout(240_000);
  const complaints = listen(page);
  await page.goto(`${matinee.url}/`);
  await page.getByRole('link', { name: 'Upload', exact: true }).first().click();

  // Up: a file of a minute, so that there is something to go back to.
  await page.getByTestId('file-input').setInputFiles(await filmLoop(60));
  const card = page.getByTestId('upload');
  await expect(card).toHaveAttribute('data-state', /processing|ready/, { timeout: 60_000 });
  await expect(card.getByTestId('processing')).toBeVisible();
  await card.getByLabel('Title').fill('The rabbit, at length');
  await card.getByTestId('watch').click();
  await page.waitForURL(/\/watch\/video_/);
  const id = page.url().split('/').at(-1) as string;

  // Watch: while the ladder is still being made.
  await expect.poll(async () => (await watching(page)).time > 0.3).toBe(true);
  await expectMoving(page);
  await until(matinee.url, id, completed, 150);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The rabbit, at length' })).toBeVisible();
  await expectMoving(page);
  // It went on while the ladder was made, however long that took: back to where there is enough left.
  await page.keyboard.press('1');
  await expectMoving(page);

  // Switch: by the chips, to the smallest and to the largest; the picture follows.
  const chips = page.getByTestId('quality-chips').getByRole('button');
  await expect(chips).toHaveCount(((await (await fetch(`${matinee.url}/api/videos/${id}`)).json()) as Video).renditions.filter((one) => one.kind === 'video').length);
  await chips.filter({ hasText: '240p' }).click();
  await expect.poll(async () => (await watching(page)).height, { timeout: 40_000 }).toBe(240);
  await expect(page.getByTestId('current-quality')).toContainText('240p');
  await chips.filter({ hasText: '720p' }).first().click();
  await expect.poll(async () => (await watching(page)).height, { timeout: 40_000 }).toBe(720);
  await expectMoving(page);
  await page.getByRole('switch', { name: 'Auto' }).click();

  // Scrub: by key, by the list of segments, by the bar.
  await page.keyboard.press('5');
  await expect.poll(async () => (await watching(page)).time).toBeGreaterThan(29);
  await expectMoving(page, 1);
  await page.getByTestId('segments').getByRole('button').nth(3).click();
  await expect.poll(async () => Math.abs((await watching(page)).time - 13)).toBeLessThan(3);
  // The list may have stood below the fold: back up to the picture, as a person would.
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }));
  await expect(page.locator('media-time-range')).toBeInViewport();
  const bar = await page.locator('media-time-range').boundingBox();
  if (!bar) throw new Error('no time bar');
  await page.mouse.move(bar.x + bar.width * 0.5, bar.y + bar.height / 2);
  // The storyboard's preview over the bar.
  await expect(page.locator('media-preview-thumbnail')).toBeVisible();
  await page.mouse.click(bar.x + bar.width * 0.7, bar.y + bar.height / 2);
  await expect.poll(async () => Math.abs((await watching(page)).time - 42)).toBeLessThan(5);
  await expectMoving(page);

  // Speed, and the panel for nerds.
  await page.keyboard.press('>');
  expect(await page.evaluate(() => document.querySelector('video')?.playbackRate)).toBe(1.25);
  await page.keyboard.press('<');
  await page.keyboard.press('s');
  await expect(page.getByTestId('stats')).toContainText(/dropped/i);
  await page.keyboard.press('s');

  // Leave and return: it stands first on the home page, and goes on where it was.
  const left = (await watching(page)).time;
  await page.getByRole('link', { name: /home/i }).first().click();
  const row = page.getByRole('region', { name: 'Continue watching' }).or(page.locator('section', { hasText: 'Continue watching' }).first());
  await row.getByTestId('video-card').filter({ hasText: 'The rabbit, at length' }).first().click();
  await page.waitForURL(new RegExp(`/watch/${id}`));
  await expect.poll(async () => (await watching(page)).time, { timeout: 30_000 }).toBeGreaterThan(left - 6);
  await expectMoving(page, 1);

  expect(complaints).toEqual([]);
});

test('several files at once, paused and resumed, each with its own course', async ({ page, matinee }) => {
  await page.goto(`${matinee.url}/upload`);
  // Slow enough for a person's hand to pause it.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_500_000 });
  await page.getByTestId('file-input').setInputFiles([await clip(60, '1920x1080'), film]);
  const cards = page.getByTestId('upload');
  await expect(cards).toHaveCount(2);
  const first = cards.first();
  await first.getByRole('button', { name: 'Pause' }).click();
  await expect(first).toHaveAttribute('data-state', 'paused');
  await expect(cards.nth(1)).toHaveAttribute('data-state', /processing|ready/, { timeout: 60_000 });
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await first.getByRole('button', { name: 'Resume' }).click();
  await expect(first).toHaveAttribute('data-state', /processing|ready/, { timeout: 60_000 });
});

test('what is no video says why, and may be taken off the list', async ({ page, matinee }) => {
  await page.goto(`${matinee.url}/upload`);
  await page.getByTestId('file-input').setInputFiles({ name: 'letter.mp4', mimeType: 'video/mp4', buffer: Buffer.from('Dear reader, this is no video.\n'.repeat(2000)) });
  const card = page.getByTestId('upload');
  await expect(card).toHaveAttribute('data-state', /refused|failed/, { timeout: 60_000 });
  await expect(card.getByText(/not|no /i).first()).toBeVisible();
});

test('the pages hold for everybody', async ({ page, matinee, movie }) => {
  test.setTimeout(180_000);
  for (const path of ['/', '/browse', '/upload', '/studio', '/studio/import', `/studio/videos/${movie.id}`, `/watch/${movie.id}`, '/login', '/no-such-page']) {
    await test.step(path, async () => {
      await page.goto(matinee.url + path);
      await expect(page.getByRole('heading').first()).toBeAttached();
      await expectAccessible(page);
    });
  }
});

test('everything fits on a phone', async ({ page, matinee, movie }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/', '/browse', '/upload', '/studio', `/watch/${movie.id}`]) {
    await page.goto(matinee.url + path);
    await expect(page.getByRole('heading').first()).toBeAttached();
    await page.waitForTimeout(500);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, path).toBeLessThanOrEqual(360);
  }
  await expectMoving(page);
});
