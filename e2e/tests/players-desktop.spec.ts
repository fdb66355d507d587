import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '../support/fixtures.ts';
import { run, which } from '../support/tools.ts';

/** Decodes everything behind a URL with ffmpeg and returns how many frames came, and what it complained of. */
async function decode(url: string, stream: 'v' | 'a'): Promise<{ frames: number; seconds: number; complaints: string }> {
  const { code, stdout, stderr } = await run(
    'ffprobe',
    ['-v', 'warning', '-select_streams', `${stream}:0`, '-count_frames', '-show_entries', 'stream=nb_read_frames:format=duration', '-of', 'json', url],
    90
  );
  expect(code, stderr).toBe(0);
  const seen = JSON.parse(stdout) as { streams: { nb_read_frames: string }[]; format: { duration: string } };
  return { frames: Number(seen.streams[0]?.nb_read_frames), seconds: Number(seen.format.duration), complaints: stderr };
}

for (const manifest of ['master.m3u8', 'manifest.mpd']) {
  test(`ffmpeg decodes every frame of ${manifest} without a complaint`, async ({ matinee, movie }) => {
    const url = `${matinee.url}/media/${movie.id}/${manifest}`;
    const video = await decode(url, 'v');
    expect(video.frames).toBe(750);
    expect(Math.abs(video.seconds - 30)).toBeLessThan(0.3);
    const { code, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-i', url, '-map', '0:v:0', '-map', '0:a:0', '-f', 'null', '-'], 90);
    expect(code).toBe(0);
    expect(stderr).toBe('');
  });
}

test('ffmpeg sees every rung of the ladder and the audio apart', async ({ matinee, movie }) => {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_type,height', '-of', 'json', `${matinee.url}/media/${movie.id}/master.m3u8`]);
  const { streams } = JSON.parse(stdout) as { streams: { codec_type: string; height?: number }[] };
  const heights = [...new Set(streams.filter((one) => one.codec_type === 'video').map((one) => one.height))].sort((a, b) => (a ?? 0) - (b ?? 0));
  expect(heights).toEqual([240, 360, 480, 720]);
  expect(streams.some((one) => one.codec_type === 'audio')).toBe(true);
});

test('the progressive file plays from any point, whole or resumed', async ({ matinee, movie }) => {
  const url = `${matinee.url}/api/videos/${movie.id}/stream`;
  expect((await decode(url, 'v')).frames).toBe(750);
  // A seek near the end reads the header and jumps: it needs ranges that work.
  const { code, stderr } = await run('ffmpeg', ['-nostdin', '-v', 'error', '-ss', '27', '-i', url, '-f', 'null', '-'], 60);
  expect(code).toBe(0);
  expect(stderr).toBe('');

  const folder = await mkdtemp(join(tmpdir(), 'matinee-resume-'));
  try {
    const file = join(folder, 'film.mp4');
    await run('curl', ['--silent', '--fail', '--max-filesize', '999999999', '--range', '0-99999', '--output', file, url]);
    expect((await stat(file)).size).toBe(100_000);
    expect((await run('curl', ['--silent', '--fail', '--continue-at', '-', '--output', file, url])).code).toBe(0);
    expect((await decode(file, 'v')).frames).toBe(750);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('mpv plays the HLS to its end', async ({ matinee, movie }) => {
  test.skip(!which('mpv'), 'mpv is not installed');
  const { code, stdout, stderr } = await run(
    'mpv',
    ['--no-config', '--vo=null', '--ao=null', '--untimed', '--no-terminal', '--msg-level=all=warn', '--term-playing-msg=', `${matinee.url}/media/${movie.id}/master.m3u8`],
    90
  );
  expect(code, stdout + stderr).toBe(0);
});

test('mpv seeks in the DASH and plays on', async ({ matinee, movie }) => {
  test.skip(!which('mpv'), 'mpv is not installed');
  const { code, stdout, stderr } = await run(
    'mpv',
    ['--no-config', '--vo=null', '--ao=null', '--untimed', '--no-terminal', '--start=20', '--length=5', `${matinee.url}/media/${movie.id}/manifest.mpd`],
    90
  );
  expect(code, stdout + stderr).toBe(0);
});

test('streamlink lists the qualities and downloads one', async ({ matinee, movie }) => {
  test.skip(!which('streamlink'), 'streamlink is not installed');
  const url = `hls://${matinee.url}/media/${movie.id}/master.m3u8`;
  const listed = await run('streamlink', ['--json', url]);
  const { streams } = JSON.parse(listed.stdout) as { streams: Record<string, unknown> };
  expect(Object.keys(streams)).toEqual(expect.arrayContaining(['240p', '360p', '480p', '720p', 'best', 'worst']));

  const folder = await mkdtemp(join(tmpdir(), 'matinee-streamlink-'));
  try {
    const file = join(folder, 'film.mp4');
    // The picture alone: this version fails to join apart sound and pictures, of other packagers as well.
    const rendition = movie.renditions.find((one) => one.name === '480p');
    const media = `hls://${matinee.url}/media/${movie.id}/${rendition?.id}/media.m3u8`;
    const taken = await run('streamlink', ['--output', file, media, 'best'], 90);
    expect(taken.code, taken.stdout + taken.stderr).toBe(0);
    expect((await decode(file, 'v')).frames).toBe(750);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('VLC plays the HLS and the DASH to their ends', async ({ matinee, movie }) => {
  test.skip(!which('cvlc'), 'VLC is not installed');
  const home = await mkdtemp(join(tmpdir(), 'matinee-vlc-'));
  await chmod(home, 0o777);
  try {
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const url = `${matinee.url}/media/${movie.id}/${manifest}`;
      // It refuses to run as root, and counts what it played only in its talk.
      const nobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
      const command = [...nobody, 'cvlc', '--ignore-config', '-vv', '--no-dbus', '--vout=dummy', '--aout=dummy', '--rate=8', '--play-and-exit', url];
      const { code, stdout, stderr } = await run(command[0] as string, command.slice(1), 90, { ...process.env, HOME: home });
      const talk = stdout + stderr;
      expect(code, talk.slice(-2000)).toBe(0);
      expect(talk).not.toMatch(/VLC is unable to open/i);
      expect(talk, 'it decoded H.264').toMatch(/codec \(h264\) started|using video decoder module "avcodec"/i);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
