import { randomUUID } from 'node:crypto';
import { expect, test as alone, type Browser, type Page } from '@playwright/test';
import { playable, uploadRaw, type Video } from '../support/api.ts';
import { test } from '../support/fixtures.ts';
import { House, OPERATOR, expectAccessible, signIn } from '../support/house.ts';
import { clip } from '../support/media.ts';
import { type PlayerName, PlayerPages } from '../support/pages.ts';
import { expectMoving, watching } from '../support/watching.ts';

interface Report {
  totals: { plays: number; views: number };
  quality: {
    stalls: number;
    stall_time_seconds: number;
    rebuffer_ratio: number | null;
    average_bitrate_bps: number | null;
    startup_ms: { p50: number } | null;
  };
}

async function reportOf(url: string, id: string): Promise<Report> {
  await fetch(`${url}/api/analytics/refresh`, { method: 'POST' });
  return (await (await fetch(`${url}/api/analytics/videos/${id}`)).json()) as Report;
}

test.describe('players of others say how they fare', () => {
  let pages: PlayerPages;
  test.beforeAll(async () => {
    pages = await PlayerPages.start();
  });
  test.afterAll(() => pages.stop());

  const cases: { player: PlayerName; manifest: string; version: number }[] = [
    { player: 'hls.js', manifest: 'master.m3u8', version: 1 },
    { player: 'shaka', manifest: 'manifest.mpd', version: 1 },
    { player: 'shaka', manifest: 'master.m3u8', version: 2 },
    { player: 'dash.js', manifest: 'manifest.mpd', version: 1 },
    { player: 'dash.js', manifest: 'manifest.mpd', version: 2 }
  ];
  for (const { player, manifest, version } of cases) {
    test(`${player} by CMCD ${version} beside requests for ${manifest}`, async ({ page, matinee, movie }) => {
      const before = await reportOf(matinee.url, movie.id);
      const told: string[] = [];
      page.on('request', (request) => {
        const { searchParams } = new URL(request.url());
        const said = searchParams.get('CMCD');
        if (said) told.push(said);
      });
      const src = `${matinee.url}/media/${movie.id}/${manifest}`;
      const asked = new URLSearchParams({ src, session: randomUUID(), version: String(version) });
      await page.goto(`${pages.url}/${encodeURIComponent(player)}?${asked.toString()}`);
      await expect.poll(async () => (await watching(page)).time > 0.5, { timeout: 30_000 }).toBe(true);
      await expectMoving(page, 3);
      expect(told.length).toBeGreaterThan(1);
      if (version === 2) expect(told.some((said) => /(^|,)v=2(,|$)/.test(said))).toBe(true);
      await expect
        .poll(async () => (await reportOf(matinee.url, movie.id)).totals.plays, { timeout: 20_000 })
        .toBe(before.totals.plays + 1);
      expect((await reportOf(matinee.url, movie.id)).quality.average_bitrate_bps).toBeGreaterThan(50_000);
    });
  }

  /** Lets a page have what it asks for of a film at less than the smallest size needs, until it is let go. */
  async function slowLine(page: Page, film: string): Promise<() => Promise<void>> {
    const line = await page.context().newCDPSession(page);
    await line.send('Network.enable');
    const segments = `**/media/${film}/**/*.m4s*`;
    // The page comes as always.
    await page.route(segments, async (route) => {
      await line.send('Network.emulateNetworkConditions', { offline: false, latency: 40, downloadThroughput: 24_000, uploadThroughput: 100_000 });
      await route.continue();
    });
    return async () => {
      await page.unroute(segments);
      await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    };
  }

  /** Waits until the picture has stood still once it had moved. */
  async function standsStill(page: Page): Promise<void> {
    const video = page.locator('video').first();
    await video.waitFor({ state: 'attached' });
    await video.evaluate((media: HTMLVideoElement) => {
      media.muted = true;
      void media.play();
      Object.assign(window, { stood: 0 });
      let began = !media.paused && media.currentTime > 0;
      media.addEventListener('playing', () => (began = true));
      media.addEventListener('waiting', () => {
        if (began && !media.seeking) (window as unknown as { stood: number }).stood += 1;
      });
    });
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { stood: number }).stood), { timeout: 90_000 })
      .toBeGreaterThan(0);
  }

  test('a browser on a slow line stands still, and the report says so', async ({ page, matinee, movie }) => {
    test.setTimeout(180_000);
    const before = await reportOf(matinee.url, movie.id);
    const letGo = await slowLine(page, movie.id);
    await page.goto(`${matinee.url}/watch/${movie.id}`);
    const start = page.getByRole('button', { name: 'Play', exact: true }).first();
    if (await start.isVisible().catch(() => false)) await start.click();
    await standsStill(page);
    // It goes on, and is told of.
    await letGo();
    await expectMoving(page, 2);
    await expect
      .poll(async () => (await reportOf(matinee.url, movie.id)).quality.stalls, { timeout: 60_000, intervals: [1000] })
      .toBeGreaterThan(before.quality.stalls);
    const after = await reportOf(matinee.url, movie.id);
    expect(after.quality.stall_time_seconds).toBeGreaterThan(before.quality.stall_time_seconds);
    expect(after.quality.rebuffer_ratio ?? 0).toBeGreaterThan(0);
    expect(after.quality.startup_ms).not.toBeNull();
  });

  // Shaka sends neither `bs` nor `sta` with its requests; `su`, which it does send, follows seeks, too.
  for (const [player, manifest] of [
    ['hls.js', 'master.m3u8'],
    ['dash.js', 'manifest.mpd']
  ] as const) {
    test(`${player} on a slow line stands still, and what it says beside its requests is counted`, async ({ page, matinee, movie }) => {
      test.setTimeout(180_000);
      const before = await reportOf(matinee.url, movie.id);
      const letGo = await slowLine(page, movie.id);
      const src = `${matinee.url}/media/${movie.id}/${manifest}`;
      const asked = new URLSearchParams({ src, session: randomUUID() });
      await page.goto(`${pages.url}/${encodeURIComponent(player)}?${asked.toString()}`);
      await standsStill(page);
      await letGo();
      await expectMoving(page, 2);
      await expect
        .poll(async () => (await reportOf(matinee.url, movie.id)).quality.stalls, { timeout: 60_000, intervals: [1000] })
        .toBeGreaterThan(before.quality.stalls);
    });
  }
});

alone.describe('analytics in the studio', () => {
  alone.describe.configure({ mode: 'serial' });
  const PASSWORD = 'correct horse battery staple';
  let house: House;
  let own: string;
  let other: string;
  let viewers = 0;

  /** So many people watch something for so many seconds. */
  async function watched(id: string, people: number, seconds = 40): Promise<void> {
    for (let n = 0; n < people; n += 1) {
      viewers += 1;
      const event = (type: string, number: number, more: object): object => ({ id: `${viewers}/${number}`, type, play_id: `play-${viewers}`, video_id: id, ...more });
      const answer = await fetch(`${house.url}/api/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          cookie: `matinee_viewer=${String(viewers).padStart(32, '0')}`,
          'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0'
        },
        body: JSON.stringify({
          events: [
            event('play', 1, { referrer: 'https://films.example.org/' }),
            event('first_frame', 2, { startup_ms: 3200 }),
            event('heartbeat', 3, { watched: [[0, seconds]], height: 360, bitrate_bps: 900_000 })
          ]
        })
      });
      expect(answer.status).toBe(202);
    }
    await house.ask('POST', '/api/analytics/refresh');
  }

  /** The page as somebody else sees it. */
  async function as(browser: Browser, name: string, then: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, house.url, name, PASSWORD);
    await then(page);
    await context.close();
  }

  const stat = (page: Page, label: string) => page.getByRole('group', { name: 'What the curve shows' }).getByRole('button', { name: new RegExp(`^${label}`) });

  alone.beforeAll(async () => {
    house = await House.open({ ENABLE_TRANSCODING: 'false' });
    await house.member('carla', PASSWORD);
    const people = await house.ask<{ id: string; username: string }[]>('GET', '/api/users');
    const carla = people.find(({ username }) => username === 'carla');
    await house.ask('PATCH', `/api/users/${carla?.id}`, { role: 'creator' });
    const file = await clip(60, '320x180');
    const mine = await house.as('carla', PASSWORD);
    const sent = await uploadRaw(house.url, file, { title: 'Of her own' }, mine);
    expect(sent.status).toBe(201);
    own = ((await sent.json()) as Video).id;
    other = (await house.film(file, { title: 'Of the house' })).id;
    await expect.poll(async () => playable(await house.ask<Video>('GET', `/api/videos/${own}`)), { timeout: 120_000 }).toBe(true);
    await watched(own, 2);
    await watched(other, 3);
  });
  alone.afterAll(() => house.close());

  alone('operators see everything, and it becomes more by itself', async ({ page }) => {
    await page.clock.install();
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/analytics?range=7d`);
    await expect(page.getByText('Of everything that this Matinee shows.')).toBeVisible();
    await expect(stat(page, 'Views')).toContainText('5');
    await watched(other, 4);
    await page.clock.fastForward('01:05');
    await expect(stat(page, 'Views')).toContainText('9');
    await expectAccessible(page);
    for (const [button, file] of [['csv', 'overview.csv'], ['parquet', 'overview.parquet']] as const) {
      const saved = page.waitForEvent('download');
      await page.getByTestId(button).click();
      expect((await saved).suggestedFilename()).toBe(file);
    }
    await page.goto(`${house.url}/studio/analytics/quality?range=7d&by=network`);
    await expect(page.getByRole('group', { name: 'By network' })).toContainText('127.0.0.0/24');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
  });

  alone('operators hold service levels, and see when one was missed', async ({ page }) => {
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/analytics/levels`);
    const card = page.getByTestId('held-startup_ms');
    await expect(card).toContainText('Not known yet');
    await expectAccessible(page);
    await card.getByLabel('Plays at least').fill('3');
    await card.getByRole('button', { name: 'Save' }).click();
    await expect(card).toContainText('Missed');
    await expect(page.getByRole('group', { name: 'Changes of service levels' })).toContainText('Start-up');
    await card.getByLabel('Less than (milliseconds)').fill('0');
    await card.getByRole('button', { name: 'Save' }).click();
    await expect(card).toContainText('must be more than 0');
    await card.getByLabel('Less than (milliseconds)').fill('4000');
    await card.getByRole('button', { name: 'Save' }).click();
    await expect(card).toContainText('Met again');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
  });

  alone('creators see what is theirs, and nothing of networks or levels', async ({ browser }) => {
    await as(browser, 'carla', async (page) => {
      await page.goto(`${house.url}/studio/analytics?range=7d`);
      await expect(page.getByText('Of your own videos and broadcasts.')).toBeVisible();
      await expect(stat(page, 'Views')).toContainText('2');
      await expect(stat(page, 'Views')).not.toContainText('9');
      await expect(page.getByRole('link', { name: 'Service levels' })).toHaveCount(0);
      await page.goto(`${house.url}/studio/analytics/quality?range=7d`);
      await expect(page.getByRole('link', { name: 'By device' })).toBeVisible();
      await expect(page.getByRole('link', { name: 'By network' })).toHaveCount(0);
      const refused = await page.request.get(`${house.url}/api/analytics/videos/${other}`);
      expect(refused.status()).toBe(403);
      await expectAccessible(page);
    });
  });
});
