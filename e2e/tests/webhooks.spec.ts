import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { House, OPERATOR, expectAccessible, signIn } from '../support/house.ts';

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
}

test.describe('webhooks', () => {
  let house: House;
  let program: HttpServer;
  /** What the program that is told answers. */
  let status = 204;
  const heard: Heard[] = [];

  test.beforeAll(async () => {
    house = await House.open({ MATINEE_WEBHOOK_ALLOW: '127.0.0.0/8' });
    program = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(status).end();
      });
    }).listen(0, '127.0.0.1');
    await once(program, 'listening');
  });
  test.afterAll(async () => {
    program.close();
    await house.close();
  });

  test('a program is told what happens, can check who says so, and is asked again', async ({ page }) => {
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio`);
    await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Webhooks' }).click();
    await expect(page.getByRole('heading', { name: 'No webhooks' })).toBeVisible();
    await expectAccessible(page);

    await page.getByRole('button', { name: 'New webhook' }).click();
    await page.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByRole('dialog')).toContainText('Choose at least one.');
    await page.getByLabel('Address').fill(`http://127.0.0.1:${(program.address() as AddressInfo).port}/hook`);
    await page.getByLabel('What it is for').fill('The lamp over the door');
    await page.getByLabel('A broadcast begins').check();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Make it' }).click();
    const box = page.getByRole('group', { name: 'The secret of the webhook' });
    const secret = ((await box.textContent()) ?? '').trim();
    expect(secret).not.toBe('');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await expect(box).toHaveCount(0);

    await page.getByTestId('webhook').getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1, name: 'The lamp over the door' })).toBeVisible();
    await page.getByRole('button', { name: 'Send a test' }).click();
    const first = page.getByTestId('delivery').first();
    await expect(first).toHaveAttribute('data-state', 'delivered', { timeout: 60_000 });
    await expect(first).toContainText('answered 204');

    // Whoever has the secret can tell that it was this house that spoke.
    const stream = await house.ask<{ id: string }>('POST', '/api/streams', { title: 'On the air' });
    await house.ask('POST', `/api/streams/${stream.id}/start`);
    await expect.poll(() => heard.some(({ body }) => body.includes('stream.started')), { timeout: 60_000 }).toBe(true);
    const told = heard.find(({ body }) => body.includes('stream.started')) as Heard;
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const signed = `${String(told.headers['webhook-id'])}.${String(told.headers['webhook-timestamp'])}.${told.body}`;
    expect(told.headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(told.body).toContain(stream.id);

    // A program that fails is asked again, by itself or by hand.
    status = 500;
    const before = heard.length;
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(before);
    await expect(page.getByTestId('delivery').first()).toContainText('answered 500', { timeout: 60_000 });
    status = 204;
    await page.getByTestId('delivery').first().getByRole('button', { name: 'Send again' }).click();
    await expect(page.getByTestId('delivery').first()).toHaveAttribute('data-state', 'delivered', { timeout: 60_000 });
    await expectAccessible(page);

    // Another secret: for a day both are good, so no message is lost on the way from one to the other.
    await page.getByRole('button', { name: 'New secret' }).click();
    await expectAccessible(page);
    await page.getByTestId('confirm').click();
    const newer = ((await box.textContent()) ?? '').trim();
    expect(newer).not.toBe(secret);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await expect(page.getByTestId('both-secrets')).toBeVisible();
    const heardBefore = heard.length;
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expect.poll(() => heard.length, { timeout: 60_000 }).toBeGreaterThan(heardBefore);
    const last = heard.at(-1) as Heard;
    const message = `${String(last.headers['webhook-id'])}.${String(last.headers['webhook-timestamp'])}.${last.body}`;
    const by = (key: string): string => `v1,${createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64')).update(message).digest('base64')}`;
    expect(last.headers['webhook-signature']).toBe(`${by(newer)} ${by(secret)}`);

    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByTestId('confirm').click();
    await expect(page.getByRole('heading', { name: 'No webhooks' })).toBeVisible();
  });
});
