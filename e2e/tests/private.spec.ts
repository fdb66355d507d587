import { completed, until, upload } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { film } from '../support/media.ts';
import { PlayerPages } from '../support/pages.ts';
import { run } from '../support/tools.ts';
import { expectMoving, watching } from '../support/watching.ts';

interface Token {
  token: string;
  expires_at: string;
  hls_url: string;
  dash_url: string;
  stream_url: string;
}

test.describe('a private video', () => {
  let id: string;
  let token: Token;
  let paths: string[];

  test.beforeAll(async ({ matinee }) => {
    ({ id } = await upload(matinee.url, film, { is_public: 'false' }));
    const video = await until(matinee.url, id, completed);
    paths = [
      `/media/${id}/master.m3u8`,
      `/media/${id}/manifest.mpd`,
      ...video.renditions.flatMap((one) => ['media.m3u8', 'init.mp4', '0.m4s', 'rendition.mp4'].map((name) => `/media/${id}/${one.id}/${name}`))
    ];
    token = (await (await fetch(`${matinee.url}/stream/${id}/token`)).json()) as Token;
  });

  test('has a token for four hours at least, and three addresses that carry it', async () => {
    // Tokens of one viewer are alike for a while, so that caches may keep what they open.
    const hours = (Date.parse(token.expires_at) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(3.9);
    expect(hours).toBeLessThanOrEqual(6.01);
    for (const url of [token.hls_url, token.dash_url, token.stream_url]) expect(url).toContain(`token=${encodeURIComponent(token.token)}`);
  });

  test('is refused without a token, with a forged one, and with that of another video', async ({ matinee, movie }) => {
    const other = (await (await fetch(`${matinee.url}/stream/${movie.id}/token`)).json()) as Token;
    const forged = token.token.slice(0, -1) + (token.token.endsWith('A') ? 'B' : 'A');
    for (const path of paths) {
      for (const query of ['', `?token=${forged}`, `?token=${encodeURIComponent(other.token)}`, '?token=', '?token=%00']) {
        const { status } = await fetch(matinee.url + path + query);
        // As if there were no such video: nobody learns that there is one.
        expect(status, `${path}${query}`).toBe(404);
      }
      expect((await fetch(`${matinee.url}${path}?token=${encodeURIComponent(token.token)}`)).status, path).toBe(200);
    }
  });

  test('is not to be kept by shared caches', async ({ matinee }) => {
    const answer = await fetch(new URL(token.hls_url, matinee.url));
    expect(answer.headers.get('cache-control')).toMatch(/private|no-store/);
  });

  test('plays in ffmpeg by each of the three addresses', async ({ matinee }) => {
    for (const path of [token.hls_url, token.dash_url, token.stream_url]) {
      const { code, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', new URL(path, matinee.url).href, '-f', 'null', '-']);
      expect(code, `${path}: ${stderr}`).toBe(0);
      expect(stderr).toBe('');
    }
  });

  test('plays in hls.js and Shaka, whose every request carries the token on', async ({ page, matinee }) => {
    const pages = await PlayerPages.start();
    try {
      for (const [player, path] of [['hls.js', token.hls_url], ['shaka', token.hls_url], ['shaka', token.dash_url]]) {
        const src = new URL(path as string, matinee.url).href;
        await page.goto(`${pages.url}/${player}?src=${encodeURIComponent(src)}`);
        await expect.poll(async () => (await watching(page)).time > 0.3).toBe(true);
        await expectMoving(page, 1);
        expect(await page.evaluate(() => (window as unknown as { failure: string | null }).failure)).toBeNull();
      }
    } finally {
      await pages.stop();
    }
  });
});
