import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import type { Video } from '../support/api.ts';
import { House, OPERATOR, expectAccessible, signIn } from '../support/house.ts';
import { clip, made } from '../support/media.ts';

/** A database of films that speaks as The Movie Database does, and knows one. */
function movieDatabase(): HttpServer {
  const server = createServer((request, answer) => {
    const { pathname } = new URL(request.url ?? '/', 'http://here');
    const film = { id: 1, title: 'Sintel', original_title: 'Sintel', release_date: '2010-09-27', overview: 'A girl looks for a dragon.', popularity: 5 };
    const known: Record<string, unknown> = {
      '/3/search/movie': { results: [film, { ...film, id: 2, title: 'Sintel: The Making of', release_date: '2011-01-01' }] },
      '/3/movie/1': {
        ...film,
        tagline: 'Find him.',
        genres: [{ name: 'Fantasy' }],
        production_companies: [{ name: 'Blender' }],
        spoken_languages: [{ iso_639_1: 'en' }],
        credits: { cast: [{ id: 7, name: 'Halina Reijn', character: 'Sintel' }], crew: [{ id: 8, name: 'Colin Levy', job: 'Director' }] }
      },
      '/3/configuration': { images: { secure_base_url: 'http://127.0.0.1:9/' } }
    };
    const found = known[pathname];
    answer.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}));
  });
  return server.listen(0, '127.0.0.1');
}

test.describe('the studio, of a film', () => {
  let house: House;
  let database: HttpServer;
  let video: Video;

  test.beforeAll(async () => {
    test.setTimeout(200_000);
    database = movieDatabase();
    await new Promise((ready) => database.once('listening', ready));
    house = await House.open({
      MATINEE_TMDB_URL: `http://127.0.0.1:${(database.address() as AddressInfo).port}/3`,
      MATINEE_TMDB_KEY: 'key',
      MATINEE_IMPORT_ALLOW: '127.0.0.0/8'
    });
    video = await house.film(await clip(6), { title: 'Sintel.2010.1080p.x264' }, (one) => one.processing_status === 'completed');
  });

  test.afterAll(async () => {
    await house?.close();
    database?.close();
  });

  test('is looked up, compared, and taken over once somebody says so', async ({ page }) => {
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/videos/${video.id}/lookup`);
    // The words and the year are read out of the file's name.
    await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Sintel');
    await expect(page.getByLabel('Year')).toHaveValue('2010');
    await expect(page.getByTestId('candidate')).toHaveCount(2);
    await expect(page.getByTestId('candidate').first()).toContainText('Sintel (2010)');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Compare with Sintel (2010)' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sintel' });
    await expect(dialog).toContainText('Sintel.2010.1080p.x264');
    await expectAccessible(page);
    expect((await house.ask<Video>('GET', `/api/videos/${video.id}`)).title).toBe('Sintel.2010.1080p.x264');
    await dialog.getByRole('button', { name: 'Take it over' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Sintel' })).toBeVisible();

    await page.goto(`${house.url}/watch/${video.id}`);
    await expect(page.getByText('A girl looks for a dragon.')).toBeVisible();
    await expect(page.getByText('Halina Reijn')).toBeVisible();
    // There is a way back.
    await page.goto(`${house.url}/studio/videos/${video.id}/revisions`);
    await expect(page.getByText(/tmdb/i).first()).toBeVisible();
  });

  test('is given the sound of another language, which plays, and is taken away again', async ({ page }) => {
    await signIn(page, house.url, 'operator', OPERATOR);
    await page.goto(`${house.url}/studio/videos/${video.id}/tracks`);
    const sounds = page.getByTestId('sound');
    await expect(sounds).toHaveCount(1);
    const file = page.getByTestId('sound-file');
    await file.setInputFiles({ name: 'words.txt', mimeType: 'text/plain', buffer: Buffer.from('no sound') });
    await page.getByRole('button', { name: 'Add the track' }).click();
    await expect(page.getByText('A file with sound, please.')).toBeVisible();
    await file.setInputFiles(await made('dub.de.m4a', ['-f', 'lavfi', '-i', 'sine=frequency=660:sample_rate=48000:duration=6', '-c:a', 'aac']));
    await expect(page.getByLabel('Language of the track')).toHaveValue('de');
    await page.getByLabel('Name of the track').fill('Deutsch');
    await page.getByRole('button', { name: 'Add the track' }).click();
    await expect(sounds.filter({ hasText: 'Deutsch' })).toBeVisible({ timeout: 90_000 });
    await expectAccessible(page);

    const master = await (await fetch(`${house.url}/media/${video.id}/master.m3u8`)).text();
    expect(master).toMatch(/TYPE=AUDIO.*NAME="Deutsch"/);
    await page.getByRole('button', { name: /^Delete the track Deutsch/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /Delete/ }).click();
    await expect(sounds).toHaveCount(1);
    await expect.poll(async () => (await fetch(`${house.url}/media/${video.id}/master.m3u8`)).text()).not.toContain('Deutsch');
  });
});
