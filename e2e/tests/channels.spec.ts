import { type Page } from '@playwright/test';
import { type Video, playable, until, upload } from '../support/api.ts';
import { expect, test } from '../support/fixtures.ts';
import { expectAccessible } from '../support/house.ts';
import { filmLoop } from '../support/media.ts';
import { expectMoving } from '../support/watching.ts';

/** Whether the page is wider than its window. */
const overflows = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

test.describe('channels', () => {
  test.describe.configure({ mode: 'serial' });
  let film: Video;

  test.beforeAll(async ({ matinee }) => {
    test.setTimeout(180_000);
    const sent = await upload(matinee.url, await filmLoop(30), {
      title: 'The Rabbit',
      genre: 'Noir'
    });
    film = await until(matinee.url, sent.id, playable);
    // A channel shows a film once it has what every film of the channel has, its sound apart among it.
    const matches = async (): Promise<number> => {
      const answer = await fetch(`${matinee.url}/api/channels/matches`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ rules: { genres: ['Noir'] } })
      });
      return ((await answer.json()) as { count: number }).count;
    };
    await expect.poll(matches, { timeout: 120_000 }).toBe(1);
  });

  test('one is made in the studio, found in the list, watched, and zapped away from', async ({ page, matinee }) => {
    await page.goto(`${matinee.url}/studio/channels`);
    await page.getByRole('button', { name: 'New channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Put it on the air' }).click();
    await expect(dialog.getByText('Give it a name.')).toBeVisible();
    await dialog.getByLabel('Name', { exact: true }).fill('Late Noir');
    await dialog.getByRole('combobox', { name: 'Genres' }).fill('No such genre');
    await dialog.getByRole('combobox', { name: 'Genres' }).press('Enter');
    await expect(dialog.getByTestId('matches')).toContainText('Nothing in the library');
    await dialog.getByRole('button', { name: 'Remove No such genre' }).click();
    await dialog.getByRole('combobox', { name: 'Genres' }).fill('Noir');
    await dialog.getByRole('combobox', { name: 'Genres' }).press('Enter');
    await expect(dialog.getByTestId('matches')).toContainText('1 video');
    await dialog.getByText('Sizes, sound and languages').click();
    await dialog.getByLabel('Largest pictures').selectOption('720p');
    await dialog.getByRole('combobox', { name: 'Languages of the subtitles' }).fill('de');
    await dialog.getByRole('combobox', { name: 'Languages of the subtitles' }).press('Enter');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Put it on the air' }).click();
    await page.waitForURL(/\/studio\/channels\/channel_/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('1 Late Noir');
    await expectAccessible(page);

    const made = await fetch(`${matinee.url}/api/channels`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number: 5, name: 'Everything', rules: {} })
    });
    expect(made.status, await made.text()).toBe(201);

    await page.goto(`${matinee.url}/channels`);
    const row = page.locator('[data-testid="channel-row"][data-number="1"]');
    await expect(row).toContainText('Late Noir');
    await expect(row).toContainText('The Rabbit');
    await expect(row.getByRole('progressbar')).toBeVisible();
    await expectAccessible(page);
    await row.click();
    await page.waitForURL(/\/channels\/1$/);
    await expectMoving(page);
    await expect(page.getByTestId('banner').first()).toContainText('The Rabbit');
    await expectAccessible(page);

    await page.keyboard.press('ArrowUp');
    await page.waitForURL(/\/channels\/5$/);
    await expect(page).toHaveTitle(/^5 Everything/);
    await expectMoving(page);
    await page.keyboard.press('PageDown');
    await page.waitForURL(/\/channels\/1$/);
    await page.keyboard.press('9');
    await expect(page.getByTestId('dial')).toContainText('No such channel');
    await page.keyboard.press('5');
    await page.waitForURL(/\/channels\/5$/);
    await expectMoving(page);
  });

  test('the guide is walked by keys and on a phone', async ({ page, matinee }) => {
    await page.goto(`${matinee.url}/guide`);
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    const focused = page.locator('[role="gridcell"]:focus');
    await expect(focused).toHaveAccessibleName(/^1 Late Noir: ?The Rabbit/);
    await expect(page.getByTestId('peek')).toContainText('Late Noir');
    await page.keyboard.press('ArrowDown');
    await expect(focused).toHaveAccessibleName(/^5 Everything/);
    const before = await focused.textContent();
    await page.keyboard.press('ArrowRight');
    await expect(focused).not.toHaveText(before ?? '');
    await page.keyboard.press('ArrowUp');
    await expect(focused).toHaveAccessibleName(/^1 Late Noir/);
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('programme')).toContainText('Late Noir');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('programme')).toHaveCount(0);
    await expect(focused).toHaveAccessibleName(/^1 Late Noir/);
    await page.keyboard.press('ArrowUp');
    await expect(page.getByRole('button', { name: 'Today', exact: true })).toBeFocused();

    await page.setViewportSize({ width: 390, height: 844 });
    const list = page.getByTestId('guide-list');
    await expect(list).toContainText('Late Noir');
    await expect(list).toContainText('The Rabbit');
    expect(await overflows(page)).toBe(false);
    await expectAccessible(page);
    await list.getByRole('link', { name: /Late Noir/ }).click();
    await page.waitForURL(/\/channels\/1$/);
    await expectMoving(page);
    await expect(page.getByTestId('lineup')).toContainText('Everything');
    expect(await overflows(page)).toBe(false);
  });

  test('what is on is watched from its start, and what is to come is reminded of', async ({ page, matinee }) => {
    await page.goto(`${matinee.url}/guide`);
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await expect(page.getByTestId('peek').locator('video')).toHaveClass(/opacity-100/);
    await page.keyboard.press('Enter');
    const programme = page.getByRole('dialog');
    const short = programme.getByRole('button', { name: /The Rabbit/ });
    await short.last().click();
    await programme.getByRole('button', { name: 'Remind me' }).click();
    await expect(programme.getByRole('button', { name: 'Do not remind me' })).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByText('You will be told')).toBeVisible();
    await programme.getByRole('button', { name: 'All of them' }).click();
    await programme.getByRole('button', { name: /On now/ }).click();
    await expect(programme.getByRole('button', { name: 'In the library' })).toBeVisible();
    // It may end while it is looked at.
    await programme.getByRole('button', { name: /^(Start over|Catch up)$/ }).click();
    await page.waitForURL(/\/channels\/1\?from=/);
    await expectMoving(page);
  });

  test('an edit shows what it changes before it airs, and one channel is deleted', async ({ page, matinee }) => {
    await page.goto(`${matinee.url}/studio/channels`);
    await page.getByTestId('studio-channel').filter({ hasText: 'Late Noir' }).click();
    await page.getByRole('link', { name: 'Preview', exact: true }).click();
    await expect(page.getByTestId('day')).toContainText('The Rabbit');
    await expectAccessible(page);

    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByRole('button', { name: 'Add The Rabbit' }).click();
    const pin = page.getByTestId('pin');
    await expect(pin).toHaveAccessibleName('The Rabbit');
    await pin.press('ArrowDown');
    await expect(pin).toHaveAttribute('aria-valuetext', '20:05');
    await pin.press('Delete');
    await expect(pin).toHaveCount(0);

    await page.getByRole('link', { name: 'Programme', exact: true }).click();
    await page.getByRole('button', { name: 'Add a block' }).click();
    const block = page.getByRole('list', { name: /Blocks/ });
    await block.getByLabel('Name', { exact: true }).fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(block.getByText('Give the block a name.')).toBeVisible();
    await block.getByLabel('Name', { exact: true }).fill('Night');
    await page.getByRole('button', { name: 'Add a list' }).click();
    const lists = page.getByRole('list', { name: 'Lists', exact: true });
    await lists.getByRole('combobox', { name: 'Genres' }).fill('Noir');
    await lists.getByRole('combobox', { name: 'Genres' }).press('Enter');
    await expect(lists.getByTestId('matches')).toContainText('1 video');
    await block.getByRole('button', { name: 'By rules' }).click();
    await block.getByRole('button', { name: 'Lists', exact: true }).click();
    await block.getByRole('combobox', { name: 'Lists' }).fill('Classics');
    await block.getByRole('combobox', { name: 'Lists' }).press('Enter');
    // Whoever refers to a list goes along when it is called otherwise.
    await lists.getByLabel('Name of the list').fill('Night owls');
    await expect(block.getByRole('button', { name: 'Remove Night owls' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('dialog')).toContainText('What this changes');
    await expectAccessible(page);
    await page.getByTestId('air').click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();

    await page.getByRole('link', { name: 'Between' }).click();
    for (const on of ['Bumpers', 'Breaks']) await page.getByRole('region', { name: on }).getByRole('switch', { name: 'On' }).click();
    const breaks = page.getByRole('region', { name: 'Breaks' });
    await breaks.getByLabel('Also after so many programmes').fill('2');
    await breaks.getByRole('switch', { name: 'Filled by campaigns and ad servers' }).click();
    await expectAccessible(page);
    await page.getByRole('region', { name: 'Bumpers' }).getByRole('switch', { name: 'On' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByTestId('air').click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    const [own] = (await (await fetch(`${matinee.url}/api/channels?q=Late`)).json()) as { id: string }[];
    const { definition } = (await (await fetch(`${matinee.url}/api/channels/${own?.id}`)).json()) as { definition: Record<string, unknown> };
    expect(definition.lists).toEqual({ 'Night owls': { rules: { genres: ['Noir'] } } });
    expect(definition.ads).toEqual({ every_minutes: 20, after_programmes: 2, seconds: 90, decided: true });

    await page.getByRole('link', { name: 'About' }).click();
    await expect(page.getByRole('region', { name: 'Form' })).toContainText('H.264, 360p, 480p, 720p');
    await expect(page.getByRole('region', { name: 'Form' })).toContainText('German');
    await page.getByLabel('Language', { exact: true }).fill('no such language');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByLabel('Language', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await page.getByRole('button', { name: 'Undo the changes' }).click();
    await page.getByRole('button', { name: 'Delete the channel' }).click();
    await page.getByTestId('confirm').click();
    await page.waitForURL(/\/studio\/channels$/);
    await expect(page.getByTestId('studio-channel').filter({ hasText: 'Late Noir' })).toHaveCount(0);
    // What it showed stays.
    expect((await fetch(`${matinee.url}/api/videos/${film.id}`)).status).toBe(200);
  });
});
