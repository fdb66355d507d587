import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A TCP port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The program under test: the debug binary of this tree, or MATINEE_TEST_BIN. */
export const binary = resolve(process.env.MATINEE_TEST_BIN ?? join(import.meta.dirname, '../../target/debug/matinee'));

/** The environment without what steers the tests: Matinee refuses settings that it does not know. */
function surroundings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MATINEE_')));
}

/** One running Matinee with a data folder of its own. */
export class Server {
  readonly url: string;
  /** Everything it wrote to its standard streams, in order. */
  output = '';
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    readonly env: Record<string, string>
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server with a fresh data folder: open mode, unless `env` says otherwise. */
  static async start(env: Record<string, string> = {}): Promise<Server> {
    const dataDir = await mkdtemp(join(tmpdir(), 'matinee-e2e-'));
    const port = env.PORT ? Number(env.PORT) : await freePort();
    const server = new Server(port, dataDir, { MATINEE_AUTH: 'open', TRANSCODING_PRESET: 'ultrafast', ...env });
    await server.run();
    return server;
  }

  /** Starts the process (again, after {@link kill}) and waits until it answers. */
  async run(): Promise<void> {
    const child = spawn(binary, ['serve'], {
      env: {
        ...surroundings(),
        HOST: '127.0.0.1',
        PORT: String(this.port),
        MATINEE_DATA_DIR: this.dataDir,
        ...this.env
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.dataDir
    });
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const deadline = Date.now() + 30_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`matinee ended at start (${child.exitCode}):\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`matinee does not answer:\n${this.output}`);
      const answer = await fetch(`${this.url}/health/live`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  /** Ends the process with a signal and waits until it is gone. */
  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  }

  /** Stops the server in order and removes its data. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => void this.kill('SIGKILL'), 15_000);
    await this.kill('SIGTERM');
    clearTimeout(timer);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
