import { expect, test } from '@playwright/test';
import { Company, type Stream } from '../support/company.ts';
import { Encoder } from '../support/encoder.ts';
import { House, asTheyCome, expectAccessible } from '../support/house.ts';
import { Server, freePort } from '../support/server.ts';
import { expectMoving } from '../support/watching.ts';

test.describe('elsewhere', () => {
  let house: House;
  let other: Server;
  let company: Company;
  let encoder: Encoder | undefined;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    const nearby = { MATINEE_LIVE_ALLOW: '127.0.0.0/8' };
    house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: String(await freePort()), ...nearby });
    other = await Server.start({ RTMP_SERVER_PORT: String(await freePort()) });
    company = new Company(house);
    await company.invite({ cora: 'creator' });
  });
  test.afterEach(async () => {
    await encoder?.stop();
    await company.leave();
  });
  test.afterAll(async () => {
    await other.stop();
    await house.close();
  });

  const make = async (title: string): Promise<Stream> =>
    (await (
      await fetch(`${other.url}/api/streams`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title, record: false })
      })
    ).json()) as Stream;

  test('a broadcast is passed on to another service from the control room, and stopped there', async ({ browser }) => {
    const there = await make('Passed on');
    const here = await company.stream('cora', { title: 'Passing on', record: false });
    const cora = await company.somebody(browser, 'cora');
    await cora.goto(`${house.url}/studio/live/${here.id}`);
    await cora.getByRole('button', { name: 'Add', exact: true }).click();
    await cora.getByRole('button', { name: 'Add it' }).click();
    await expect(cora.getByRole('dialog')).toContainText('Give it a name.');
    const form = cora.getByRole('dialog');
    await form.getByLabel('Name').fill('The other house');
    await form.getByLabel('Server').fill(there.rtmp_url.slice(0, -there.stream_key.length - 1));
    await form.getByLabel('Stream key').fill(there.stream_key);
    await expectAccessible(cora);
    await cora.getByRole('button', { name: 'Add it' }).click();
    const target = cora.getByTestId('target');
    await expect(target).toContainText('The other house');
    await expect(target).not.toContainText(there.stream_key);

    encoder = Encoder.start(here.rtmp_url);
    await expect(target, encoder.complaints).toHaveAttribute('data-state', 'sending', { timeout: 60_000 });
    await expect(target).toContainText(/kb\/s|Mb\/s/);
    await expectAccessible(cora);
    const stranger = await company.somebody(browser);
    await stranger.goto(`${other.url}/live/${there.id}`);
    await expectMoving(stranger, 2);

    await target.getByRole('switch').click();
    await expect(target).toContainText('Off');
    await expect(stranger.getByTestId('over')).toBeVisible({ timeout: 60_000 });
    await target.getByRole('button', { name: 'Remove The other house' }).click();
    await cora.getByTestId('confirm').click();
    await expect(target).toHaveCount(0);
  });
});
