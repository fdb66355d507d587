import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Video, playable, until } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { clip } from '../support/media.ts';
import { Server } from '../support/server.ts';

interface Initiated {
  upload_id: string;
  part_size: number;
  total_parts: number;
}

interface Part {
  part_number: number;
  etag: string;
  size: number;
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Sends one part the way a browser's form would. */
async function sendPart(base: string, upload: string, number: number, content: Buffer): Promise<Response> {
  const form = new FormData();
  form.append('upload_id', upload);
  form.append('part_number', String(number));
  form.append('file', new Blob([new Uint8Array(content)]), 'part');
  return fetch(`${base}/api/multipart/part`, { method: 'POST', body: form });
}

const md5 = (content: Buffer): string => createHash('md5').update(content).digest('hex');

test('parts in any order and in parallel, over a killed server, become one video', async () => {
  const server = await Server.start();
  try {
    const content = await readFile(await clip(60, '1920x1080'));
    const initiated = await post(`${server.url}/api/multipart/initiate`, {
      filename: 'parts.mp4', file_size: content.length, part_size: 5 << 20, content_type: 'movie', title: 'In parts', genre: 'Test', release_year: 2024
    });
    expect(initiated.ok, await initiated.clone().text()).toBe(true);
    const { upload_id, part_size, total_parts } = (await initiated.json()) as Initiated;
    expect(total_parts).toBe(Math.ceil(content.length / part_size));
    expect(total_parts).toBeGreaterThan(2);
    const part = (number: number): Buffer => content.subarray((number - 1) * part_size, number * part_size);

    // The last one first, then the first one; then everything goes dark.
    for (const number of [total_parts, 1]) {
      const answer = await sendPart(server.url, upload_id, number, part(number));
      expect(answer.ok, await answer.clone().text()).toBe(true);
      expect(((await answer.json()) as Part).etag.replaceAll('"', '')).toBe(md5(part(number)));
    }
    await server.kill('SIGKILL');
    await server.run();

    const listed = (await (await fetch(`${server.url}/api/multipart/list-parts?upload_id=${upload_id}`)).json()) as { parts: Part[] };
    expect(listed.parts.map((one) => one.part_number)).toEqual([1, total_parts]);
    expect(listed.parts[0]?.size).toBe(part_size);

    // Not yet: a gap is named.
    const early = await post(`${server.url}/api/multipart/complete`, { upload_id });
    expect(early.status).toBeGreaterThanOrEqual(400);
    expect(early.status).toBeLessThan(500);

    const rest = Array.from({ length: total_parts - 2 }, (_, index) => index + 2);
    for (const answer of await Promise.all(rest.map((number) => sendPart(server.url, upload_id, number, part(number))))) expect(answer.ok).toBe(true);
    const all = Array.from({ length: total_parts }, (_, index) => ({ part_number: index + 1, etag: md5(part(index + 1)) }));
    const answer = await post(`${server.url}/api/multipart/complete`, { upload_id, parts: all });
    expect(answer.ok, await answer.clone().text()).toBe(true);
    const { id } = (await answer.json()) as Video;
    const video = await until(server.url, id, playable);
    expect(video.title).toBe('In parts');
    expect(video.file_size).toBe(content.length);
    const stored = await readFile(`${server.dataDir}/blobs/videos/${id}/source/original`);
    expect(md5(stored)).toBe(md5(content));
  } finally {
    await server.stop();
  }
});

test('a part that is not what was announced is refused', async ({ matinee }) => {
  const content = await readFile(await clip(60, '1920x1080'));
  const initiated = await post(`${matinee.url}/api/multipart/initiate`, { filename: 'parts.mp4', file_size: content.length, title: 'Damaged' });
  const { upload_id, part_size } = (await initiated.json()) as Initiated;
  const short = await sendPart(matinee.url, upload_id, 1, content.subarray(0, part_size - 1));
  expect(short.status).toBeGreaterThanOrEqual(400);
  expect(short.status).toBeLessThan(500);
  expect(short.headers.get('content-type')).toContain('application/problem+json');
  const aborted = await post(`${matinee.url}/api/multipart/abort`, { upload_id });
  expect(aborted.ok).toBe(true);
  expect([404, 410]).toContain((await fetch(`${matinee.url}/api/multipart/list-parts?upload_id=${upload_id}`)).status);
});
