import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, type Locator, type Page } from '@playwright/test';
import type { Video } from '../support/api.ts';
import { House, OPERATOR, expectAccessible, signIn } from '../support/house.ts';
import { clip, film, h264, made } from '../support/media.ts';
import { expectMoving, watching } from '../support/watching.ts';

const PASSWORD = 'a quiet seat in row nine';

/** Half a minute of film with six loudspeakers' sound. */
const surround = (): Promise<string> =>
  made('film-30s-surround.mp4', [
    ...['-stream_loop', '-1', '-i', film, '-t', '30', '-r', '25', ...h264],
    ...['-c:a', 'aac', '-ac', '6', '-movflags', '+faststart']
  ]);

/** Presses a key of the remote until what has the focus is it. */
async function walk(page: Page, key: string, selector: string, most = 14): Promise<void> {
  for (let presses = 0; presses <= most; presses += 1) {
    // The page glides to what is focused: the next step is measured from where it comes to rest.
    const there = await page.evaluate(async (wanted) => {
      let last = '';
      for (let turn = 0; turn < 100; turn += 1) {
        const box = document.activeElement?.getBoundingClientRect();
        const now = `${Math.round(box?.left ?? 0)} ${Math.round(box?.top ?? 0)}`;
        if (now === last) break;
        last = now;
        await new Promise((wake) => setTimeout(wake, 80));
      }
      return document.activeElement?.matches(wanted) ?? false;
    }, selector);
    if (there) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${selector}`);
}

test.describe('the library', () => {
  let house: House;
  let long: Video;
  let pilot: Video;
  let second: Video;
  let lesson: Video;
  let hidden: Video;
  let show: { id: string };
  let course: { id: string };

  test.beforeAll(async () => {
    test.setTimeout(400_000);
    house = await House.open();
    const episode = (number: string): Record<string, string> => ({ content_type: 'episode', show_title: 'Corner Shop', season_number: '1', episode_number: number, genre: 'Comedy' });
    long = await house.film(await surround(), { title: 'The Long Night', genre: 'Drama', release_year: '2020' }, (video) => video.renditions.filter(({ kind }) => kind === 'audio').length > 1);
    pilot = await house.film(await clip(30), { title: 'Pilot', ...episode('1') });
    second = await house.film(await clip(30), { title: 'Stocktaking', ...episode('2') });
    lesson = await house.film(await clip(30), { title: 'Wet into wet', content_type: 'lesson', show_title: 'Watercolour', season_number: '1', episode_number: '1' });
    hidden = await house.film(await clip(30), { title: 'Behind the curtain', is_public: 'false' });
    const trailer = await house.film(film, { title: 'The Long Night in half a minute' });

    show = await house.ask('POST', '/api/shows', { title: 'Corner Shop', kind: 'show', overview: 'One till, two clerks.' });
    course = await house.ask('POST', '/api/shows', { title: 'Watercolour', kind: 'course', overview: 'One brush.' });
    for (const { id } of [pilot, second]) await house.ask('PATCH', `/api/videos/${id}`, { show_id: show.id });
    await house.ask('PATCH', `/api/videos/${lesson.id}`, { show_id: course.id });
    await house.ask('PUT', `/api/videos/${lesson.id}/notes`, { body: '# What you need\n\n- one **round brush**\n- <img src=x onerror="document.title=1">\n\nSee 0:10.' });
    await house.ask('PATCH', `/api/videos/${trailer.id}`, { extra_of: long.id, extra_kind: 'trailer' });
    await house.ask('PUT', `/api/videos/${long.id}/credits`, [{ name: 'Maren Voss', role: 'actor', character: 'Ida' }]);
    await house.ask('PUT', `/api/videos/${long.id}/chapters`, [
      { start_ms: 0, title: 'Dusk' },
      { start_ms: 15_000, title: 'An answer' }
    ]);
    await house.member('ada', PASSWORD);
  });

  test.afterAll(async () => {
    await house?.close();
  });

  test('a show is found with a letter wrong, watched, gone on with, and put in a playlist; another device is signed out', async ({ page, browser }) => {
    await signIn(page, house.url, 'ada', PASSWORD);
    await page.keyboard.press('/');
    const box = page.getByRole('combobox', { name: 'Search the library' });
    await box.fill('stoktaking');
    await box.press('Enter');
    const hit = page.getByTestId('hit').filter({ hasText: 'Stocktaking' });
    await hit.getByTestId('video-card').click();
    await page.waitForURL(new RegExp(`/watch/${second.id}`));

    // From an episode to its show, and from there to the first.
    await page.getByRole('link', { name: /^Corner Shop/ }).click();
    await expect(page.getByRole('heading', { name: 'Corner Shop', level: 1 })).toBeVisible();
    await expectAccessible(page);
    await page.getByTestId('video-card').filter({ hasText: 'Pilot' }).click();
    await page.waitForURL(new RegExp(`/watch/${pilot.id}`));
    await expectMoving(page);
    await page.keyboard.press('5');
    await expectMoving(page, 1);

    // Left there, it is gone on with from the show's page.
    const left = (await watching(page)).time;
    await page.getByRole('link', { name: /^Corner Shop/ }).click();
    // Asked for anew before it is there, the film would begin again instead.
    await expect(page.getByRole('heading', { name: 'Corner Shop', level: 1 })).toBeVisible();
    // The place is kept while one leaves: it may come in a moment after the page was asked for.
    await expect(async () => {
      await page.reload();
      await page.getByRole('link', { name: /^Go on with S1 E1/ }).click({ timeout: 8000 });
    }).toPass();
    await expect.poll(async () => (await watching(page)).time, { timeout: 30_000 }).toBeGreaterThan(left - 6);

    // Two in a playlist: at the end of the first the second is announced, and may be waited out or not.
    const keep = async (id: string): Promise<Locator> => {
      await page.goto(`${house.url}/watch/${id}`);
      await page.getByTestId('actions').getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Put it in a playlist' }).click();
      return page.getByRole('dialog');
    };
    const first = await keep(pilot.id);
    await first.getByRole('button', { name: 'New playlist' }).click();
    await first.getByLabel('Name').fill('After work');
    await first.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByText('It is in “After work”.')).toBeVisible();
    const list = (await keep(second.id)).getByRole('switch', { name: /After work/ });
    await list.click();
    await expect(list).toHaveAttribute('aria-checked', 'true');
    await page.keyboard.press('Escape');
    await page.goto(`${house.url}/playlists`);
    await page.getByRole('link', { name: /After work/ }).first().click();
    await page.waitForURL(/\/playlists\/playlist_/);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Play all' }).click();
    await expect(page.getByTestId('queue')).toContainText('1 / 2');
    await watching(page);
    await page.evaluate(() => {
      const video = document.querySelector('video');
      if (video) video.currentTime = 28.5;
    });
    // Nobody touches anything: it is counted down, and the next one begins.
    await page.waitForURL(new RegExp(`/watch/${second.id}\\?list=`), { timeout: 90_000 });
    await expect(page.getByTestId('queue')).toContainText('2 / 2');

    // Somewhere else the same account is open; it is not any more.
    const other = await browser.newContext();
    const there = await other.newPage();
    await signIn(there, house.url, 'ada', PASSWORD);
    await page.goto(`${house.url}/account/devices`);
    await expect(page.getByTestId('device').filter({ hasText: 'This one' })).toHaveCount(1);
    await expect(page.getByTestId('device').nth(1)).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign them out' }).click();
    await expect(page.getByTestId('device')).toHaveCount(1);
    await there.goto(`${house.url}/account`);
    await expect(there.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
    await other.close();
  });

  test('a film has its chapters, its trailer and the sound for every room', async ({ page }) => {
    await page.goto(`${house.url}/watch/${long.id}`);
    await expectMoving(page);
    await page.getByTestId('chapters').getByRole('button', { name: 'An answer' }).click();
    await expect.poll(async () => (await watching(page)).time).toBeGreaterThan(14.5);
    await expect(page.getByTestId('chapters').locator('[aria-current="true"]')).toContainText('An answer');
    await expectMoving(page, 1);
    // Held, so that it does not come to its end while the menus are gone through.
    await page.evaluate(() => document.querySelector('video')?.pause());

    const sounds = async (): Promise<void> => {
      await page.getByTestId('player').hover();
      await page.getByTestId('settings').click();
      await page.getByRole('menuitem', { name: 'Sound' }).click();
    };
    await sounds();
    await expect(page.getByRole('menuitemradio', { checked: true })).toContainText('Stereo');
    await page.getByRole('menuitemradio', { name: '5.1 surround' }).click();
    await sounds();
    await expect(page.getByRole('menuitemradio', { checked: true })).toContainText('5.1 surround');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    // It is where it was.
    await expect.poll(async () => (await watching(page)).time).toBeGreaterThan(14);
    await page.keyboard.press('1');
    await page.evaluate(() => document.querySelector('video')?.play());
    await expectMoving(page, 1);

    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('button', { name: 'On a page of yours' }).click();
    await expect(page.getByLabel('HTML')).toHaveValue(new RegExp(`<iframe src="${house.url}/embed/${long.id}"`));
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Trailer', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'The Long Night in half a minute' })).toBeVisible();
    await page.getByRole('link', { name: 'Trailer', exact: true }).click();
    await page.waitForURL(new RegExp(`/watch/${long.id}`));
  });

  test('a lesson has notes, and a course tells how far one came', async ({ page }) => {
    await page.goto(`${house.url}/watch/${lesson.id}`);
    const notes = page.getByTestId('notes');
    await expect(notes.getByRole('heading', { name: 'What you need' })).toBeVisible();
    await expect(notes.locator('strong')).toHaveText('round brush');
    expect(await notes.locator('img').count()).toBe(0);
    await expectMoving(page, 0.5);
    await notes.getByRole('button', { name: 'Go to 0:10' }).click();
    await expect.poll(async () => (await watching(page)).time).toBeGreaterThan(9.5);
    // A better rendition may just be taking the place of this one: then there is no length for a moment.
    const toEnd = (): Promise<boolean | undefined> =>
      page.evaluate(() => {
        const video = document.querySelector('video');
        if (video && video.currentTime < video.duration - 1) video.currentTime = video.duration - 0.5;
        return video?.ended;
      });
    await expect.poll(toEnd, { timeout: 30_000 }).toBe(true);
    await page.getByRole('link', { name: /^Watercolour/ }).first().click();
    await page.waitForURL(/\/shows\/show_/);
    await expect(async () => {
      await page.reload();
      await expect(page.getByTestId('course-progress')).toContainText('1 of 1 lesson done', { timeout: 8000 });
    }).toPass();
    await expectAccessible(page);
  });

  test('somebody without an account sees what is public, and nothing else', async ({ page }) => {
    await page.goto(house.url);
    await expect(page.getByTestId('video-card').filter({ hasText: 'The Long Night' }).first()).toBeVisible();
    await expect(page.getByText('Behind the curtain')).toHaveCount(0);
    await page.goto(`${house.url}/search?q=curtain`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByTestId('hit').filter({ hasText: 'Behind the curtain' })).toHaveCount(0);
    await page.goto(`${house.url}/watch/${hidden.id}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText('Behind the curtain')).toHaveCount(0);
    await expect(page.locator('video')).toHaveCount(0);

    for (const feed of ['/feeds/rss.xml', '/feeds/mrss.xml', '/feeds/roku.json', '/sitemap.xml']) {
      const text = await (await fetch(house.url + feed)).text();
      expect(text, feed).toContain(long.id);
      expect(text, feed).not.toContain(hidden.id);
    }
    expect((await fetch(`${house.url}/embed/${hidden.id}`)).ok).toBe(false);

    // On another site's page, in a frame: a picture, until somebody wants it.
    const frame = (rest: string): string => `<iframe src="${house.url}/embed/${rest}" width="640" height="360" allow="autoplay"></iframe>`;
    const club = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(frame(`${long.id}?t=12`) + frame(hidden.id)));
    await new Promise<void>((ready) => club.listen(0, '127.0.0.1', ready));
    await page.goto(`http://localhost:${(club.address() as AddressInfo).port}/`);
    const embedded = page.frameLocator('iframe').first();
    await expect(embedded.getByRole('link', { name: 'The Long Night' })).toHaveAttribute('href', `/watch/${long.id}`);
    expect(await embedded.locator('video').count()).toBe(0);
    await expect(embedded.getByRole('banner')).toHaveCount(0);
    await embedded.getByRole('button', { name: 'Play The Long Night' }).click();
    const player = embedded.locator('video');
    await expect.poll(() => player.evaluate((video: HTMLVideoElement) => video.currentTime), { timeout: 30_000 }).toBeGreaterThan(12.5);
    await expect(embedded.getByRole('button', { name: 'Theatre' })).toHaveCount(0);
    // What is not for everybody is said in words.
    const refused = page.frameLocator('iframe').nth(1);
    await expect(refused.getByRole('alert')).toBeVisible();
    await expect(refused.getByText('Behind the curtain')).toHaveCount(0);
    club.close();
  });

  test('a film to come is seen by those who look after it, and by nobody else', async ({ page, browser }) => {
    const coming = await house.film(await clip(30), { title: 'Harbour Lights' });
    const publish_at = new Date(Date.now() + 20 * 86_400_000).toISOString();
    await house.ask('PUT', `/api/videos/${coming.id}/access`, { visibility: 'public', publish_at });
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/watch/${coming.id}`);
    await expect(page.getByTestId('coming')).toContainText('Coming on');
    await expectMoving(page);
    await expectAccessible(page);

    const outside = await browser.newContext();
    const stranger = await outside.newPage();
    await stranger.goto(`${house.url}/watch/${coming.id}`);
    await expect(stranger.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(stranger.getByText('Harbour Lights')).toHaveCount(0);
    await expect(stranger.locator('video')).toHaveCount(0);
    await outside.close();
  });

  test('a remote control finds its way with four arrows and one button', async ({ page }) => {
    await page.goto(`${house.url}/?tv=1`);
    await expect(page.getByTestId('video-card').first()).toBeVisible();
    // Down from the opening into the rows, along a row, and into a film.
    await walk(page, 'ArrowDown', '[data-testid="video-card"]');
    const before = await page.evaluate(() => document.activeElement?.getAttribute('href'));
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('href'))).not.toBe(before);
    await expect.poll(() => page.evaluate(() => document.activeElement?.matches('[data-testid="video-card"]'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/watch\/video_/);
    await expectMoving(page);
    // The middle button holds it, and lets it go on.
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await watching(page)).paused).toBe(true);
    await page.keyboard.press('Enter');
    await expectMoving(page, 1);
    // Up and out again, and home.
    await walk(page, 'ArrowDown', 'media-play-button');
    await walk(page, 'ArrowUp', 'header a, header input');
    await walk(page, 'ArrowLeft', 'header a[href="/"]');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${house.url}/`);
    await expect(page.getByTestId('video-card').first()).toBeVisible();

    // The pages of suggestions and of a show are walked in the same way.
    for (const path of ['/recommended', `/shows/${show.id}`]) {
      await page.goto(`${house.url}${path}?tv=1`);
      await expect(page.getByTestId('video-card').first()).toBeVisible();
      await walk(page, 'ArrowDown', '[data-testid="video-card"]');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/watch\/video_/);
  });

  test('every page of the viewer holds, and fits a phone', async ({ page }) => {
    test.setTimeout(400_000);
    await signIn(page, house.url, 'ada', PASSWORD);
    const { id: person } = (await house.ask<{ id: string }[]>('GET', '/api/people'))[0] as { id: string };
    const { id: collection } = await house.ask<{ id: string }>('POST', '/api/collections', { title: 'Nights', items: [long.id, pilot.id] });
    for (const path of ['/', '/recommended', '/browse', '/search?q=night', '/watchlist', '/playlists', '/collections', `/collections/${collection}`, `/people/${person}`, `/shows/${course.id}`, `/watch/${long.id}`, '/profiles', '/account', '/account/security', '/account/keys', '/account/data', '/activate']) {
      await test.step(path, async () => {
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(house.url + path);
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached();
        await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
        await expectAccessible(page);
        await page.setViewportSize({ width: 390, height: 844 });
        await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      });
    }
  });
});
