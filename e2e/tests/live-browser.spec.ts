import { expect, test, type Page } from '@playwright/test';
import config from '../playwright.config.ts';
import { Company } from '../support/company.ts';
import { House, asTheyCome, expectAccessible } from '../support/house.ts';
import { freePort } from '../support/server.ts';
import { expectMoving } from '../support/watching.ts';

const launch = config.use?.launchOptions;

// A camera that shows a pie that turns, and a microphone that beeps, without anybody being asked.
test.use({
  launchOptions: {
    ...launch,
    args: [...(launch?.args ?? []), '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  }
});

test.describe('from the browser', () => {
  test.describe.configure({ mode: 'serial' });
  let house: House;
  let company: Company;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: '0', WEBRTC_UDP_PORT: String(await freePort()), VIEWER_UPDATE_INTERVAL: '1' });
    company = new Company(house);
    await company.invite({ cora: 'creator' });
  });
  test.afterEach(async () => {
    await company.leave();
  });
  test.afterAll(async () => {
    await house.close();
  });

  /** Opens the control room, and takes the camera. */
  async function atTheCamera(page: Page, id: string): Promise<void> {
    await page.goto(`${house.url}/studio/live/${id}`);
    await page.getByRole('button', { name: 'Camera', exact: true }).click();
    await expect(page.getByTestId('own-picture').locator('video')).toBeVisible();
    await expectMoving(page);
  }

  test('a creator goes live with a camera, is seen both ways, and finds the recording in the library', async ({ browser }) => {
    test.setTimeout(300_000);
    const stream = await company.stream('cora', { title: 'From my desk', record: true });
    const cora = await company.somebody(browser, 'cora');
    const stranger = await company.somebody(browser);

    // Only oneself is seen until one says so. The microphone is heard, and can be muted.
    await atTheCamera(cora, stream.id);
    await expect(cora.getByTestId('own-picture')).toContainText('Only you see this');
    await expect.poll(async () => Number(await cora.getByTestId('meter').getAttribute('aria-valuenow'))).toBeGreaterThan(0);
    await cora.getByTestId('mute').click();
    await expect(cora.getByTestId('sending-findings')).toContainText('You are muted');
    await expectAccessible(cora);
    await cora.getByTestId('mute').click();
    await expect(cora.getByTestId('sending-findings')).toHaveCount(0);

    await stranger.goto(`${house.url}/live/${stream.id}`);
    await expect(stranger.getByTestId('curtain')).toBeVisible();
    await cora.getByTestId('go-on-air').click();
    await expect(cora.getByTestId('publisher')).toHaveAttribute('data-state', 'on', { timeout: 30_000 });

    // What leaves the browser, and beside it what the server receives.
    await expect(cora.getByTestId('sending')).toContainText(/\d+ kb\/s|\d Mb\/s/);
    await expect(cora.getByTestId('health')).toBeVisible({ timeout: 30_000 });
    await expect(cora.getByText('WHIP', { exact: true }).first()).toBeVisible();
    await expectAccessible(cora);

    // Somebody watches as usual, and then with the least latency.
    await expect(stranger.locator('video')).toBeVisible({ timeout: 60_000 });
    await expectMoving(stranger, 2);
    await stranger.getByTestId('player').hover();
    await stranger.getByTestId('settings').click();
    await stranger.getByRole('menuitem', { name: /Latency/ }).click();
    await stranger.getByRole('menuitemradio', { name: /Lowest/ }).click();
    await expect(stranger.getByTestId('latency')).toHaveText(/^(< )?0\.\d s$/, { timeout: 30_000 });
    await expectMoving(stranger, 2);
    await stranger.getByTestId('player').hover();
    await stranger.keyboard.press('s');
    await expect(stranger.getByTestId('stats')).toContainText('WebRTC');
    await expectAccessible(stranger);
    await stranger.keyboard.press('m');
    expect(await stranger.evaluate(() => document.querySelector('video')?.muted)).toBe(true);

    // Whoever leaves by mistake is asked, and stays; the other parts of the control room are no leaving.
    let asked = '';
    cora.on('dialog', (dialog) => {
      asked = dialog.message();
      void dialog.dismiss();
    });
    await cora.getByRole('link', { name: 'Details', exact: true }).click();
    await cora.waitForURL(/\/details$/);
    expect(asked).toBe('');
    await cora.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Content' }).click();
    await expect.poll(() => asked).toContain('on the air');
    await cora.getByRole('link', { name: 'Control room', exact: true }).click();
    await expect(cora.getByTestId('publisher')).toHaveAttribute('data-state', 'on');

    // It ends in order: everybody is told, and it is a video a moment later.
    await cora.getByRole('button', { name: 'Stop sending' }).click();
    await cora.getByTestId('confirm').click();
    await expect(stranger.getByTestId('over')).toBeVisible({ timeout: 60_000 });
    await expect(cora.getByTestId('recording')).toBeVisible({ timeout: 60_000 });
    await stranger.getByRole('link', { name: 'Watch the recording' }).click({ timeout: 60_000 });
    await expect(stranger.getByRole('heading', { level: 1, name: 'From my desk' })).toBeVisible();
    await expectMoving(stranger, 2);
    await expectAccessible(stranger);
  });

  test('what is cut off comes back by itself', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'A thin line', record: false });
    const cora = await company.somebody(browser, 'cora');
    await atTheCamera(cora, stream.id);
    await cora.getByTestId('go-on-air').click();
    await expect(cora.getByTestId('publisher')).toHaveAttribute('data-state', 'on', { timeout: 30_000 });
    await house.server.kill('SIGKILL');
    await expect(cora.getByTestId('publisher')).toHaveAttribute('data-state', 'waiting', { timeout: 60_000 });
    await house.server.run();
    await expect(cora.getByTestId('publisher')).toHaveAttribute('data-state', 'on', { timeout: 60_000 });
    await cora.getByRole('button', { name: 'Stop sending' }).click();
    await cora.getByTestId('confirm').click();
    await expect(cora.getByTestId('publisher')).toHaveCount(0);
  });

  test('who may not use the camera is told why, in words', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'Behind a curtain' });
    const cora = await company.somebody(browser, 'cora');
    await cora.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await cora.goto(`${house.url}/studio/live/${stream.id}`);
    await cora.getByRole('button', { name: 'Camera', exact: true }).click();
    await expect(cora.getByRole('alert')).toContainText('may not use the camera');
    await expectAccessible(cora);
  });
});
