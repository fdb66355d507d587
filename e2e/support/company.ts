import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { House } from './house.ts';

/** The password of everybody in the tests of broadcasts. */
export const PASSWORD = 'the lamp over the door';

export interface Stream {
  id: string;
  status: 'scheduled' | 'live' | 'ended';
  stream_key: string;
  rtmp_url: string;
  recording_video_id: string | null;
}

/** Several people at once in one house, each with a browser of their own. */
export class Company {
  readonly #opened: BrowserContext[] = [];

  constructor(readonly house: House) {}

  /** Gives people accounts. */
  async invite(people: Record<string, 'viewer' | 'creator' | 'moderator'>): Promise<void> {
    for (const [username, role] of Object.entries(people)) await this.house.ask('POST', '/api/users', { username, role, password: PASSWORD });
  }

  /** Somebody; signed in, if they have a name. */
  async somebody(browser: Browser, username?: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    this.#opened.push(context);
    const page = await context.newPage();
    if (username) {
      const answer = await page.request.post(`${this.house.url}/api/session`, { data: { username, password: PASSWORD } });
      expect(answer.status(), await answer.text()).toBe(200);
    }
    return page;
  }

  /** Makes a broadcast in somebody's name. */
  async stream(username: string, details: Record<string, unknown>): Promise<Stream> {
    return this.house.ask('POST', '/api/streams', details, await this.house.as(username, PASSWORD));
  }

  /** Everybody goes. */
  async leave(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((context) => context.close()));
  }
}

/** Says something in the chat. */
export async function say(page: Page, words: string): Promise<void> {
  await page.getByTestId('chat-input').fill(words);
  await page.getByTestId('chat').getByRole('button', { name: 'Send' }).click();
  await expect(page.getByTestId('chat-message').filter({ hasText: words })).toBeVisible();
}
