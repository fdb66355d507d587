import { expect, test, type Page } from '@playwright/test';
import { Company, say, type Stream } from '../support/company.ts';
import { Encoder } from '../support/encoder.ts';
import { House, asTheyCome, expectAccessible } from '../support/house.ts';
import { freePort } from '../support/server.ts';
import { expectMoving } from '../support/watching.ts';

test.describe('live', () => {
  // One house, several people in it at once.
  test.describe.configure({ mode: 'serial' });
  let house: House;
  let encoder: Encoder | undefined;
  let company: Company;

  /** Chooses something that may be done about a message. */
  async function about(page: Page, words: string, what: string): Promise<void> {
    const row = page.getByTestId('chat-message').filter({ hasText: words }).first();
    await row.hover();
    await row.getByRole('button', { name: /^About the message/ }).click();
    await page.getByRole('menuitem', { name: what }).click();
  }

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: String(await freePort()), VIEWER_UPDATE_INTERVAL: '1' });
    company = new Company(house);
    await company.invite({ cora: 'creator', vera: 'viewer' });
  });

  test.afterEach(async () => {
    await encoder?.stop();
    await company.leave();
  });

  test.afterAll(async () => {
    await house.close();
  });

  test('a creator goes on the air, a stranger watches, they talk, and it ends for everybody', async ({ browser }) => {
    test.setTimeout(300_000);
    const cora = await company.somebody(browser, 'cora');
    const stranger = await company.somebody(browser);

    // Nobody is on the air.
    await stranger.goto(`${house.url}/live`);
    await expect(stranger.getByRole('heading', { level: 1, name: 'Nobody is on the air' })).toBeVisible();
    await expectAccessible(stranger);

    // A broadcast is made in the studio.
    await cora.goto(`${house.url}/studio/live`);
    await expect(cora.getByRole('heading', { name: 'No broadcasts yet' })).toBeVisible();
    await expectAccessible(cora);
    await cora.getByRole('button', { name: 'New broadcast' }).click();
    await cora.getByRole('dialog').getByLabel('Title').fill('From the signal box');
    await cora.getByRole('dialog').getByLabel('What it is about').fill('Levers, bells, and the 9:15.');
    await cora.getByRole('button', { name: 'Make it' }).click();
    await cora.waitForURL(/\/studio\/live\/stream_/);
    await expect(cora.getByRole('heading', { level: 1, name: 'From the signal box' })).toBeVisible();
    const id = new URL(cora.url()).pathname.split('/').at(-1) as string;

    // The key is hidden until it is asked for, and another one takes its place.
    const key = cora.getByTestId('key');
    await expect(key).toHaveAttribute('type', 'password');
    const first = await key.inputValue();
    await cora.getByRole('button', { name: 'Show the key' }).click();
    await expect(key).toHaveAttribute('type', 'text');
    await cora.getByRole('button', { name: 'Make a new key' }).click();
    await cora.getByTestId('confirm').click();
    await expect(key).not.toHaveValue(first);
    await expect(key).toHaveAttribute('type', 'password');
    await cora.getByRole('button', { name: 'ffmpeg', exact: true }).click();
    await expect(cora.getByRole('group', { name: 'A test picture with a tone' })).not.toContainText(await key.inputValue());
    await expectAccessible(cora);

    // The stranger is early.
    await stranger.goto(`${house.url}/live/${id}`);
    await expect(stranger.getByTestId('curtain')).toHaveAttribute('data-scene', 'offline');
    await expectAccessible(stranger);

    // On the air: the picture comes by itself, and moves.
    const server = await cora.getByTestId('server').inputValue();
    encoder = Encoder.start(`${server}/${await key.inputValue()}`);
    await expect(stranger.locator('video'), encoder.complaints).toBeVisible({ timeout: 60_000 });
    await expectMoving(stranger, 2).catch((thrown: unknown) => {
      throw new Error(`${String(thrown)}\n${encoder?.complaints}`);
    });
    await expect(stranger.getByTestId('go-live')).toHaveAttribute('data-live', 'true');
    await expect(stranger.getByTestId('viewers')).toContainText('watching');
    await stranger.getByTestId('player').hover();
    await stranger.keyboard.press('s');
    await expect(stranger.getByTestId('stats')).toContainText(/Behind the edge\s*\d+\.\d s/);
    await stranger.keyboard.press('s');
    await expectAccessible(stranger);
    await expect(cora.getByTestId('health')).toBeVisible();
    await expect(cora.getByText('640×360').first()).toBeVisible();
    await expectMoving(cora);
    await expect(cora.getByTestId('health')).toHaveAttribute('data-tone', 'good');
    await expectAccessible(cora);

    // A moment is marked, and one that was not meant is taken back.
    for (const what of ['The 9:15 passes', 'Nothing, really']) {
      await cora.getByLabel('What happens now').fill(what);
      await cora.getByRole('button', { name: 'Mark this moment' }).click();
      await expect(cora.getByTestId('marker').filter({ hasText: what })).toBeVisible();
    }
    await cora.getByTestId('marker').filter({ hasText: 'Nothing, really' }).getByRole('button').click();
    await expect(cora.getByTestId('marker')).toHaveCount(1);
    await expectAccessible(cora);

    // It stands in the list, with its lamp lit.
    const visitor = await company.somebody(browser);
    await visitor.goto(house.url);
    await visitor.getByRole('navigation', { name: 'Main', exact: true }).getByRole('link', { name: 'Live' }).click();
    await expect(visitor.getByTestId('featured')).toContainText('From the signal box');
    await expectAccessible(visitor);
    await visitor.context().close();

    // Talk: what is typed is text at both ends, and only those who signed in may write.
    const vera = await company.somebody(browser, 'vera');
    await vera.goto(`${house.url}/live/${id}`);
    const markup = '<img src=x onerror="document.title=1"> is that the 9:15?';
    await say(vera, markup);
    for (const page of [stranger, cora]) {
      const heard = page.getByTestId('chat-message').filter({ hasText: markup });
      await expect(heard).toBeVisible();
      await expect(heard.locator('img')).toHaveCount(0);
    }
    await expect(stranger.getByTestId('chat').getByRole('link', { name: 'Sign in' })).toBeVisible();
    await about(cora, markup, 'Reply');
    await say(cora, 'It is, and on time.');
    await expect(vera.getByTestId('chat-message').filter({ hasText: 'It is, and on time.' })).toContainText('In reply to');
    await about(cora, 'It is, and on time.', 'Pin');
    await expect(stranger.getByTestId('pinned')).toContainText('It is, and on time.');

    // A message is taken away, and somebody is asked to pause, and let in again.
    await about(cora, markup, 'Delete');
    for (const page of [stranger, vera]) {
      await expect(page.getByTestId('chat-message').filter({ hasText: 'is that the 9:15?' })).toHaveCount(0);
      await expect(page.getByText('a message was taken away')).toBeVisible();
    }
    await say(vera, 'Oh.');
    await about(cora, 'Oh.', 'Pause for 10 minutes');
    await expect(vera.getByTestId('chat')).toContainText('asked you to pause');
    await cora.getByTestId('ban').getByRole('button', { name: 'Let in again' }).click();
    await expect(vera.getByTestId('chat-input')).toBeVisible();

    // Back to the beginning, and forward to what happens now.
    await expect(stranger.getByTestId('dvr')).toBeVisible({ timeout: 60_000 });
    await stranger.getByTestId('player').hover();
    await stranger.keyboard.press('Home');
    await expect(stranger.getByTestId('go-live')).toHaveAttribute('data-live', 'false');
    await expectMoving(stranger);
    await stranger.getByRole('button', { name: 'Go live' }).click();
    await expect(stranger.getByTestId('go-live')).toHaveAttribute('data-live', 'true');

    // The cable is pulled and put back in: the picture goes on.
    await encoder.stop();
    encoder = Encoder.start(`${server}/${await key.inputValue()}`);
    await expectMoving(stranger, 8);

    // It ends, and everybody is told.
    await cora.getByRole('button', { name: 'End it' }).click();
    await cora.getByTestId('confirm').click();
    await expect(stranger.getByTestId('over')).toBeVisible({ timeout: 60_000 });
    await expect(cora.getByRole('button', { name: 'End it' })).toHaveCount(0);
    await expectAccessible(stranger);
  });

  test('what was on the air is in the library a moment later', async ({ browser }) => {
    const stream = await house.ask<Stream>('POST', '/api/streams', { title: 'The 9:15, kept', record: true });
    encoder = Encoder.start(stream.rtmp_url);
    const page = await company.somebody(browser);
    await page.goto(`${house.url}/live/${stream.id}`);
    await expect(page.locator('video'), encoder.complaints).toBeVisible({ timeout: 60_000 });
    await expectMoving(page, 2);
    await house.ask('POST', `/api/streams/${stream.id}/markers`, { title: 'The whistle' });
    await expectMoving(page, 4);
    await house.ask('POST', `/api/streams/${stream.id}/end`);
    await page.getByRole('link', { name: 'Watch the recording' }).click({ timeout: 60_000 });
    await page.waitForURL(/\/watch\/video_/);
    await expect(page.getByRole('heading', { level: 1, name: 'The 9:15, kept' })).toBeVisible();
    await expectMoving(page, 2);
    // What was marked on the air is a chapter.
    await expect(page.getByText('The whistle').first()).toBeVisible();
    await page.goto(`${house.url}/live`);
    await expect(page.getByTestId('video-card').filter({ hasText: 'The 9:15, kept' })).toBeVisible();
    await expectAccessible(page);
  });

  test('one waits before the hour, and a password stands before a broadcast', async ({ browser }) => {
    const stream = await house.ask<Stream>('POST', '/api/streams', {
      title: 'The night mail',
      scheduled_at: new Date(Date.now() + 3 * 3600_000).toISOString()
    });
    const page = await company.somebody(browser);
    await page.goto(`${house.url}/live`);
    const card = page.getByTestId('stream-card').filter({ hasText: 'The night mail' });
    await expect(card.getByTestId('countdown')).toBeVisible();
    await expectAccessible(page);
    await card.click();
    await expect(page.getByTestId('curtain')).toHaveAttribute('data-scene', 'waiting');
    await expect(page.getByTestId('curtain').getByTestId('countdown')).toBeVisible();
    await expectAccessible(page);

    await house.ask('PUT', `/api/streams/${stream.id}/access`, { visibility: 'password', password: 'lantern' });
    await page.reload();
    await expect(page.getByTestId('locked')).toHaveAttribute('data-kind', 'password');
    await page.getByLabel('Password').fill('lantern');
    await page.getByRole('button', { name: 'Raise the curtain' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'The night mail' })).toBeVisible();
  });
});
