import { readdir } from 'node:fs/promises';
import { completed, until, upload } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { film } from '../support/media.ts';
import { Server } from '../support/server.ts';
import { run } from '../support/tools.ts';

const postgres = process.env.MATINEE_TEST_POSTGRES_URL;
const s3 = process.env.MATINEE_TEST_S3_ENDPOINT;

/** A fresh database on the test server, by its own client. */
async function database(): Promise<string> {
  const name = `matinee_e2e_${Date.now()}`;
  const { code, stderr } = await run('psql', [postgres as string, '-c', `CREATE DATABASE ${name}`]);
  expect(code, stderr).toBe(0);
  const url = new URL(postgres as string);
  url.pathname = `/${name}`;
  return url.href;
}

test('on PostgreSQL and S3 the same film plays, and deleting it frees everything', async () => {
  test.skip(!postgres || !s3, 'no PostgreSQL or S3 server at hand');
  const prefix = `e2e-${Date.now()}`;
  const server = await Server.start({
    DATABASE_URL: await database(),
    MATINEE_STORAGE: `s3://${process.env.MATINEE_TEST_S3_BUCKET}/${prefix}`,
    AWS_ENDPOINT_URL: s3 as string,
    AWS_REGION: process.env.MATINEE_TEST_S3_REGION ?? 'us-east-1',
    AWS_ACCESS_KEY_ID: process.env.MATINEE_TEST_S3_ACCESS_KEY as string,
    AWS_SECRET_ACCESS_KEY: process.env.MATINEE_TEST_S3_SECRET_KEY as string
  });
  try {
    const { id } = await upload(server.url, film, { title: 'Elsewhere' });
    await until(server.url, id, completed);
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const { code, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', `${server.url}/media/${id}/${manifest}`, '-map', '0', '-f', 'null', '-']);
      expect(code, stderr).toBe(0);
      expect(stderr).toBe('');
    }
    // Nothing of the film is on this machine's disk.
    expect(await readdir(server.dataDir)).not.toContain('blobs');

    await server.kill('SIGKILL');
    await server.run();
    expect((await fetch(`${server.url}/media/${id}/master.m3u8`)).status).toBe(200);
    expect((await fetch(`${server.url}/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204);
    await expect.poll(() => objects(prefix), { timeout: 30_000 }).toBe(0);
  } finally {
    await server.stop();
  }
});

/** How many objects the bucket has below a prefix. */
async function objects(prefix: string): Promise<number> {
  const url = `${s3}/${process.env.MATINEE_TEST_S3_BUCKET}?list-type=2&prefix=${prefix}`;
  const key = `${process.env.MATINEE_TEST_S3_ACCESS_KEY}:${process.env.MATINEE_TEST_S3_SECRET_KEY}`;
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const { code, stdout, stderr } = await run('curl', ['--silent', '--fail', '--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', key, '--header', `x-amz-content-sha256: ${empty}`, url]);
  expect(code, stderr).toBe(0);
  return (stdout.match(/<Key>/g) ?? []).length;
}
