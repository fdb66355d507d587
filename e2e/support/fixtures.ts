import { test as base } from '@playwright/test';
import { type Video, completed, until, upload } from './api.ts';
import { filmLoop } from './media.ts';
import { Server } from './server.ts';

interface Fixtures {
  /** A running Matinee in open mode, shared by the tests of a worker. */
  matinee: Server;
  /** Thirty seconds of film in it, its whole ladder done. */
  movie: Video;
}

export const test = base.extend<object, Fixtures>({
  matinee: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 }
  ],
  movie: [
    async ({ matinee }, use) => {
      const video = await upload(matinee.url, await filmLoop(30), { title: 'Big Buck Bunny', genre: 'Animation', release_year: '2008' });
      await use(await until(matinee.url, video.id, completed, 600));
    },
    { scope: 'worker', timeout: 660_000 }
  ]
});

export { expect } from '@playwright/test';
