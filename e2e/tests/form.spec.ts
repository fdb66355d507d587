import { playable, until } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { film } from '../support/media.ts';

/** The plain form that any page may carry; here without a line of JavaScript. */
const form = (base: string): string => `<!doctype html><title>Upload</title>
<form method="post" action="${base}/upload" enctype="multipart/form-data">
  <input type="file" name="file" id="file">
  <label><input type="checkbox" name="resolutions" value="240" checked> 240p</label>
  <label><input type="checkbox" name="resolutions" value="480" checked> 480p</label>
  <input name="segment_duration" value="4">
  <button>Upload</button>
</form>`;

test('the browser form uploads and comes back to the video', async ({ page, matinee }) => {
  await page.route(`${matinee.url}/classic-form`, (route) => route.fulfill({ contentType: 'text/html', body: form(matinee.url) }));
  await page.goto(`${matinee.url}/classic-form`);
  await page.setInputFiles('#file', film);
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.waitForURL(/\/\?playlist=video_/);
  const id = new URL(page.url()).searchParams.get('playlist') as string;
  const video = await until(matinee.url, id, playable);
  expect(video.title).toMatch(/bigbuckbunny/i);
});

test('without a file it comes back with a message and makes nothing', async ({ matinee }) => {
  const before = (await (await fetch(`${matinee.url}/api/videos?limit=100`)).json()) as unknown[];
  const empty = new FormData();
  empty.append('segment_duration', '4');
  const answer = await fetch(`${matinee.url}/upload`, { method: 'POST', body: empty, redirect: 'manual' });
  expect([302, 303]).toContain(answer.status);
  expect(answer.headers.get('set-cookie')).toBeTruthy();
  const after = (await (await fetch(`${matinee.url}/api/videos?limit=100`)).json()) as unknown[];
  expect(after.length).toBe(before.length);
});
