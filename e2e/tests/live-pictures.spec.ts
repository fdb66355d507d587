import { expect, test } from '@playwright/test';
import { Company } from '../support/company.ts';
import { Encoder } from '../support/encoder.ts';
import { House, asTheyCome, expectAccessible } from '../support/house.ts';
import { freePort } from '../support/server.ts';
import { expectMoving } from '../support/watching.ts';

test.describe('pictures of a broadcast', () => {
  test.describe.configure({ mode: 'serial' });
  let house: House;
  let company: Company;
  let encoder: Encoder | undefined;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: String(await freePort()) });
    company = new Company(house);
    await company.invite({ cora: 'creator' });
  });
  test.afterEach(async () => {
    await encoder?.stop();
    await company.leave();
  });
  test.afterAll(async () => {
    await house.close();
  });

  test('the list shows what is on at this moment', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'Clouds over the yard' });
    encoder = Encoder.start(stream.rtmp_url);
    const page = await company.somebody(browser);
    await page.goto(`${house.url}/live`);
    const picture = page.getByTestId('featured').locator('img');
    const seen = (): Promise<number> => picture.evaluate((img: HTMLImageElement) => (img.complete ? img.naturalWidth : 0)).catch(() => 0);
    await expect.poll(seen, { timeout: 60_000 }).toBeGreaterThan(0);
    const first = await picture.getAttribute('src');
    expect(first).toContain(`/media/live/${stream.id}/thumbnail.jpg`);
    // Whoever leaves the page open sees another one after a while, by itself.
    await expect(picture).not.toHaveAttribute('src', first ?? '', { timeout: 90_000 });
    await expect.poll(seen).toBeGreaterThan(0);
    await house.ask('POST', `/api/streams/${stream.id}/end`);
  });

  test('what was just seen becomes a video of its own', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'The signal falls' });
    encoder = Encoder.start(stream.rtmp_url);
    const cora = await company.somebody(browser, 'cora');
    await cora.goto(`${house.url}/live/${stream.id}`);
    await expectMoving(cora, 6);
    await cora.getByTestId('clip').click();
    await cora.getByRole('dialog').getByLabel('Title').fill('It fell');
    await expectAccessible(cora);
    await cora.getByRole('button', { name: 'Cut it' }).click();
    await cora.getByRole('link', { name: 'Watch it' }).click();
    await cora.waitForURL(/\/watch\/video_/);
    await expect(cora.getByRole('heading', { level: 1, name: 'It fell' })).toBeVisible();
    await expectMoving(cora, 1);
  });
});
