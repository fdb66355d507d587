import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import config from '../playwright.config.ts';
import { Company, PASSWORD } from '../support/company.ts';
import { House, asTheyCome, expectAccessible } from '../support/house.ts';
import { freePort } from '../support/server.ts';
import { run } from '../support/tools.ts';
import { expectMoving } from '../support/watching.ts';

const launch = config.use?.launchOptions;

// A microphone that beeps, without anybody being asked.
test.use({
  launchOptions: {
    ...launch,
    args: [...(launch?.args ?? []), '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
  }
});

/** Somebody whose camera shows nothing but a colour, and whose screen is green. */
async function dressed(page: Page, colour: 'red' | 'blue'): Promise<void> {
  await page.addInitScript((worn) => {
    const painted = (css: string): MediaStream => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
      const brush = canvas.getContext('2d');
      let n = 0;
      setInterval(() => {
        if (!brush) return;
        brush.fillStyle = css;
        brush.fillRect(0, 0, 320, 180);
        // Something moves in a corner, so that there are pictures.
        brush.fillStyle = 'white';
        brush.fillRect((n++ % 30) * 4, 0, 8, 8);
      }, 66);
      return canvas.captureStream(15);
    };
    const media = navigator.mediaDevices;
    const real = media.getUserMedia.bind(media);
    media.getUserMedia = async (wanted) => (wanted?.video ? painted(worn) : real(wanted));
    media.getDisplayMedia = async () => painted('green');
  }, colour);
}

/** The colours in the middles of the columns of a video, as names of the strongest of three lights. */
async function columns(page: Page, selector: string, count: number): Promise<string[]> {
  return page.evaluate(
    ([selector, count]) => {
      const video = document.querySelector<HTMLVideoElement>(selector);
      if (!video?.videoWidth) return [];
      const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 });
      const brush = canvas.getContext('2d');
      brush?.drawImage(video, 0, 0, 160, 90);
      return Array.from({ length: count }, (_, n) => {
        const [r = 0, g = 0, b = 0] = brush?.getImageData(Math.round(((n + 0.5) * 160) / count), 45, 1, 1).data ?? [];
        const most = Math.max(r, g, b);
        const others = r + g + b - most;
        if (most < 90 || others > most) return 'none';
        return most === r ? 'red' : most === g ? 'green' : 'blue';
      });
    },
    [selector, count] as const
  );
}

test.describe('on a stage', () => {
  test.describe.configure({ mode: 'serial' });
  let house: House;
  let company: Company;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: '0', WEBRTC_UDP_PORT: String(await freePort()), VIEWER_UPDATE_INTERVAL: '1' });
    company = new Company(house);
    await company.invite({ cora: 'creator', vera: 'viewer' });
  });
  test.afterEach(async () => {
    await company.leave();
  });
  test.afterAll(async () => {
    await house.close();
  });

  test('a host and somebody invited see each other, everybody sees both, and so does the recording', async ({ browser }) => {
    test.setTimeout(600_000);
    const stream = await company.stream('cora', { title: 'Two at a table', record: true });
    const [cora, vera, stranger] = await Promise.all([company.somebody(browser, 'cora'), company.somebody(browser, 'vera'), company.somebody(browser)]);
    await dressed(cora, 'red');
    await dressed(vera, 'blue');
    await stranger.goto(`${house.url}/live/${stream.id}`);
    await expect(stranger.getByTestId('raise-hand')).toHaveCount(0);

    await cora.goto(`${house.url}/studio/live/${stream.id}`);
    await cora.getByTestId('host-join').click();
    await expect(cora.getByTestId('join-preview')).toBeVisible();
    await expectAccessible(cora);
    await cora.getByTestId('join-confirm').click();
    await expect(cora.getByTestId('stage-room')).toHaveAttribute('data-state', 'on', { timeout: 60_000 });

    // A hand goes up, and stays up when the page is loaded anew.
    await vera.goto(`${house.url}/live/${stream.id}`);
    await vera.getByTestId('raise-hand').click();
    await expect(vera.getByTestId('raise-hand')).toHaveAttribute('aria-pressed', 'true');
    await vera.reload();
    await expect(vera.getByTestId('raise-hand')).toHaveAttribute('aria-pressed', 'true');
    await cora.getByTestId('hand').getByRole('button', { name: 'Invite vera' }).click();
    await expect(cora.getByTestId('invited-guest')).toContainText('vera');
    await vera.getByTestId('invited').getByRole('button', { name: 'Join' }).click();
    await vera.getByTestId('join-confirm').click();
    await expect(vera.getByTestId('stage-room')).toHaveAttribute('data-state', 'on', { timeout: 60_000 });

    // They see each other.
    const face = (name: string): string => `[data-testid=stage-face][data-name=${name}] video`;
    await expect.poll(() => columns(cora, face('vera'), 1), { timeout: 60_000 }).toEqual(['blue']);
    await expect.poll(() => columns(vera, face('cora'), 1), { timeout: 60_000 }).toEqual(['red']);
    await expectAccessible(vera);

    // On the air: somebody else sees both of them in one picture.
    await cora.getByTestId('stage-on-air').click();
    await expect(vera.getByTestId('stage-room')).toContainText('Everybody sees you');
    await expect(stranger.locator('video')).toBeVisible({ timeout: 60_000 });
    await expect.poll(() => columns(stranger, 'video', 2), { timeout: 120_000 }).toEqual(['red', 'blue']);
    await expectMoving(stranger, 2);
    await expectAccessible(cora);

    // A screen is shown large, on the stage and in the programme.
    await vera.getByTestId('stage-share').click();
    await expect.poll(() => columns(cora, '[data-testid=stage-screen][data-name=vera] video', 1), { timeout: 60_000 }).toEqual(['green']);
    await expect
      .poll(async () => (await columns(stranger, 'video', 4)).slice(0, 3), { timeout: 120_000 })
      .toEqual(['green', 'green', 'green']);
    await cora.screenshot({ path: test.info().outputPath('host.png') });
    // On a phone everything is there, and nothing hangs over its edge.
    await vera.setViewportSize({ width: 390, height: 844 });
    for (const control of ['stage-mute', 'stage-camera', 'stage-leave']) await expect(vera.getByTestId(control)).toBeInViewport();
    expect(await vera.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await vera.screenshot({ path: test.info().outputPath('phone.png') });
    await vera.setViewportSize({ width: 1280, height: 800 });
    await vera.getByTestId('stage-share').click();
    await expect(cora.getByTestId('stage-screen')).toHaveCount(0);
    await expect.poll(() => columns(stranger, 'video', 2), { timeout: 120_000 }).toEqual(['red', 'blue']);

    // Who is silenced cannot be heard until they wish to; whose camera is off is not seen.
    await cora.getByTestId('participant').getByRole('button', { name: 'Mute vera' }).click();
    await expect(vera.getByTestId('stage-mute')).toHaveAttribute('aria-pressed', 'true');
    await vera.getByTestId('stage-mute').click();
    await expect(vera.getByTestId('stage-mute')).toHaveAttribute('aria-pressed', 'false');
    await vera.getByTestId('stage-camera').click();
    await expect.poll(() => columns(stranger, 'video', 2), { timeout: 120_000 }).toEqual(['red', 'none']);

    // Who leaves makes room in the picture, and the broadcast goes on.
    await vera.getByTestId('stage-leave').click();
    await expect(vera.getByTestId('stage-room')).toHaveCount(0);
    await expect.poll(() => columns(stranger, 'video', 2), { timeout: 120_000 }).toEqual(['red', 'red']);
    await cora.getByTestId('stage-off-air').click();
    await cora.getByTestId('confirm').click();
    await expect(stranger.getByTestId('over')).toBeVisible({ timeout: 60_000 });
    await stranger.getByRole('link', { name: 'Watch the recording' }).click({ timeout: 60_000 });
    await expectMoving(stranger, 2);
    const ended = await house.ask<{ recording_video_id: string }>('GET', `/api/streams/${stream.id}`);
    expect(ended.recording_video_id).toMatch(/^video_/);
  });

  test('a client of another make is heard and seen by its neighbour, and in the broadcast', async () => {
    const python = process.env.MATINEE_TEST_PYTHON;
    test.skip(!python, 'MATINEE_TEST_PYTHON names no Python with aiortc');
    test.setTimeout(180_000);
    const script = join(import.meta.dirname, '../clients/stage.py');
    const stream = await company.stream('cora', { title: 'From Python' });
    const token = async (name: string): Promise<string> => (await house.as(name, PASSWORD)).authorization?.replace('Bearer ', '') ?? '';
    const [host, guest] = [await token('cora'), await token('vera')];
    const api = `${house.url}/api/streams/${stream.id}`;
    const talk = spawn(python as string, [script, api, host, guest], { stdio: ['pipe', 'pipe', 'inherit'] });
    const gone = once(talk, 'exit');
    const [report] = (await once(talk.stdout, 'data')) as [Buffer];
    // Each has received pictures and sound of the other, and after another offer a screen, too.
    expect(JSON.parse(report.toString())).toEqual({ host: ['audio', 'video'], guest: ['audio', 'video', 'video'] });
    const shown = await house.ask<{ hls_url: string; ingest: { protocol: string } | null }>('GET', `/api/streams/${stream.id}`);
    expect(shown.ingest?.protocol).toBe('stage');
    // The first segment is a moment behind the first word.
    await expect(async () => {
      const probe = await run('ffprobe', ['-v', 'error', '-of', 'csv=p=0', '-show_entries', 'stream=codec_name', shown.hls_url]);
      expect(probe.stdout).toMatch(/h264/);
      expect(probe.stdout).toMatch(/opus/);
    }).toPass({ timeout: 60_000 });
    talk.stdin.end();
    expect(await gone).toEqual([0, null]);
  });
});
