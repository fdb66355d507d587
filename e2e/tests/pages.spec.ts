import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import type { Video } from '../support/api.ts';
import { House, OPERATOR, asTheyCome, expectAccessible, signIn } from '../support/house.ts';
import { clip } from '../support/media.ts';

const routes = join(import.meta.dirname, '../../web/src/routes');

/** Every page that the site has, as its router names it: `/watch/[id]`. */
function pages(folder = ''): string[] {
  return readdirSync(join(routes, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return pages(`${folder}/${entry.name}`);
    return entry.name === '+page.svelte' ? [folder || '/'] : [];
  });
}

/** Pages for those who are not signed in. */
const outside = ['/setup', '/login', '/register', '/forgot', '/reset', '/verify-email'];

/** What is not there is a page as well. */
const nowhere = '/no-such-page';

/** A page's address: which of each kind of thing is looked at is in `things`, by the page that shows it. */
function address(page: string, things: Record<string, string>): string {
  const plain = page.replace(/\/\[\[tab\]\]$/, '');
  if (!plain.includes('[')) return plain;
  const id = things[plain];
  if (!id) throw new Error(`nothing is there to be seen on ${page}: give the test one`);
  return plain.replace('[id]', id);
}

test.describe('every page of the site', () => {
  let house: House;
  const things: Record<string, string> = {};

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    house = await House.open(asTheyCome);
    const video = await house.film(await clip(3), { title: 'The Lighthouse Keeper', genre: 'Drama', release_year: '2019' }, (film: Video) => film.processing_status === 'completed');
    const make = async (path: string, body: unknown): Promise<string> => (await house.ask<{ id: string }>('POST', path, body)).id;
    const show = await make('/api/shows', { title: 'Corner Shop', kind: 'show' });
    await house.ask('PATCH', `/api/videos/${video.id}`, { show_id: show, content_type: 'episode', season_number: 1, episode_number: 1 });
    await house.ask('PUT', `/api/videos/${video.id}/credits`, [{ name: 'Maren Voss', role: 'actor', character: 'Ida' }]);
    const [person] = await house.ask<{ id: string }[]>('GET', '/api/people');
    const collection = await make('/api/collections', { title: 'Nights', items: [video.id] });
    const playlist = await make('/api/playlists', { name: 'After work', video_ids: [video.id] });
    const channel = await make('/api/channels', { number: 7, name: 'Late', rules: {} });
    const stream = await make('/api/streams', { title: 'A concert', category: 'Music' });
    const campaign = await make('/api/ads/campaigns', { name: 'Spring', advertiser: 'Leaf & Sons' });
    const webhook = await make('/api/webhooks', { url: 'https://example.com/hook', events: ['stream.started'] });
    const user = await make('/api/users', { username: 'vera', role: 'viewer', password: OPERATOR });
    await make('/api/groups', { name: 'Patrons' });
    await make('/api/invitations', { note: 'the new editor' });
    await house.ask('POST', `/api/videos/${video.id}/comments`, { body: 'At 0:02 she turns round.' });
    const mine: [string, string, string[]][] = [
      [video.id, 'videos', ['/watch/[id]', '/embed/[id]', '/studio/analytics/[id]']],
      [show, 'shows', ['/shows/[id]']],
      [person?.id ?? '', 'people', ['/people/[id]']],
      [collection, 'collections', ['/collections/[id]']],
      [playlist, 'playlists', ['/playlists/[id]']],
      [channel, 'channels', ['/channels/[id]']],
      [stream, 'live', ['/live/[id]']],
      [campaign, 'ads', []],
      [webhook, 'webhooks', []],
      [user, 'users', []]
    ];
    for (const [id, kind, also] of mine) for (const page of [`/studio/${kind}/[id]`, ...also]) things[page] = id;
  });

  test.afterAll(async () => {
    await house?.close();
  });

  const wrong: string[] = [];
  test.afterEach(() => {
    expect(wrong.splice(0).join('\n\n')).toBe('');
  });

  /** One page holds for everybody's eyes, ears and hands, fits a phone, and complains of nothing. */
  async function holds(page: Page, path: string): Promise<void> {
    const complaints: string[] = [];
    const complain = (error: Error): void => void complaints.push(error.message);
    page.on('pageerror', complain);
    const step = test.step(path, async () => {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(house.url + path);
      await expect(page.getByRole('heading').first()).toBeAttached();
      await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
      await expect(page.getByRole('heading', { name: 'This page is not showing' })).toHaveCount(path === nowhere ? 1 : 0);
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      if (process.env.PAGES_SHOTS) {
        const name = path.replace(/\W+/g, '_');
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${process.env.PAGES_SHOTS}/${name}-390.png` });
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${process.env.PAGES_SHOTS}/${name}-1440.png` });
      }
      expect(complaints, path).toEqual([]);
    });
    // All pages are seen, and what is wrong with each is said at the end.
    await step.catch((error: unknown) => void wrong.push(`${path}: ${error instanceof Error ? error.message : String(error)}`));
    page.off('pageerror', complain);
  }

  test('holds for those who come in', async ({ page }) => {
    test.setTimeout(120_000);
    for (const path of [...outside, nowhere]) await holds(page, path);
  });

  test('holds for those who run it, with all its tabs @long', async ({ page }) => {
    test.setTimeout(600_000);
    await signIn(page, house.url, 'operator', OPERATOR);
    for (const one of pages().filter((name) => !outside.includes(name))) {
      const path = address(one, things);
      await holds(page, path);
      if (!one.endsWith('/[[tab]]')) continue;
      const tabs = await page.locator(`main a[href^="${path}/"]`).evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
      expect(tabs.length, `${path} has tabs`).toBeGreaterThan(0);
      for (const tab of new Set(tabs)) await holds(page, tab);
    }
  });
});
