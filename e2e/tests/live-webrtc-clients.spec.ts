import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { House, asTheyCome } from '../support/house.ts';
import { freePort } from '../support/server.ts';
import { run } from '../support/tools.ts';

interface Stream {
  id: string;
  stream_key: string;
  hls_url: string;
  whep_url: string | null;
  on_air: boolean;
  status: string;
  ingest: { protocol: string; width: number; video_codec: string; audio_codec: string; warnings: string[] } | null;
}

test('a client of WHIP publishes, one of WHEP watches, and HLS has it too', async () => {
  const python = process.env.MATINEE_TEST_PYTHON;
  test.skip(!python, 'MATINEE_TEST_PYTHON names no Python with aiortc');
  const script = join(import.meta.dirname, '../clients/webrtc.py');
  const house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: '0', WEBRTC_UDP_PORT: String(await freePort()) });
  try {
    const made = await house.ask<Stream>('POST', '/api/streams', { title: 'From Python' });
    const state = (): Promise<Stream> => house.ask<Stream>('GET', `/api/streams/${made.id}`);
    expect(made.whep_url).toBeNull();

    const publisher = spawn(python as string, [script, 'publish', `${house.url}/whip`, made.stream_key], { stdio: ['pipe', 'pipe', 'inherit'] });
    const gone = once(publisher, 'exit');
    await expect.poll(async () => (await state()).whep_url, { timeout: 60_000 }).toBe(`${house.url}/whep/${made.id}`);
    const live = await state();
    expect(live.ingest).toMatchObject({ protocol: 'whip', width: 320, audio_codec: 'opus', warnings: [] });
    expect(live.ingest?.video_codec).toMatch(/^avc1\.42/);

    const watched = await run(python as string, [script, 'watch', live.whep_url as string, '50']);
    expect(watched.code, watched.stderr).toBe(0);
    expect(JSON.parse(watched.stdout)).toMatchObject({ width: 320, height: 240, rate: 48_000 });

    const probe = await run('ffprobe', ['-v', 'error', '-of', 'csv=p=0', '-show_entries', 'stream=codec_name', live.hls_url]);
    expect(probe.stdout).toMatch(/h264/);
    expect(probe.stdout).toMatch(/opus/);

    publisher.stdin.end();
    expect(await gone).toEqual([0, null]);
    expect((await state()).status).toBe('ended');
  } finally {
    await house.close();
  }
});

test('what an encoder sends as AAC is heard by WebRTC', async () => {
  const python = process.env.MATINEE_TEST_PYTHON;
  test.skip(!python, 'MATINEE_TEST_PYTHON names no Python with aiortc');
  const script = join(import.meta.dirname, '../clients/webrtc.py');
  const rtmp = await freePort();
  const house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: String(rtmp), WEBRTC_UDP_PORT: String(await freePort()) });
  const { id, stream_key } = await house.ask<Stream>('POST', '/api/streams', { title: 'From an encoder' });
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25', '-f', 'lavfi', '-i', 'sine=f=440:r=44100'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  const to = ['-f', 'flv', `rtmp://127.0.0.1:${rtmp}/live/${stream_key}`];
  const encoder = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...source, ...coding, ...to], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    const state = (): Promise<Stream> => house.ask<Stream>('GET', `/api/streams/${id}`);
    await expect.poll(async () => (await state()).whep_url, { timeout: 60_000 }).toBe(`${house.url}/whep/${id}`);
    // Of the sound it is known a moment after the pictures.
    await expect.poll(async () => (await state()).ingest?.audio_codec ?? '', { timeout: 60_000 }).toMatch(/^mp4a/);
    const live = await state();
    const watched = await run(python as string, [script, 'watch', live.whep_url as string, '50']);
    expect(watched.code, watched.stderr).toBe(0);
    const seen = JSON.parse(watched.stdout) as { width: number; rate: number; hertz: number };
    expect(seen).toMatchObject({ width: 320, rate: 48_000 });
    expect(Math.abs(seen.hertz - 440)).toBeLessThan(10);
  } finally {
    encoder.kill('SIGKILL');
    await house.close();
  }
});
