import { expect, test } from '@playwright/test';
import { type Video, playable, uploadRaw } from '../support/api.ts';
import { clip } from '../support/media.ts';
import { expectAccessible } from '../support/house.ts';
import { Server } from '../support/server.ts';
import { expectMoving, watching } from '../support/watching.ts';

const PASSWORD = 'a quiet seat in row nine';

test.describe('a viewer', () => {
  // One person's way through: each step stands on the one before.
  test.describe.configure({ mode: 'serial' });
  let server: Server;
  let film: Video;
  let invitation: string;
  let operator: Record<string, string>;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    server = await Server.start({ MATINEE_AUTH: 'operator' });
    const token = /\/setup#(\S+)/.exec(server.output)?.[1];
    expect(token, server.output).toBeTruthy();
    const json = { 'content-type': 'application/json' };
    const opened = await fetch(`${server.url}/api/setup`, { method: 'POST', headers: json, body: JSON.stringify({ token, password: 'correct horse battery' }) });
    expect(opened.status).toBe(200);
    operator = { authorization: `Bearer ${((await opened.json()) as { token: string }).token}` };

    const sent = await uploadRaw(server.url, await clip(30), { title: 'The Lighthouse Keeper', genre: 'Drama', release_year: '2019', description: 'Alone with the sea.' }, operator);
    expect(sent.status).toBe(201);
    film = (await sent.json()) as Video;
    await expect
      .poll(async () => playable((await (await fetch(`${server.url}/api/videos/${film.id}`, { headers: operator })).json()) as Video), { timeout: 90_000 })
      .toBe(true);

    const invited = await fetch(`${server.url}/api/invitations`, { method: 'POST', headers: { ...json, ...operator }, body: JSON.stringify({ note: 'for the club' }) });
    expect(invited.status).toBe(201);
    invitation = ((await invited.json()) as { token: string }).token;
  });

  test.afterAll(async () => {
    await server.stop();
  });

  test('comes in by invitation, makes a profile, searches, watches, likes, comments, keeps it for later, and signs out', async ({ page }) => {
    test.setTimeout(180_000);
    // Come in. The invitation leaves the address bar at once.
    await page.goto(`${server.url}/register#${invitation}`);
    await expect(page.getByRole('heading', { name: 'You are invited' })).toBeVisible();
    await expect(page).toHaveURL(/\/register$/);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password once more').fill('something else');
    await page.getByRole('button', { name: 'Come in' }).click();
    await expect(page.getByText('The two are not the same.')).toBeVisible();
    await page.getByLabel('Password once more').fill(PASSWORD);
    await page.getByRole('button', { name: 'Come in' }).click();
    const menu = page.getByRole('button', { name: /profile and account/ });
    await expect(menu).toBeVisible();
    // A viewer puts nothing in.
    await expect(page.getByRole('link', { name: 'Upload', exact: true })).toHaveCount(0);

    // Make a profile behind a PIN, and go on as it.
    await page.goto(`${server.url}/profiles`);
    await page.getByRole('button', { name: 'Add one' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Night owl');
    await dialog.getByText('Moon').locator('..').click();
    await dialog.getByRole('switch', { name: 'PIN' }).click();
    await dialog.getByLabel('PIN', { exact: true }).last().fill('2468');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('button', { name: 'Night owl' }).click();
    await page.keyboard.type('1111');
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'not the PIN' })).toBeVisible();
    await page.keyboard.type('2468');
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Night owl: profile and account' })).toBeVisible();

    // Search by keyboard, with a letter wrong.
    await page.keyboard.press('/');
    const box = page.getByRole('combobox', { name: 'Search the library' });
    await expect(box).toBeFocused();
    await box.fill('light');
    await expect(page.getByRole('option', { name: /The Lighthouse Keeper/ })).toBeVisible();
    await box.fill('lighthuose');
    await box.press('Enter');
    await page.waitForURL(/\/search\?q=lighthuose/);
    const hit = page.getByTestId('hit').filter({ hasText: 'Lighthouse Keeper' });
    await expect(hit).toBeVisible();
    await expectAccessible(page);
    await hit.getByTestId('video-card').click();

    // Watch.
    await page.waitForURL(new RegExp(`/watch/${film.id}`));
    await expect.poll(async () => (await watching(page)).time > 0.3).toBe(true);
    await expectMoving(page);

    // Like: the number counts one person once.
    const like = page.getByTestId('actions').getByRole('button', { name: /^Like/ });
    await like.click();
    await expect(like).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByTestId('like-count')).toHaveText('1');

    // Comment: what is typed is text, and its moment can be gone to.
    const said = '<img src=x onerror="document.title=1"> the lamp at 0:20!';
    await page.getByRole('textbox', { name: 'What do you say?' }).fill(said);
    await page.getByRole('button', { name: 'Send' }).click();
    const comment = page.getByTestId('comment').first();
    await expect(comment).toContainText('<img src=x onerror="document.title=1"> the lamp at 0:20!');
    expect(await comment.locator('img').count()).toBe(0);
    await comment.getByRole('button', { name: 'Go to 0:20' }).click();
    await expect.poll(async () => Math.abs((await watching(page)).time - 20)).toBeLessThan(6);

    // Review it.
    await page.getByTestId('reviews').getByRole('button', { name: 'Write one' }).click();
    await page.getByRole('dialog').getByText('4 stars').locator('..').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
    await expect(page.getByTestId('review')).toContainText('ada');
    await expectAccessible(page);

    // Keep it for later; all of it is still there after loading anew.
    await page.getByTestId('actions').getByRole('button', { name: 'Your list' }).click();
    await page.reload();
    await expect(page.getByTestId('actions').getByRole('button', { name: 'On your list' })).toBeVisible();
    await expect(like).toHaveAttribute('aria-pressed', 'true');
    await page.goto(`${server.url}/watchlist`);
    await expect(page.getByTestId('video-card').filter({ hasText: 'The Lighthouse Keeper' })).toBeVisible();

    // Sign out: what was kept was theirs.
    await menu.click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
    await page.goto(`${server.url}/watchlist`);
    await expect(page.getByRole('heading', { name: 'Nothing on it yet' })).toBeVisible();
  });

  test('a password stands before a film, and opens it', async ({ page }) => {
    const locked = await fetch(`${server.url}/api/videos/${film.id}/access`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...operator },
      body: JSON.stringify({ visibility: 'password', password: 'open sesame' })
    });
    expect(locked.status).toBe(200);
    await page.goto(`${server.url}/watch/${film.id}`);
    await expect(page.getByTestId('locked')).toHaveAttribute('data-kind', 'password');
    await expectAccessible(page);
    await page.getByLabel('Password').fill('guess');
    await page.getByRole('button', { name: 'Raise the curtain' }).click();
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
    await page.getByLabel('Password').fill('open sesame');
    await page.getByRole('button', { name: 'Raise the curtain' }).click();
    await expect(page.getByRole('heading', { name: 'The Lighthouse Keeper' })).toBeVisible();
    await expectMoving(page);
  });

  test('an account holds keys and devices, and is left for good', async ({ page }) => {
    test.setTimeout(120_000);
    await page.goto(`${server.url}/login?next=%2Faccount%2Fkeys`);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    // Two watch with this account: it is asked who it is.
    await page.waitForURL(/\/profiles/);
    await page.getByRole('link', { name: 'Go on as before' }).click();

    await page.waitForURL(/\/account\/keys$/);
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('my script');
    await page.getByRole('button', { name: 'Make it' }).click();
    const key = (await page.getByRole('group', { name: 'The new key' }).innerText()).trim();
    const known = await fetch(`${server.url}/api/session`, { headers: { authorization: `Bearer ${key}` } });
    expect(((await known.json()) as { user: { username: string } }).user.username).toBe('ada');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await expect(page.getByTestId('key')).toContainText('my script');
    await expect(page.getByText(key)).toHaveCount(0);

    await page.getByRole('link', { name: 'Devices' }).click();
    await expect(page.getByTestId('device').filter({ hasText: 'This one' })).toHaveCount(1);
    await page.getByRole('link', { name: 'Signing in' }).click();
    await page.getByRole('button', { name: 'Set up an authenticator' }).click();
    await page.getByRole('dialog').getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByTestId('qr')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Your data' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the file' }).click();
    expect((await download).suggestedFilename()).toBe('matinee-ada.json');
    await page.getByRole('button', { name: 'Delete my account' }).click();
    await page.getByRole('dialog').getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
    await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
    expect((await fetch(`${server.url}/api/session`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  });
});
