/**
 * Advertising, as those see it who run it and those who watch: a campaign is made in the studio, its
 * advertisement is seen on a channel and around a film, counted, and kept from those who are to see
 * none.
 */
import { type Page } from '@playwright/test';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completed } from '../support/api.ts';
import { expect, test as base } from '../support/fixtures.ts';
import { House, OPERATOR, expectAccessible, signIn } from '../support/house.ts';
import { exec, made } from '../support/media.ts';

const PASSWORD = 'the lamp over the door';
const SPOT_S = 5;
const FILM_S = 130;
const modules = join(import.meta.dirname, '../node_modules');

/** Everything in one colour, so that a picture says what it is of. */
const plain = (colour: string, seconds: number, rate: string): Promise<string> =>
  made(`plain-${colour}-${seconds}-${rate.replace('/', '-')}.mp4`, [
    ...['-f', 'lavfi', '-i', `color=c=${colour}:size=320x180:rate=${rate}:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '20', '-keyint_min', '20', '-sc_threshold', '0'],
    ...['-c:a', 'aac', '-ac', '2', '-shortest', '-movflags', '+faststart']
  ]);

interface Place {
  house: House;
  /** The film that advertisements stand in. */
  film: string;
  /** A channel of short films with breaks between them. */
  channel: string;
}

const test = base.extend<object, { place: Place }>({
  place: [
    async ({}, use) => {
      const house = await House.open();
      const film = await house.film(await plain('blue', FILM_S, '10'), { title: 'The Sea', genre: 'Sea' }, completed);
      const short = await house.film(await plain('red', 8, '10'), { title: 'The Fire', genre: 'Fire' }, completed);
      await house.ask('PATCH', `/api/videos/${short.id}`, { tags: ['short'] });
      const channel = await house.ask<{ id: string }>('POST', '/api/channels', {
        number: 7,
        name: 'Fires',
        rules: { tags: ['short'] },
        dvr_minutes: 5,
        ads: { seconds: 6, after_programmes: 1, decided: true }
      });
      await use({ house, film: film.id, channel: channel.id });
      await house.close();
    },
    { scope: 'worker', timeout: 240_000 }
  ]
});

/** Which colour the picture of a video element is; black where there is none. */
const colour = (page: Page, selector: string): Promise<string> =>
  page.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector);
    if (!video || video.readyState < 2) return 'none';
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [4, 4];
    const drawing = canvas.getContext('2d');
    drawing?.drawImage(video, 0, 0, 4, 4);
    const [red = 0, green = 0, blue = 0] = drawing?.getImageData(1, 1, 1, 1).data ?? [];
    if (Math.max(red, green, blue) < 60) return 'black';
    return red > 150 && green > 150 ? 'yellow' : red > green && red > blue ? 'red' : blue > green ? 'blue' : 'green';
  }, selector);

const main = 'media-controller > video';
const spot = '[data-testid="ad-break"] video';
const timeOf = (page: Page, selector: string): Promise<number> =>
  page.evaluate((selector) => document.querySelector<HTMLVideoElement>(selector)?.currentTime ?? -1, selector);

/** The pages at the widths of a desk and of a hand: nothing sticks out, and nobody is kept out. */
async function looks(page: Page, name: string): Promise<void> {
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), name).toBeLessThanOrEqual(0);
    if (process.env.MATINEE_TEST_LOOK) await page.screenshot({ path: join(process.env.MATINEE_TEST_LOOK, `${name}-${width}.png`) });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

interface Report {
  rows: { name: string; impressions: number; completes: number; errors: number }[];
  totals: { impressions: number; completes: number };
}

test.describe('advertising', () => {
  test.describe.configure({ mode: 'serial' });

  test('a campaign is made in the studio, and what is wrong is said', async ({ page, place }) => {
    const { house } = place;
    await page.goto(house.url);
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/ads`);
    await expect(page.getByText('No campaigns')).toBeVisible();
    await looks(page, 'campaigns-none');
    await page.getByRole('button', { name: 'New campaign' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await expect(dialog.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Name', { exact: true }).fill('Lemonade');
    await dialog.getByLabel('Advertiser').fill('Sour & Sons');
    await dialog.getByLabel('Weight').fill('0');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await expect(dialog.getByText(/must be from 1 to 1000/i).first()).toBeVisible();
    await looks(page, 'campaign-form');
    await dialog.getByLabel('Weight').fill('20');
    await dialog.getByLabel('Price of a thousand impressions').fill('12.5');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await page.waitForURL(/\/studio\/ads\/campaign_/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Lemonade');
    await expect(page.getByText('Nothing to show')).toBeVisible();

    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText('Choose a video file.')).toBeVisible();
    await page.getByLabel('File', { exact: true }).setInputFiles(await plain('yellow', SPOT_S - 0.07, '30000/1001'));
    await page.getByLabel('Name', { exact: true }).fill('A glass of it');
    await page.getByLabel('A click leads to').fill('lemonade');
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect(page.getByText(/whole address that begins with https/i).first()).toBeVisible();
    await page.getByLabel('A click leads to').fill('https://lemonade.example/');
    await page.getByRole('button', { name: 'Upload' }).click();
    const creative = page.getByTestId('creative');
    await expect(creative).toContainText('A glass of it');
    await expect(creative).toContainText('Ready', { timeout: 90_000 });
    await expect(creative).toContainText(`${SPOT_S} s`);
    await looks(page, 'campaign');
    await page.goto(`${house.url}/studio/ads`);
    await expect(page.getByTestId('campaign')).toContainText('Sour & Sons');
    await expect(page.getByTestId('campaign')).toContainText('On');
    await looks(page, 'campaigns');
  });

  test('it is seen on a channel, said, and counted', async ({ page, place }) => {
    test.setTimeout(240_000);
    const { house } = place;
    await page.goto(`${house.url}/channels/7`);
    const note = page.getByTestId('ad-note');
    await expect(note).toContainText('Ad 1 of 1', { timeout: 90_000 });
    await expect.poll(() => colour(page, main), { timeout: 20_000, intervals: [100] }).toBe('yellow');
    await expect(note.getByRole('link')).toHaveAttribute('href', 'https://lemonade.example/');
    if (process.env.MATINEE_TEST_LOOK) await page.screenshot({ path: join(process.env.MATINEE_TEST_LOOK, 'channel-break.png') });
    // It is over, and comes back: the film between two of them is seen.
    await expect(note).toBeHidden({ timeout: 20_000 });
    await expect.poll(() => colour(page, main), { timeout: 20_000, intervals: [100] }).toBe('red');
    const report = (): Promise<Report> => house.ask('GET', '/api/ads/report');
    await expect.poll(async () => (await report()).rows[0]?.completes ?? 0, { timeout: 60_000 }).toBeGreaterThanOrEqual(1);
    expect((await report()).rows[0]?.name).toBe('Lemonade');
    expect((await report()).rows[0]?.errors).toBe(0);

    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/ads/reports`);
    const row = page.getByRole('row').filter({ hasText: 'Lemonade' });
    await expect(row).toBeVisible();
    await expect(row.getByRole('cell').first()).not.toHaveText('0');
    await looks(page, 'report');
    await page.getByLabel('By', { exact: true }).selectOption('channel');
    await expect(page.getByRole('row').filter({ hasText: 'Fires' })).toBeVisible();
  });

  test('ffmpeg reads a channel through a break without a fault', async ({ place }) => {
    test.setTimeout(180_000);
    const { house, channel } = place;
    const { server_time: now } = await house.ask<{ server_time: string }>('GET', '/api/channel/play/7');
    const until = Date.parse(now) - 10_000;
    const range = `from=${until - 45_000}&until=${until}`;
    const base = `${house.url}/media/channels/${channel}`;
    const listed = await (await fetch(`${base}/video/360p.m3u8?${range}`)).text();
    const lengths = [...listed.matchAll(/#EXTINF:([\d.]+)/g)].map(([, length]) => Number(length));
    const seconds = lengths.reduce((sum, length) => sum + length, 0);
    const { breaks } = await house.ask<{ breaks: { start: string; ads: unknown[] }[] }>('GET', `/api/ads/channels/7/breaks?at=${until}`);
    const within = breaks.filter(({ start, ads }) => ads.length && Date.parse(start) > until - 40_000 && Date.parse(start) < until - 6000);
    expect(within.length, JSON.stringify(breaks)).toBeGreaterThanOrEqual(1);
    // As one stream for set-top boxes (its HLS takes one form of pictures only, whatever a playlist
    // says): all of it can be decoded, and its clock runs on through the break.
    const recorded = join(tmpdir(), `matinee-break-${process.pid}.ts`);
    const stopping = new AbortController();
    const answer = await fetch(`${house.url}/auto/v7`, { signal: stopping.signal });
    const parts: Uint8Array[] = [];
    const enough = setTimeout(() => stopping.abort(), 30_000);
    try {
      for await (const part of answer.body ?? []) parts.push(part);
    } catch (thrown) {
      if (!stopping.signal.aborted) throw thrown;
    }
    clearTimeout(enough);
    await writeFile(recorded, Buffer.concat(parts));
    const { stderr } = await exec('ffmpeg', [
      ...['-nostdin', '-v', 'error', '-xerror', '-t', '24', '-i', recorded, '-map', '0:v:0', '-map', '0:a:0'],
      // Its counting of pictures has the first item's rate; an advertisement has another.
      ...['-fps_mode', 'vfr', '-f', 'null', '-']
    ]);
    expect(stderr).toBe('');
    const found = await exec('ffprobe', [
      ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=dts_time', '-of', 'csv=p=0', recorded]
    ]);
    await rm(recorded);
    const times = found.stdout
      .split('\n')
      .map((line) => parseFloat(line))
      .filter((time) => !Number.isNaN(time))
      // Where a stream begins, times are made up for pictures that are decoded before it.
      .filter((time, _, all) => time > (all[0] ?? 0) + 1);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(20);
    for (const [n, at] of times.entries()) {
      if (n === 0) continue;
      const step = at - times[n - 1]!;
      expect(step, `after ${times[n - 1]}`).toBeGreaterThan(0);
      expect(step, `after ${times[n - 1]}`).toBeLessThan(0.35);
    }
    expect(seconds).toBeGreaterThan(35);
  });

  test('rules put them around films, and say what is wrong with them', async ({ page, place }) => {
    const { house } = place;
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/ads/videos`);
    await page.getByLabel('Seconds before a video').fill('900');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText(/must be from 0 to 300/i).first()).toBeVisible();
    await looks(page, 'rules-refused');
    await page.getByLabel('Seconds before a video').fill('6');
    await page.getByLabel('Seconds within a video').fill('6');
    await page.getByLabel('About every so many minutes').fill('1');
    await page.getByLabel('Seconds after a video').fill('6');
    await page.getByLabel('Not within videos shorter than so many minutes').fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await expect(page.getByRole('switch', { name: /child's profile/ })).toBeChecked();
  });

  test('before, within and after a film they are shown, and nothing goes past them', async ({ page, place }) => {
    test.setTimeout(240_000);
    const { house, film } = place;
    await page.goto(`${house.url}/watch/${film}`);
    const over = page.getByTestId('ad-break');
    await expect(over).toContainText('Ad 1 of 1', { timeout: 30_000 });
    await expect.poll(() => colour(page, spot), { timeout: 20_000, intervals: [100] }).toBe('yellow');
    expect(await timeOf(page, main)).toBeLessThan(0.5);
    await expect(over.getByRole('link', { name: /Sour & Sons/ })).toBeVisible();
    await expect(over.getByRole('button', { name: 'Skip' })).toHaveCount(0);
    // Keys that move the film do nothing now; the one that pauses means the advertisement.
    await page.keyboard.press('9');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('k');
    await expect(over.getByRole('button', { name: 'Play the ad' })).toBeVisible();
    await looks(page, 'preroll');
    await page.keyboard.press('k');
    expect(await timeOf(page, main)).toBeLessThan(0.5);
    await expect(over).toBeHidden({ timeout: 20_000 });
    await expect.poll(() => timeOf(page, main), { timeout: 20_000 }).toBeGreaterThan(1);
    expect(await colour(page, main)).toBe('blue');

    // Whoever jumps over a break sees it first, and goes on where they wanted to.
    await page.keyboard.press('8');
    await expect(over).toContainText('Ad 1 of 1', { timeout: 20_000 });
    await expect.poll(() => timeOf(page, spot), { timeout: 20_000 }).toBeGreaterThan(1);
    await expect(over).toBeHidden({ timeout: 20_000 });
    await expect.poll(() => timeOf(page, main), { timeout: 20_000 }).toBeGreaterThan(FILM_S * 0.8 + 0.5);
    expect(await timeOf(page, main)).toBeLessThan(FILM_S * 0.8 + 12);
    // Once in a viewing.
    await page.keyboard.press('0');
    await expect.poll(() => timeOf(page, main), { timeout: 20_000 }).toBeLessThan(20);
    await page.keyboard.press('7');
    await expect.poll(() => timeOf(page, main), { timeout: 20_000 }).toBeGreaterThan(FILM_S * 0.7 + 0.5);
    await expect(over).toBeHidden();

    await page.evaluate((main) => {
      const video = document.querySelector<HTMLVideoElement>(main);
      if (video) video.currentTime = video.duration - 2;
    }, main);
    await expect(over).toContainText('Ad 1 of 1', { timeout: 20_000 });
    await expect(over).toBeHidden({ timeout: 20_000 });
    const counted = async (): Promise<unknown> => {
      const report = await house.ask<Report>('GET', '/api/ads/report?by=channel');
      return report.rows.find(({ name }) => name === 'The Sea');
    };
    await expect.poll(counted).toMatchObject({ impressions: 3, completes: 3, errors: 0 });
  });

  test.describe('elsewhere', () => {
    test.use({ bypassCSP: true });
    test('players that know interstitials play them themselves', async ({ page, place }) => {
      test.setTimeout(120_000);
      const { house, film } = place;
      const { hls_url: url } = await house.ask<{ hls_url: string }>('GET', `/api/ads/videos/${film}`, undefined, {});
      await page.goto(`${house.url}/health/live`);
      await page.setContent('<!doctype html><title>interstitials</title><video muted playsinline width="320" height="180"></video>');
      await page.addScriptTag({ path: join(modules, 'hls.js/dist/hls.min.js') });
      const heard = await page.evaluate(async (url) => {
        interface Player {
          on: (name: string, run: (event: string, data: { fatal?: boolean; details?: string }) => void) => void;
          loadSource: (url: string) => void;
          attachMedia: (video: HTMLVideoElement) => void;
        }
        const Hls = (window as unknown as { Hls: { new (): Player; Events: Record<string, string> } }).Hls;
        const video = document.querySelector('video')!;
        const player = new Hls();
        const heard: string[] = [];
        for (const name of ['INTERSTITIAL_STARTED', 'INTERSTITIAL_ASSET_STARTED', 'INTERSTITIAL_ENDED', 'INTERSTITIALS_PRIMARY_RESUMED'])
          player.on(Hls.Events[name]!, () => heard.push(name));
        player.on(Hls.Events.ERROR!, (_, data) => data.fatal && heard.push(`fatal ${data.details}`));
        player.loadSource(url);
        player.attachMedia(video);
        await video.play().catch(() => undefined);
        const deadline = performance.now() + 30_000;
        while (!heard.includes('INTERSTITIALS_PRIMARY_RESUMED') && performance.now() < deadline) {
          if (video.paused) void video.play().catch(() => undefined);
          await new Promise((wake) => setTimeout(wake, 100));
        }
        return heard;
      }, url);
      expect(heard.filter((name) => name.startsWith('fatal'))).toEqual([]);
      expect(heard).toEqual(expect.arrayContaining(['INTERSTITIAL_STARTED', 'INTERSTITIAL_ASSET_STARTED', 'INTERSTITIAL_ENDED', 'INTERSTITIALS_PRIMARY_RESUMED']));
    });
  });

  test('whoever is to see none sees none', async ({ page, place }) => {
    test.setTimeout(180_000);
    const { house, film } = place;
    const plan = await house.ask<{ id: string }>('POST', '/api/groups', { name: 'Plan without advertising' });
    const ada = await house.ask<{ id: string }>('POST', '/api/users', { username: 'ada', role: 'viewer', password: PASSWORD });
    await house.ask('PUT', `/api/groups/${plan.id}/members/${ada.id}`, {});
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/ads/videos`);
    await page.getByLabel('Plan without advertising').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await looks(page, 'rules');
    await page.reload();
    await expect(page.getByLabel('Plan without advertising')).toBeChecked();

    await page.context().clearCookies();
    await signIn(page, house.url, 'ada', PASSWORD);
    await page.goto(`${house.url}/watch/${film}`);
    await expect.poll(() => timeOf(page, main), { timeout: 30_000 }).toBeGreaterThan(1);
    await expect(page.getByTestId('ad-break')).toHaveCount(0);
    await page.goto(`${house.url}/channels/7`);
    const seen = new Set<string>();
    await expect
      .poll(
        async () => {
          seen.add(await colour(page, main));
          return seen.has('red') && seen.has('black');
        },
        { timeout: 60_000, intervals: [150] }
      )
      .toBe(true);
    expect(seen.has('yellow')).toBe(false);
    await expect(page.getByTestId('ad-note')).toHaveCount(0);
  });
});
