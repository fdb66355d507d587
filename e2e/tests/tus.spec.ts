import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tus from 'tus-js-client';
import { completed, getVideo, playable, until } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { clip, film } from '../support/media.ts';
import { Server } from '../support/server.ts';
import { run } from '../support/tools.ts';

const chunk = 128 * 1024;

/** Uploads until at least `bytes` are acknowledged, then lets go as a lost connection would. Returns the upload's URL. */
function interrupted(endpoint: string, path: string, size: number, bytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(createReadStream(path), {
      endpoint,
      uploadSize: size,
      chunkSize: chunk,
      retryDelays: null,
      metadata: { filename: 'film.mp4', filetype: 'video/mp4', title: 'In two sittings', category: 'Film' },
      onError: reject,
      onChunkComplete: (_, accepted) => {
        if (accepted >= bytes && upload.url) {
          const { url } = upload;
          void upload.abort(false).then(() => resolve(url), reject);
        }
      }
    });
    upload.start();
  });
}

/** Continues an upload from wherever the server says it stands. Returns that offset and the video's id. */
function resumed(url: string, path: string, size: number): Promise<{ from: number; video: string }> {
  return new Promise((resolve, reject) => {
    let from = -1;
    let video: string | undefined;
    const upload = new tus.Upload(createReadStream(path), {
      uploadUrl: url,
      uploadSize: size,
      chunkSize: chunk,
      retryDelays: null,
      onError: reject,
      onProgress: (sent) => {
        if (from < 0) from = sent;
      },
      onAfterResponse: (_, response) => {
        video = response.getHeader('Matinee-Video-Id') ?? video;
      },
      onSuccess: () => {
        if (video) resolve({ from, video });
        else reject(new Error('the finished upload names no video'));
      }
    });
    upload.start();
  });
}

test('tus-js-client resumes an interrupted upload', async ({ matinee }) => {
  const { size } = await stat(film);
  const url = await interrupted(`${matinee.url}/api/uploads`, film, size, 3 * chunk);
  const { from, video } = await resumed(url, film, size);
  expect(from).toBeGreaterThanOrEqual(3 * chunk);
  const done = await until(matinee.url, video, playable);
  expect(done.title).toBe('In two sittings');
  expect(done.file_size).toBe(size);
});

test('an upload outlives a killed server', async () => {
  const server = await Server.start();
  try {
    const path = await clip(60, '1280x720');
    const { size } = await stat(path);
    const url = await interrupted(`${server.url}/api/uploads`, path, size, 4 * chunk);
    await server.kill('SIGKILL');
    await server.run();
    const head = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    expect(Number(head.headers.get('upload-offset'))).toBeGreaterThanOrEqual(4 * chunk);
    const { video } = await resumed(url, path, size);
    await until(server.url, video, playable);
    expect((await getVideo(server.url, video)).file_size).toBe(size);
  } finally {
    await server.stop();
  }
});

test('tuspy resumes an interrupted upload', async ({ matinee }) => {
  const python = process.env.MATINEE_TEST_PYTHON;
  test.skip(!python, 'MATINEE_TEST_PYTHON names no Python with tuspy');
  const script = join(import.meta.dirname, '../clients/tus_resume.py');
  const endpoint = `${matinee.url}/api/uploads`;
  const first = await run(python as string, [script, endpoint, film, 'first', '2']);
  expect(first.code, first.stderr).toBe(0);
  const url = first.stdout.trim();

  const rest = await run(python as string, [script, endpoint, film, 'rest', url]);
  expect(rest.code, rest.stderr).toBe(0);
  const { size } = await stat(film);
  expect(rest.stdout.trim().split('\n').map(Number)).toEqual([2 * 256 * 1024, size]);

  const head = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
  const video = head.headers.get('matinee-video-id');
  expect(video).toMatch(/^video_/);
  expect((await until(matinee.url, video as string, completed)).title).toBe('From Python');
});
