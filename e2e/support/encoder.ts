import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A picture that moves, and a tone. */
const PATTERN = [
  ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'],
  ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-b:v', '900k', '-g', '50'],
  ...['-c:a', 'aac', '-b:a', '96k']
];

/** A real ffmpeg that broadcasts by RTMP, as fast as things would happen. */
export class Encoder {
  /** What it complained of. */
  complaints = '';
  readonly #child: ChildProcess;

  private constructor(address: string, film: string | undefined) {
    const what = film ? ['-re', '-stream_loop', '-1', '-i', film, '-c', 'copy'] : PATTERN;
    this.#child = spawn('ffmpeg', ['-nostdin', '-loglevel', 'error', ...what, '-f', 'flv', address], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.complaints += chunk.toString();
    });
  }

  /** Begins to send to an RTMP address with the key in it: a film again and again, or else a pattern. */
  static start(address: string, film?: string): Encoder {
    return new Encoder(address, film);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Goes without a word, as when a cable is pulled. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
