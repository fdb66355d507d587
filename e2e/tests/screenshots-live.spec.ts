import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';
import { Encoder } from '../support/encoder.ts';
import { House } from '../support/house.ts';
import { filmLoop } from '../support/media.ts';
import { freePort } from '../support/server.ts';
import { expectMoving } from '../support/watching.ts';

/** The picture of a broadcast for the README: `npm run screenshots`. */
const folder = resolve(import.meta.dirname, '../../docs/images');
const PASSWORD = 'the lamp over the door';

test('live @screenshots', async ({ page }) => {
  test.setTimeout(300_000);
  const house = await House.open({ RTMP_SERVER_PORT: String(await freePort()), VIEWER_UPDATE_INTERVAL: '1' });
  const named: Record<string, Record<string, string>> = {};
  for (const [username, role] of [
    ['Nora', 'creator'],
    ['Ilja', 'viewer'],
    ['Marguerite', 'viewer'],
    ['tomasz', 'viewer'],
    ['Ayo', 'moderator']
  ] as const) {
    await house.ask('POST', '/api/users', { username, role, password: PASSWORD });
    named[username] = await house.as(username, PASSWORD);
  }
  const stream = await house.ask<{ id: string; rtmp_url: string }>(
    'POST',
    '/api/streams',
    {
      title: 'Big Buck Bunny, All Night Long',
      description: 'The rabbit, the three rodents, and whoever cannot sleep.\n\n(c) 2008 Blender Foundation, peach.blender.org',
      content_type: 'entertainment',
      category: 'Animation',
      tags: ['blender', 'rabbit'],
      language: 'en'
    },
    named.Nora
  );
  const encoder = Encoder.start(stream.rtmp_url, await filmLoop(60));
  try {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.request.post(`${house.url}/api/session`, { data: { username: 'Ilja', password: PASSWORD } });
    await page.goto(`${house.url}/live/${stream.id}`);
    await expect(page.locator('video'), encoder.complaints).toBeVisible({ timeout: 60_000 });
    const said: [string, string][] = [
      ['Nora', 'Good evening! Curtain up in a minute.'],
      ['Ilja', 'Hello from the night train. The picture is sharp.'],
      ['Marguerite', 'I have seen this a dozen times, and I still feel for the butterfly.'],
      ['tomasz', 'who made the grass move like that?'],
      ['Nora', '@tomasz the Blender Foundation, frame by frame.'],
      ['Ayo', 'Be kind to one another in here, please.'],
      ['Marguerite', 'Here come the rodents…'],
      ['Ilja', 'Poor fellow. He only wanted to smell the flowers.'],
      ['tomasz', 'I would be out of there already']
    ];
    for (const [who, message] of said) {
      const { id } = await house.ask<{ id: string }>('POST', `/api/streams/${stream.id}/chat`, { message }, named[who]);
      if (who === 'Ayo') await house.ask('PATCH', `/api/streams/${stream.id}/chat/${id}`, { pinned: true });
    }
    await expect(page.getByTestId('chat-message')).toHaveCount(said.length);
    await expectMoving(page, 6);
    await page.getByTestId('player').hover();
    await page.screenshot({ path: join(folder, 'live.jpg'), type: 'jpeg', quality: 82 });
  } finally {
    await encoder.stop();
    await house.close();
  }
});
