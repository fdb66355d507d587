import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { access, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Five seconds of real film: H.264 + AAC 5.1, 1280x720. */
export const film = resolve(import.meta.dirname, '../../crates/matinee/tests/media/bigbuckbunny.mp4');

const folder = join(tmpdir(), `matinee-e2e-media-${process.getuid?.() ?? 0}`);
mkdirSync(folder, { recursive: true });

/**
 * A media file made by ffmpeg, once: `make` gets the path to write and returns ffmpeg's arguments.
 * Written under another name and renamed, so that an interrupted run leaves no half file behind.
 */
export async function made(name: string, args: string[]): Promise<string> {
  const path = join(folder, name);
  try {
    await access(path);
  } catch {
    const part = join(folder, `part-${process.pid}-${name}`);
    await exec('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args, part], { maxBuffer: 1 << 24 });
    await rename(part, path);
  }
  return path;
}

const picture = (size: string, seconds: number, rate = 25): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
  ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`]
];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '50', '-keyint_min', '50'];

/** A web-playable clip of some seconds with a moving picture and a tone. */
export function clip(seconds: number, size = '640x360'): Promise<string> {
  return made(`clip-${size}-${seconds}s.mp4`, [
    ...picture(size, seconds),
    ...[...h264, '-c:a', 'aac', '-movflags', '+faststart']
  ]);
}

/** The film looped, in one piece: even frames, stereo, a keyframe every two seconds. */
export function filmLoop(seconds: number): Promise<string> {
  return made(`film-${seconds}s-even.mp4`, [
    ...['-stream_loop', '-1', '-i', film, '-t', String(seconds), '-r', '25', ...h264],
    ...['-c:a', 'aac', '-ac', '2', '-movflags', '+faststart']
  ]);
}

export { exec, h264, picture };
