import { expect, test } from '@playwright/test';
import { uploadRaw } from '../support/api.ts';
import { film } from '../support/media.ts';
import { Server } from '../support/server.ts';

interface Session {
  authenticated: boolean;
  token?: string;
}

test.describe('a fresh server with an operator', () => {
  let server: Server;
  test.beforeAll(async () => {
    server = await Server.start({ MATINEE_AUTH: 'operator' });
  });
  test.afterAll(() => server.stop());

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

  test('prints a set-up link once, which works once', async () => {
    const link = /https?:\/\/\S+\/setup#(\S+)/.exec(server.output);
    expect(link, server.output).not.toBeNull();
    expect(((await (await fetch(`${server.url}/api/instance`)).json()) as { auth: { setup_required: boolean } }).auth.setup_required).toBe(true);

    // Nothing may be written before.
    expect((await post('/api/multipart/initiate', { filename: 'film.mp4', file_size: 1000 })).status).toBe(401);
    expect((await post('/api/setup', { token: 'guessed', password: 'correct horse battery' })).status).toBeGreaterThanOrEqual(400);

    const token = link?.[1] as string;
    const weak = await post('/api/setup', { token, password: '1' });
    expect(weak.status).toBeGreaterThanOrEqual(400);
    expect(weak.status).toBeLessThan(500);
    expect((await post('/api/setup', { token, password: 'correct horse battery' })).ok).toBe(true);
    expect((await post('/api/setup', { token, password: 'another horse battery' })).ok).toBe(false);
    expect(((await (await fetch(`${server.url}/api/instance`)).json()) as { auth: { setup_required: boolean } }).auth.setup_required).toBe(false);
  });

  test('lets only the operator write: by password, token and cookie', async () => {
    expect((await post('/api/session', { username: 'operator', password: 'wrong' })).status).toBe(401);
    expect((await post('/api/multipart/initiate', { filename: 'film.mp4', file_size: 1000 })).status).toBe(401);

    const signedIn = await post('/api/session', { username: 'operator', password: 'correct horse battery' });
    expect(signedIn.ok, await signedIn.clone().text()).toBe(true);
    const { token } = (await signedIn.json()) as Session;
    expect((await uploadRaw(server.url, film, {}, { authorization: `Bearer ${token}` })).status).toBe(201);
    const basic = Buffer.from('operator:correct horse battery').toString('base64');
    expect((await uploadRaw(server.url, film, {}, { authorization: `Basic ${basic}` })).status).toBe(201);

    // A cookie alone is not enough from a foreign page.
    const cookie = signedIn.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=(Lax|Strict)/i);
    const sent = cookie.split(';')[0] as string;
    expect((await post('/api/multipart/initiate', { filename: 'film.mp4', file_size: 1000 }, { cookie: sent, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await uploadRaw(server.url, film, {}, { cookie: sent, origin: server.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  });

  test('never prints a secret twice, nor the password at all', async () => {
    await server.kill('SIGTERM');
    const before = server.output.length;
    await server.run();
    expect(server.output.slice(before)).not.toMatch(/setup#|password/);
    expect(server.output).not.toContain('correct horse battery');
  });
});

test('a person opens the printed link, chooses a password, and begins', async ({ page }) => {
  const server = await Server.start({ MATINEE_AUTH: 'operator' });
  try {
    await page.goto(`${server.url}/upload`);
    await expect(page.getByTestId('file-input')).toHaveCount(0);
    const link = /https?:\/\/\S+\/setup#\S+/.exec(server.output)?.[0];
    expect(link, server.output).toBeTruthy();
    await page.goto(link as string);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByLabel('Password once more').fill('correct horse battery');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.waitForURL(/\/upload$/);
    await page.getByTestId('file-input').setInputFiles(film);
    await expect(page.getByTestId('upload')).toHaveAttribute('data-state', /processing|ready/, { timeout: 60_000 });

    // Signed out, the way in is the password.
    await page.getByRole('button', { name: /profile and account/i }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.goto(`${server.url}/login`);
    await page.getByLabel('Name').fill('operator');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('button', { name: /profile and account/i })).toBeVisible();
  } finally {
    await server.stop();
  }
});

test('open mode is refused on an address that others can reach', async () => {
  await expect(Server.start({ MATINEE_AUTH: 'open', HOST: '0.0.0.0' })).rejects.toThrow(/loopback|127\.0\.0\.1/i);
});

test('a malformed setting is refused with its name and what was expected', async () => {
  await expect(Server.start({ MAX_FILE_SIZE: 'plenty' })).rejects.toThrow(/MAX_FILE_SIZE[\s\S]*plenty|plenty[\s\S]*MAX_FILE_SIZE/);
  await expect(Server.start({ TRANSCODING_CONCURRENCY: '0' })).rejects.toThrow(/TRANSCODING_CONCURRENCY/);
});
