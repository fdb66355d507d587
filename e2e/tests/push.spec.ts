import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { House, expectAccessible, signIn } from '../support/house.ts';

const service = fileURLToPath(new URL('../clients/push_service.py', import.meta.url));
const VERA = 'a long walk on the beach';

interface Pushed {
  error?: string;
  message?: { kind: string; subject: string; title: string; body: string; url: string };
  claims?: { aud: string; exp: number };
  ttl?: number;
  topic?: string;
}

test.describe('browsers are told', () => {
  let house: House;
  let process_: ChildProcess;
  let subscription: { endpoint: string; keys: Record<string, string> };
  const pushed: Pushed[] = [];
  const python = process.env.MATINEE_TEST_PYTHON;
  test.skip(!python, 'MATINEE_TEST_PYTHON names no Python with http_ece and py_vapid');

  test.beforeAll(async () => {
    process_ = spawn(python ?? '', [service], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: process_.stdout as NodeJS.ReadableStream });
    subscription = await new Promise((resolve) => {
      lines.on('line', (line) => {
        const said = JSON.parse(line) as Pushed & typeof subscription;
        if (said.endpoint) resolve(said);
        else pushed.push(said);
      });
    });
    house = await House.open({ MATINEE_PUSH_ALLOW: '127.0.0.0/8' });
    await house.member('vera', VERA);
  });
  test.afterAll(async () => {
    process_.kill();
    await house.close();
  });

  test('somebody has this browser told, and a push service that knows nothing of us takes and reads it', async ({ page, context }) => {
    // Browsers under test have no push service to ask: theirs is the one above. All else is the browser's own.
    await page.addInitScript((given) => {
      let subscribed: unknown = null;
      const made = {
        ...given,
        toJSON: () => given,
        unsubscribe: () => ((subscribed = null), Promise.resolve(true))
      };
      const manager = PushManager.prototype as unknown as Record<string, unknown>;
      manager.subscribe = ({ applicationServerKey }: { applicationServerKey: Uint8Array }) => {
        if (applicationServerKey.length !== 65) throw new Error('that is no key');
        subscribed = made;
        return Promise.resolve(made);
      };
      manager.getSubscription = () => Promise.resolve(subscribed);
    }, subscription);
    await context.grantPermissions(['notifications'], { origin: house.url });
    await signIn(page, house.url, 'vera', VERA);
    await page.goto(`${house.url}/account/notifications`);
    await page.getByRole('switch', { name: 'In this browser' }).click();
    const mine = page.getByTestId('push-browser');
    await expect(mine).toContainText('This one');
    // What Playwright's desktop Chrome says that it is.
    await expect(mine).toContainText('Chrome on Windows');
    await expectAccessible(page);

    await mine.getByRole('button', { name: /Try it/ }).click();
    await expect.poll(() => pushed.length, { timeout: 60_000 }).toBe(1);
    const tried = pushed[0] as Pushed;
    expect(tried.error).toBeUndefined();
    expect(tried.message).toMatchObject({ kind: 'test', title: 'It works' });
    expect(tried.claims?.aud).toBe(new URL(subscription.endpoint).origin);

    // What happens is told to those who follow, in the same words as on the site.
    const vera = await house.as('vera', VERA);
    const operator = await house.ask<{ user: { id: string; username: string } }>('GET', '/api/session');
    await house.ask('PUT', `/api/users/${operator.user.id}/follow`, undefined, vera);
    const stream = await house.ask<{ id: string }>('POST', '/api/streams', { title: 'Würfel & <b>Zufall</b>' });
    await house.ask('POST', `/api/streams/${stream.id}/start`);
    await expect.poll(() => pushed.length, { timeout: 60_000 }).toBe(2);
    const told = pushed[1] as Pushed;
    expect(told.message).toMatchObject({ kind: 'stream_started', subject: stream.id, body: 'Würfel & <b>Zufall</b>' });
    expect(told.message?.title).toBe(`${operator.user.username} is live`);
    expect(told.topic).toMatch(/^[\w-]{32}$/);
    expect(told.ttl).toBeGreaterThan(0);

    // The service worker shows it. Chromium's own tools deliver it as its push service would.
    const tools = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      tools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        if (registrations[0]) resolve(registrations[0].registrationId);
      });
    });
    await tools.send('ServiceWorker.enable');
    const data = JSON.stringify(told.message);
    await tools.send('ServiceWorker.deliverPushMessage', { origin: house.url, registrationId: await registered, data });
    const shown = (): Promise<{ title: string; body: string; tag: string }[]> =>
      page.evaluate(async () => {
        const worker = await navigator.serviceWorker.ready;
        return (await worker.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }));
      });
    await expect.poll(async () => (await shown()).length).toBe(1);
    expect(await shown()).toEqual([{ title: told.message?.title, body: told.message?.body, tag: stream.id }]);

    await page.getByRole('switch', { name: 'In this browser' }).click();
    await expect(mine).toHaveCount(0);
    expect(await house.ask('GET', '/api/account/push', undefined, vera)).toEqual([]);
  });
});
