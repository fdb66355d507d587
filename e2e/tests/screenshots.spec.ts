import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { completed, until, upload } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { filmLoop, made } from '../support/media.ts';
import { expectMoving } from '../support/watching.ts';

/** Pictures of the real thing for the README: `npm run screenshots`. */
const folder = resolve(import.meta.dirname, '../../docs/images');

const drawn = (name: string, source: string, tune: string): Promise<string> =>
  made(`${name}.mp4`, ['-f', 'lavfi', '-i', source, '-f', 'lavfi', '-i', `sine=frequency=${tune}:duration=20`, '-t', '20', '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '50', '-c:a', 'aac', '-movflags', '+faststart']);

test('screenshots @screenshots', async ({ page, matinee }) => {
  test.setTimeout(1_800_000);
  mkdirSync(folder, { recursive: true });
  const films: [string, string, Record<string, string>][] = [
    [await drawn('sierpinski', 'sierpinski=size=1280x720:rate=25:type=carpet:jump=20', '180'), 'Carpet', { genre: 'Mathematics', release_year: '2024', content_type: 'short', description: 'A square loses its middle, and so do all that are left.' }],
    [await drawn('life', 'life=size=320x180:mold=10:rate=12:ratio=0.12:death_color=#4a1c40:life_color=#ffd27f:mold_color=#c0392b,scale=1280:720:flags=neighbor', '240'), 'The Game of Life', { genre: 'Mathematics', release_year: '2023', content_type: 'documentary', rating: 'G', description: 'Four rules, and a whole town moves in.' }],
    [await drawn('gradients', 'gradients=size=1280x720:rate=25:c0=#f6b26b:c1=#351c75:c2=#c27ba0:c3=#0b5394:nb_colors=4:speed=0.02', '320'), 'Dusk, Slowly', { genre: 'Landscape', release_year: '2025', content_type: 'short', description: 'The day goes, and takes its time.' }],
    [await drawn('mandelbrot', 'mandelbrot=size=1280x720:rate=25:start_scale=0.6:end_scale=0.02', '140'), 'Into the Seahorse Valley', { genre: 'Mathematics', release_year: '2022', content_type: 'documentary', description: 'Down, and down, and it is never over.' }],
    [await filmLoop(60), 'Big Buck Bunny', { genre: 'Animation', release_year: '2008', rating: 'G', content_type: 'movie', category: 'Film', tags: 'blender,rabbit', description: 'A giant rabbit with a heart bigger than himself takes the measure of three rodents.\n\n(c) 2008 Blender Foundation, peach.blender.org' }]
  ];
  let id = '';
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const answer = await page.request.fetch(matinee.url + path, { method, data: body });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  };
  for (const [path, title, fields] of films) {
    ({ id } = await upload(matinee.url, path, { title, ...fields }));
    await until(matinee.url, id, completed, 600);
    // Watched half way, so that the house knows who comes.
    await ask('POST', `/stream/${id}/progress`, { current_time: 11, total_duration: 20 });
  }
  await ask('PATCH', `/api/videos/${id}`, { tagline: 'He only wanted to smell the flowers.', studio: 'Blender Institute', genres: ['Animation', 'Comedy'], release_date: '2008-05-20' });
  await ask('PUT', `/api/videos/${id}/credits`, [
    { name: 'Sacha Goedegebure', role: 'director' },
    { name: 'Jan Morgenstern', role: 'composer' }
  ]);
  await ask('PUT', `/api/videos/${id}/chapters`, [
    { start_ms: 0, title: 'Out of the burrow' },
    { start_ms: 20_000, title: 'A fine morning' },
    { start_ms: 40_000, title: 'Yawning, once more' }
  ]);
  const shot = (name: string): Promise<Buffer> => page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 82 });
  await page.emulateMedia({ reducedMotion: 'reduce' });

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${matinee.url}/watch/${id}`);
  await expectMoving(page, 3);
  await page.getByTestId('player').hover();
  await page.keyboard.press('s');
  await expect(page.getByTestId('stats')).toBeVisible();
  await page.waitForTimeout(1500);
  await shot('watch');

  await page.goto(matinee.url);
  await expect(page.getByTestId('video-card').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(800);
  await shot('home');

  await page.goto(`${matinee.url}/search?q=mathemtics`);
  await expect(page.getByTestId('hit').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  await shot('search');

  await page.goto(`${matinee.url}/upload`);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 900_000 });
  await page.getByTestId('file-input').setInputFiles([await filmLoop(60), await filmLoop(30)]);
  await page.waitForTimeout(5000);
  await shot('upload');

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${matinee.url}/watch/${id}`);
  await expectMoving(page, 2);
  await shot('phone');
});
