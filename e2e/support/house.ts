import type { Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { type Video, playable, uploadRaw } from './api.ts';
import { Server } from './server.ts';

/** The operator's password; the name is `operator`. */
export const OPERATOR = 'correct horse battery';

/**
 * Broadcasts as they come. What makes smaller sizes of them has journeys of its own (`live-players`); the others leave the
 * processor to their browsers and encoders.
 */
export const asTheyCome = { ENABLE_ADAPTIVE_BITRATE: 'false' };

/** A server that has an operator, and what the operator does in it. */
export class House {
  private constructor(
    readonly server: Server,
    readonly headers: Record<string, string>
  ) {}

  get url(): string {
    return this.server.url;
  }

  /** Starts one and sets it up. */
  static async open(settings: Record<string, string> = {}): Promise<House> {
    const server = await Server.start({ MATINEE_AUTH: 'operator', ...settings });
    const token = /\/setup#(\S+)/.exec(server.output)?.[1];
    expect(token, server.output).toBeTruthy();
    const opened = await fetch(`${server.url}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, password: OPERATOR })
    });
    expect(opened.status).toBe(200);
    return new House(server, { authorization: `Bearer ${((await opened.json()) as { token: string }).token}` });
  }

  /** Asks something as the operator, or in somebody else's name. */
  async ask<T>(method: string, path: string, body?: unknown, name: Record<string, string> = this.headers): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...name, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body)
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** What lets somebody ask in their own name. */
  async as(username: string, password: string): Promise<Record<string, string>> {
    const { token } = await this.ask<{ token: string }>('POST', '/api/session', { username, password }, {});
    return { authorization: `Bearer ${token}` };
  }

  /** Puts a film in and waits until it can be played, or until `ready`. */
  async film(path: string, fields: Record<string, string>, ready: (video: Video) => boolean = playable): Promise<Video> {
    const sent = await uploadRaw(this.url, path, fields, this.headers);
    expect(sent.status).toBe(201);
    const { id } = (await sent.json()) as Video;
    await expect.poll(async () => ready(await this.ask<Video>('GET', `/api/videos/${id}`)), { timeout: 120_000 }).toBe(true);
    return this.ask('GET', `/api/videos/${id}`);
  }

  /** The word that lets somebody make an account. */
  async invitation(): Promise<string> {
    return (await this.ask<{ token: string }>('POST', '/api/invitations', { note: 'for the club' })).token;
  }

  /** Makes an account behind the browser's back. */
  async member(username: string, password: string): Promise<void> {
    const made = await fetch(`${this.url}/api/accounts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password, invitation: await this.invitation() })
    });
    expect(made.status).toBe(201);
  }

  close(): Promise<void> {
    return this.server.stop();
  }
}

/** Signs in by the form. */
export async function signIn(page: Page, url: string, username: string, password: string): Promise<void> {
  await page.goto(`${url}/login`);
  await page.getByLabel('Name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: /profile and account/ })).toBeVisible();
}

/** Fails for what a checker finds wrong for people who use other eyes, ears or hands. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is still fading in has another contrast than it will have.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = (): number =>
    document
      .getAnimations()
      // What turns for ever, such as the sign that a film is being fetched, is never done.
      .filter((one) => one.playState === 'running' && Number.isFinite(one.effect?.getComputedTiming().endTime)).length;
  // Asked again and again: the promise of one whose length was cut in the middle may never be kept.
  await expect.poll(() => page.evaluate(moving)).toBe(0);
  // What the bar at the top half hides while one scrolls looks smaller than it is.
  await page.evaluate(() => document.querySelector('dialog[open]') ?? scrollTo(0, 0));
  const { violations } = await new AxeBuilder({ page })
    // Rows that its frame cuts off look smaller than they are.
    .exclude('[data-testid="segments"]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map((node) => node.target.join(' ')).slice(0, 4) }))).toEqual([]);
}
