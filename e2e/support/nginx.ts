import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, type Server } from './server.ts';

const shipped = resolve(import.meta.dirname, '../../deploy/nginx.conf');

/** Puts a value at one of the places that the shipped configuration marks with "here". */
function put(conf: string, from: string, to: string): string {
  if (conf.split(from).length !== 2) throw new Error(`deploy/nginx.conf should have "${from}" once`);
  return conf.replace(from, to);
}

/** A real nginx with the configuration of deploy/, changed only where its comments say so. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly process: ReturnType<typeof spawn>
  ) {}

  static async start(program: string, server: Server): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'matinee-nginx-'));
    const port = await freePort();
    let site = await readFile(shipped, 'utf8');
    site = put(site, 'server 127.0.0.1:8000;', `server 127.0.0.1:${server.port};`);
    site = put(site, 'listen 80;', `listen 127.0.0.1:${port};`);
    site = put(site, 'alias /var/lib/matinee/blobs/;', `alias ${join(server.dataDir, 'blobs')}/;`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n');
    await writeFile(
      join(folder, 'nginx.conf'),
      // As root its workers would be somebody who may not read a temporary folder.
      `${process.getuid?.() === 0 ? 'user root;' : ''}
      daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
      events {}
      http { include /etc/nginx/mime.types; log_format handed '$request_uri $upstream_http_x_accel_redirect'; access_log ${folder}/access.log handed; ${temporary}\n${site} }`
    );
    const child = spawn(program, ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'inherit' });
    const url = `http://127.0.0.1:${port}`;
    const deadline = Date.now() + 10_000;
    while (!(await fetch(`${url}/health/live`).then((answer) => answer.ok, () => false))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`nginx does not start: ${await readFile(join(folder, 'error.log'), 'utf8')}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
    return new Nginx(url, folder, child);
  }

  /** How many requests it answered from files, as Matinee told it to. */
  async handovers(): Promise<number> {
    const lines = (await readFile(join(this.folder, 'access.log'), 'utf8')).split('\n');
    return lines.filter((line) => / \/_blobs\//.test(line)).length;
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
    await rm(this.folder, { recursive: true, force: true });
  }
}
