import { copyFile, mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, completed, getVideo, playable, settled, until, upload, uploadRaw } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { clip, exec, film, h264, made, picture } from '../support/media.ts';
import { run } from '../support/tools.ts';

/** What comes in, how ffmpeg makes it, and the size that viewers must see. */
const accepted: { name: string; file: string; args: string[]; width: number; height: number; audio?: false }[] = [
  { name: 'Matroska with HEVC', file: 'hevc.mkv', args: [...picture('640x360', 6), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-c:a', 'ac3'], width: 640, height: 360 },
  { name: 'WebM with VP9 and Opus', file: 'vp9.webm', args: [...picture('640x360', 6), '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '600k', '-c:a', 'libopus'], width: 640, height: 360 },
  { name: 'AVI with MPEG-4 and MP3', file: 'mpeg4.avi', args: [...picture('640x360', 6), '-c:v', 'mpeg4', '-c:a', 'libmp3lame'], width: 640, height: 360 },
  { name: 'WMV', file: 'film.wmv', args: [...picture('640x360', 6), '-c:v', 'wmv2', '-c:a', 'wmav2'], width: 640, height: 360 },
  { name: 'FLV', file: 'film.flv', args: [...picture('640x360', 6), '-c:v', 'flv1', '-ar', '44100', '-c:a', 'libmp3lame'], width: 640, height: 360 },
  // Chroma comes in pairs of pixels: a line and a column that have no partner are left out.
  { name: 'odd sizes', file: 'odd.mp4', args: [...picture('853x479', 6), '-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv444p', '-c:a', 'aac'], width: 852, height: 478 },
  { name: 'a changing frame rate', file: 'vfr.mkv', args: [...picture('640x360', 6), '-vf', "select='if(lt(t,3),1,not(mod(n,3)))'", '-vsync', 'vfr', ...h264, '-c:a', 'aac'], width: 640, height: 360 },
  { name: 'no sound', file: 'silent.mp4', args: ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=6', ...h264], width: 640, height: 360, audio: false }
];

for (const { name, file, args, width, height, audio } of accepted) {
  test(`plays ${name}`, async ({ matinee }) => {
    const { id } = await upload(matinee.url, await made(file, args));
    const video = await until(matinee.url, id, completed);
    expect([video.width, video.height]).toEqual([width, height]);
    expect(Math.abs((video.duration_ms ?? 0) - 6000)).toBeLessThan(250);
    expect(video.renditions.some((one) => one.kind === 'audio')).toBe(audio ?? true);
    const seen = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', `${matinee.url}/media/${id}/master.m3u8`, '-map', '0', '-f', 'null', '-'], 60);
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.stderr).toBe('');
    // Never larger than what came in.
    for (const one of video.renditions) expect(one.height ?? 0).toBeLessThanOrEqual(height);
  });
}

test('shows a rotated phone video upright', async ({ matinee }) => {
  const flat = await clip(6);
  const path = await made('rotated.mov', ['-display_rotation', '90', '-i', flat, '-c', 'copy']).catch(() =>
    // Older ffmpeg writes the rotation as a tag of the stream.
    made('rotated.mov', ['-i', flat, '-c', 'copy', '-metadata:s:v:0', 'rotate=90'])
  );
  const { id } = await upload(matinee.url, path);
  const video = await until(matinee.url, id, completed);
  expect([video.width, video.height]).toEqual([360, 640]);
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', `${matinee.url}/media/${id}/master.m3u8`]);
  for (const size of stdout.split('\n').filter((line) => /^\d/.test(line))) {
    const [width = 0, height = 0] = size.split(',').map(Number);
    expect(height, size).toBeGreaterThan(width);
  }
});

test.describe('refuses, with a reason that a person understands', () => {
  let folder: string;
  test.beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matinee-refused-'));
  });
  test.afterAll(() => rm(folder, { recursive: true }));

  /** Uploads what is no video: refused at once (4xx), or failed soon after with the reason kept. */
  async function refusal(base: string, path: string): Promise<string> {
    const answer = await uploadRaw(base, path);
    if (answer.status !== 201) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const problem = (await answer.json()) as Problem;
      return `${problem.title} ${problem.detail}`;
    }
    const { id } = (await answer.json()) as { id: string };
    const deadline = Date.now() + 60_000;
    for (;;) {
      const video = await getVideo(base, id);
      if (settled(video)) {
        expect(video.processing_status).toBe('failed');
        expect(video.is_processed).toBe(false);
        return video.processing_error ?? '';
      }
      if (Date.now() > deadline) throw new Error('neither refused nor failed');
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  test('sound alone', async ({ matinee }) => {
    const path = await made('sound.mp4', ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=3', '-c:a', 'aac']);
    expect(await refusal(matinee.url, path)).toMatch(/video|picture/i);
  });

  test('zero bytes', async ({ matinee }) => {
    const path = join(folder, 'empty.mp4');
    await writeFile(path, '');
    expect(await refusal(matinee.url, path)).toMatch(/empty|no data|zero/i);
  });

  test('text with a video name', async ({ matinee }) => {
    const path = join(folder, 'letter.mp4');
    await writeFile(path, 'Dear reader, this is no video at all.\n'.repeat(4000));
    expect((await refusal(matinee.url, path)).length).toBeGreaterThan(10);
  });

  test('an MP4 cut off before its index', async ({ matinee }) => {
    // The index of this one stands at the end, so its first half says nothing.
    const whole = await made('index-last.mp4', ['-i', film, '-c', 'copy']);
    const path = join(folder, 'cut.mp4');
    await copyFile(whole, path);
    const file = await open(path, 'r+');
    await file.truncate(Math.floor((await stat(path)).size / 2));
    await file.close();
    expect((await refusal(matinee.url, path)).length).toBeGreaterThan(10);
  });
});

test('plays what is there of a truncated fast-start file', async ({ matinee }) => {
  const whole = await clip(20);
  const folder = await mkdtemp(join(tmpdir(), 'matinee-cut-'));
  try {
    const path = join(folder, 'cut.mp4');
    await copyFile(whole, path);
    const file = await open(path, 'r+');
    await file.truncate(Math.floor((await stat(path)).size * 0.6));
    await file.close();
    const answer = await uploadRaw(matinee.url, path);
    expect(answer.status).toBe(201);
    const { id } = (await answer.json()) as { id: string };
    // Either the part that is there plays, or the video fails with a reason; never a hang, never a 500.
    const deadline = Date.now() + 90_000;
    let video = await getVideo(matinee.url, id);
    while (!settled(video) && Date.now() < deadline) {
      await new Promise((wake) => setTimeout(wake, 200));
      video = await getVideo(matinee.url, id);
    }
    if (video.processing_status === 'failed') expect(video.processing_error).toBeTruthy();
    else {
      expect(video.processing_status).toBe('completed');
      const seen = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', `${matinee.url}/media/${id}/master.m3u8`, '-f', 'null', '-'], 60);
      expect(seen.code, seen.stderr).toBe(0);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a film of an hour is playable long before it could be transcoded', async ({ matinee }) => {
  test.setTimeout(240_000);
  const path = await made('hour.mp4', ['-stream_loop', '-1', '-i', await clip(20), '-t', '3600', '-c', 'copy', '-movflags', '+faststart']);
  const { id } = await upload(matinee.url, path, { title: 'An hour' });
  const video = await until(matinee.url, id, playable, 60);
  expect(Math.abs((video.duration ?? 0) - 3600)).toBeLessThan(2);
  // It plays at once, near the end as well as at the start.
  const { code, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-ss', '3590', '-i', `${matinee.url}/media/${id}/master.m3u8`, '-t', '5', '-f', 'null', '-'], 60);
  expect(code, stderr).toBe(0);
  // The rest of the ladder is not waited for here: an hour takes its time. Cancelling leaves it playable.
  expect((await fetch(`${matinee.url}/api/videos/${id}/cancel`, { method: 'POST' })).ok).toBe(true);
  await until(matinee.url, id, settled, 30);
  expect((await fetch(`${matinee.url}/media/${id}/master.m3u8`)).status).toBe(200);
  expect((await fetch(`${matinee.url}/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(`${matinee.url}/media/${id}/master.m3u8`)).status).toBe(404);
});

test('subtitles inside the file become WebVTT that players list', async ({ matinee }) => {
  const folder = await mkdtemp(join(tmpdir(), 'matinee-subtitles-'));
  try {
    const srt = join(folder, 'english.srt');
    await writeFile(srt, '1\n00:00:00,500 --> 00:00:02,000\nOnce upon a time\n\n2\n00:00:02,500 --> 00:00:04,500\nthere was a rabbit\n');
    const path = join(folder, 'subtitled.mkv');
    await exec('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', '-i', film, '-i', srt, '-map', '0', '-map', '1', '-c', 'copy', '-c:s', 'srt', '-metadata:s:s:0', 'language=eng', path]);
    const { id } = await upload(matinee.url, path);
    const video = await until(matinee.url, id, completed);
    expect(video.subtitles).toHaveLength(1);
    expect(video.subtitles[0]?.language).toMatch(/^en/);
    const vtt = await (await fetch(new URL(video.subtitles[0]?.url ?? '', matinee.url))).text();
    expect(vtt).toMatch(/^WEBVTT/);
    expect(vtt).toContain('there was a rabbit');
    const master = await (await fetch(`${matinee.url}/media/${id}/master.m3u8`)).text();
    expect(master).toMatch(/TYPE=SUBTITLES/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
