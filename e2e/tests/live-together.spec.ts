import { expect, test, type Page } from '@playwright/test';
import { Company, say } from '../support/company.ts';
import { Encoder } from '../support/encoder.ts';
import { House, asTheyCome, expectAccessible } from '../support/house.ts';
import { freePort } from '../support/server.ts';
import { expectMoving } from '../support/watching.ts';

test.describe('together in a broadcast', () => {
  test.describe.configure({ mode: 'serial' });
  let house: House;
  let company: Company;
  let encoder: Encoder | undefined;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: String(await freePort()), VIEWER_UPDATE_INTERVAL: '1' });
    company = new Company(house);
    await company.invite({ cora: 'creator', vera: 'viewer', otto: 'viewer' });
  });
  test.afterEach(async () => {
    await encoder?.stop();
    encoder = undefined;
    await company.leave();
  });
  test.afterAll(async () => {
    await house.close();
  });

  const tab = (page: Page, name: string) => page.getByTestId('talk').getByRole('tab', { name });
  const question = (page: Page, words: string) => page.getByTestId('question').filter({ hasText: words });

  async function ask(page: Page, words: string): Promise<void> {
    await page.getByTestId('question-input').fill(words);
    await page.keyboard.press('Enter');
    await expect(question(page, words)).toBeVisible();
  }

  /** Chooses something that may be done about a question. */
  async function about(page: Page, words: string, what: string): Promise<void> {
    await question(page, words).getByRole('button', { name: /^About the question/ }).click();
    await page.getByRole('menuitem', { name: what }).click();
  }

  test('people ask, want to know the same, and are answered', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'Signals, explained', content_type: 'webinar' });
    const [cora, vera, otto, stranger] = await Promise.all([
      company.somebody(browser, 'cora'),
      company.somebody(browser, 'vera'),
      company.somebody(browser, 'otto'),
      company.somebody(browser),
    ]);
    for (const page of [cora, vera, otto, stranger]) {
      await page.goto(`${house.url}/live/${stream.id}`);
      await expect(page.getByTestId('chat')).toHaveAttribute('data-connected', 'true');
    }

    // By the keys alone: the tabs are walked along by arrows.
    await tab(vera, 'Chat').focus();
    await vera.keyboard.press('ArrowRight');
    await expect(tab(vera, 'Questions')).toBeFocused();
    await expect(vera.getByText('Nobody has asked anything yet.')).toBeVisible();
    const markup = '<b onclick="x()">Why</b> is the lamp red?';
    await ask(vera, markup);
    await ask(vera, 'How heavy is a point?');

    // Who looks at something else is told by a number.
    await expect(tab(otto, 'Questions')).toContainText('2');
    await tab(otto, 'Questions').click();
    await expect(question(otto, markup).locator('b')).toHaveCount(0);
    await question(otto, 'How heavy is a point?').getByTestId('question-vote').click();
    for (const page of [vera, otto]) await expect(question(page, 'How heavy').getByTestId('question-vote')).toHaveAccessibleName(/1 vote/);
    // What most people want to know comes to the top, once no hand is at the list.
    await vera.mouse.move(5, 5);
    await vera.getByTestId('question-input').focus();
    await expect(vera.getByTestId('question').first()).toContainText('How heavy');

    // Whoever comes later sees how many are open; a stranger reads, and is asked to sign in.
    await stranger.reload();
    await expect(tab(stranger, 'Questions')).toContainText('2');
    await tab(stranger, 'Questions').click();
    await expect(question(stranger, markup).getByTestId('question-vote')).toBeDisabled();
    await expect(stranger.getByTestId('questions').getByRole('link', { name: 'Sign in' })).toBeVisible();
    await expectAccessible(stranger);

    await tab(cora, 'Questions').click();
    await about(cora, 'How heavy is a point?', 'Answer in writing');
    await cora.getByLabel('The answer').fill('Four tonnes, with its motor.');
    await cora.getByRole('dialog').getByRole('button', { name: 'Answer' }).click();
    await expect(question(vera, 'How heavy')).toHaveCount(0);
    await vera.getByRole('button', { name: /^Answered/ }).click();
    await expect(question(vera, 'How heavy')).toContainText('Four tonnes, with its motor.');
    await expectAccessible(vera);
    await about(cora, markup, 'Put aside');
    await expect(question(otto, 'is the lamp red?')).toHaveCount(0);
  });

  test('a poll is opened, voted in, thought over, and closed for everybody', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'Which way?', content_type: 'webinar' });
    const [cora, vera, stranger] = await Promise.all([company.somebody(browser, 'cora'), company.somebody(browser, 'vera'), company.somebody(browser)]);
    for (const page of [cora, vera, stranger]) {
      await page.goto(`${house.url}/live/${stream.id}`);
      await expect(page.getByTestId('chat')).toHaveAttribute('data-connected', 'true');
    }
    await tab(cora, 'Polls').click();
    await cora.getByRole('button', { name: 'New poll' }).click();
    await cora.getByRole('button', { name: 'Open the poll' }).click();
    await expect(cora.getByRole('dialog')).toContainText('Ask something.');
    await cora.getByRole('dialog').getByLabel('Question').fill('Which line next?');
    await cora.getByLabel('Answer 1').fill('The coast');
    await cora.getByLabel('Answer 2').fill('The <i>pass</i>');
    await expectAccessible(cora);
    await cora.getByRole('button', { name: 'Open the poll' }).click();

    // Who talks is told of it, and goes there.
    await vera.getByTestId('talk').getByRole('button', { name: 'Vote' }).click();
    const poll = vera.getByTestId('poll');
    await poll.getByLabel('The coast').check();
    await expectAccessible(vera);
    await poll.getByRole('button', { name: 'Vote' }).click();
    await expect(poll.getByTestId('poll-result').filter({ hasText: 'The coast' })).toContainText('100 %');
    await tab(stranger, 'Polls').click();
    await expect(stranger.getByTestId('poll-result').filter({ hasText: 'The coast' })).toContainText('100 %');
    await expect(stranger.getByTestId('polls').getByRole('link', { name: 'Sign in' })).toBeVisible();

    await poll.getByRole('button', { name: 'Choose again' }).click();
    await poll.getByLabel('The <i>pass</i>').check();
    await poll.getByRole('button', { name: 'Vote' }).click();
    for (const page of [vera, stranger]) {
      await expect(page.getByTestId('poll-result').filter({ hasText: 'The coast' })).toContainText(/\D0 %/);
      await expect(page.getByTestId('poll-result').filter({ hasText: '<i>pass</i>' })).toContainText('100 %');
    }
    await cora.getByRole('button', { name: 'About this poll' }).click();
    await cora.getByRole('menuitem', { name: 'Close it' }).click();
    await expect(poll).toHaveAttribute('data-state', 'closed');
    await expect(poll.getByRole('button', { name: 'Choose again' })).toHaveCount(0);
    await expectAccessible(stranger);
  });

  test('who follows a broadcaster is told when they begin', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'The milk train' });
    const vera = await company.somebody(browser, 'vera');
    await vera.goto(`${house.url}/live/${stream.id}`);
    await vera.getByTestId('follow').click();
    await expect(vera.getByTestId('follow')).toHaveAttribute('aria-pressed', 'true');
    await expect(vera.getByTestId('followers')).toHaveText('1 follower');
    await vera.getByTestId('bell').click();
    await expect(vera.getByRole('dialog', { name: 'Notifications' })).toContainText('Nothing yet.');
    await vera.keyboard.press('Escape');

    await house.ask('POST', `/api/streams/${stream.id}/start`);
    await expect(async () => {
      await vera.goto(house.url);
      await expect(vera.getByTestId('unread')).toHaveText('1', { timeout: 2000 });
    }).toPass({ timeout: 60_000 });
    await vera.getByTestId('bell').click();
    const notice = vera.getByTestId('notice');
    await expect(notice).toContainText('The milk train');
    await expectAccessible(vera);
    await notice.click();
    await vera.waitForURL(`**/live/${stream.id}`);
    await expect(vera.getByTestId('unread')).toHaveCount(0);
    await house.ask('POST', `/api/streams/${stream.id}/end`);

    await vera.goto(`${house.url}/account/notifications`);
    await vera.getByRole('switch', { name: /On this site/ }).click();
    await expect(vera.getByText('Kept.')).toBeVisible();
    await vera.reload();
    await expect(vera.getByRole('switch', { name: /On this site/ })).toHaveAttribute('aria-checked', 'false');
    await expectAccessible(vera);
  });

  test('beside a recording stands what was said while it was made', async ({ browser }) => {
    const stream = await company.stream('cora', { title: 'The 9:15, talked over', record: true });
    encoder = Encoder.start(stream.rtmp_url);
    const vera = await company.somebody(browser, 'vera');
    await vera.goto(`${house.url}/live/${stream.id}`);
    await expectMoving(vera, 4);
    await say(vera, 'There she is, on time!');
    await expectMoving(vera, 3);
    await house.ask('POST', `/api/streams/${stream.id}/end`);
    await vera.getByRole('link', { name: 'Watch the recording' }).click({ timeout: 60_000 });
    await expect(vera.getByTestId('chat-replay')).toBeVisible();
    const said = vera.getByTestId('replayed').filter({ hasText: 'There she is, on time!' });
    await expect(said).toBeVisible({ timeout: 60_000 });
    // Back where the film begins nobody has said it yet; it comes when the film comes to it.
    await vera.evaluate(() => document.querySelector('video')?.pause());
    await vera.evaluate(() => Object.assign(document.querySelector('video') ?? {}, { currentTime: 0 }));
    await expect(said).toHaveCount(0);
    await vera.evaluate(() => document.querySelector('video')?.play());
    await expect(said).toBeVisible({ timeout: 60_000 });
    await expectAccessible(vera);
  });
});
