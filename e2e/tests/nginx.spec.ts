import { completed, until, upload } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { film } from '../support/media.ts';
import { Nginx } from '../support/nginx.ts';
import { Server } from '../support/server.ts';
import { run, which } from '../support/tools.ts';

const program = which('nginx');

async function bytes(url: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: Headers; body: Buffer }> {
  const answer = await fetch(url, { headers });
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
}

/** The sum of every decoded picture and every sample of sound behind a playlist. */
async function decoded(url: string): Promise<string[]> {
  const sums: string[] = [];
  for (const stream of ['v', 'a']) {
    const { code, stdout, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', url, '-map', `0:${stream}:0`, '-f', 'md5', '-']);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    sums.push(stdout.trim());
  }
  return sums;
}

test('behind nginx, with the hand-off of files, every byte is the same', async () => {
  test.skip(!program, 'nginx is not installed');
  const server = await Server.start();
  let nginx: Nginx | undefined;
  try {
    const { id } = await upload(server.url, film);
    const video = await until(server.url, id, completed);
    const paths = [
      `/api/videos/${id}/stream`,
      video.poster_url,
      video.storyboard_url,
      ...video.renditions.flatMap((one) => ['init.mp4', '0.m4s', 'rendition.mp4'].map((name) => `/media/${id}/${one.id}/${name}`))
    ].map((path) => new URL(path ?? '', server.url).pathname);
    const plain = new Map<string, Buffer>();
    for (const path of paths) {
      const { status, body } = await bytes(server.url + path);
      expect(status, path).toBe(200);
      plain.set(path, body);
    }

    const pictures = await decoded(`${server.url}/media/${id}/master.m3u8`);

    // The same server, now told that nginx stands in front.
    await server.kill('SIGTERM');
    server.env.MATINEE_HANDOFF = 'x-accel';
    await server.run();
    nginx = await Nginx.start(program as string, server);
    let handed = 0;
    for (const path of paths) {
      const direct = await fetch(server.url + path);
      if (direct.headers.has('x-accel-redirect')) handed++;
      await direct.body?.cancel();

      const { status, headers, body } = await bytes(nginx.url + path);
      expect(status, path).toBe(200);
      expect(headers.has('x-accel-redirect'), 'the hand-off is between the servers').toBe(false);
      expect(body.equals(plain.get(path) as Buffer), path).toBe(true);
      expect(headers.get('access-control-allow-origin'), path).toBe('*');
      expect(headers.get('content-type'), path).toBe((await fetch(server.url + path, { method: 'HEAD' })).headers.get('content-type'));
    }
    expect(handed, 'whole files are handed over').toBeGreaterThan(0);

    // Playlists now name ranges of whole files, which nginx can send; what they play is the same, picture by picture.
    const before = await nginx.handovers();
    for (const manifest of ['master.m3u8', 'manifest.mpd']) expect(await decoded(`${nginx.url}/media/${id}/${manifest}`), manifest).toEqual(pictures);
    expect(await nginx.handovers(), 'media comes from files').toBeGreaterThan(before);

    // Ranges, of what is handed over and of what is not.
    for (const path of [`/media/${id}/${video.renditions[0]?.id}/rendition.mp4`, `/api/videos/${id}/stream`]) {
      const whole = plain.get(path) as Buffer;
      const part = await bytes(nginx.url + path, { range: 'bytes=1000-65999' });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes 1000-65999/${whole.length}`);
      expect(part.body.equals(whole.subarray(1000, 66000))).toBe(true);
      const end = await bytes(nginx.url + path, { range: 'bytes=-500' });
      expect(end.body.equals(whole.subarray(-500))).toBe(true);
      expect((await bytes(nginx.url + path, { range: `bytes=${whole.length}-` })).status).toBe(416);
    }

    // Nobody reaches the folder by name.
    expect((await fetch(`${nginx.url}/_blobs/videos/${id}/source/original`)).status).toBe(404);

    // An upload through it, and a player.
    const { id: second } = await upload(nginx.url, film);
    await until(nginx.url, second, completed);
    const { code, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', `${nginx.url}/media/${second}/master.m3u8`, '-map', '0', '-f', 'null', '-']);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
  } finally {
    await nginx?.stop();
    await server.stop();
  }
});
