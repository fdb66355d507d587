import { expect, test, type APIRequestContext, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { uploadRaw, type Video } from '../support/api.ts';
import { clip, made } from '../support/media.ts';
import { expectAccessible } from '../support/house.ts';
import { Server } from '../support/server.ts';

const PASSWORD = 'correct horse battery';

/** A picture of one colour, as large as a poster. */
const picture = (name: string, size: string, colour: string): Promise<string> => made(name, ['-f', 'lavfi', '-i', `color=${colour}:size=${size}`, '-frames:v', '1']);

/** Whether an image has come and can be drawn. */
const drawn = (image: Locator): Promise<boolean> => image.evaluate((node: HTMLImageElement) => node.complete && node.naturalWidth > 0);

/** Presses a key on the handle of something in an ordered list. */
async function press(list: Locator, name: string, key: string): Promise<void> {
  await list.getByRole('button', { name: `Move ${name}`, exact: true }).press(key);
}

test.describe('the studio', () => {
  // One service, run by several people: each of them finds what the others have done.
  test.describe.configure({ mode: 'serial' });
  let server: Server;
  let operator: Record<string, string>;
  const json = { 'content-type': 'application/json' };

  const asOperator = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(server.url + path, { method, headers: { ...json, ...operator }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

  async function send(title: string, fields: Record<string, string> = {}): Promise<Video> {
    const answer = await uploadRaw(server.url, await clip(3), { title, ...fields }, operator);
    expect(answer.status, await answer.clone().text()).toBe(201);
    return (await answer.json()) as Video;
  }

  const opened: BrowserContext[] = [];
  /** Signs in and hands back the person's own browser. */
  async function enter(page: Page, username: string): Promise<APIRequestContext> {
    const answer = await page.request.post(`${server.url}/api/session`, { data: { username, password: PASSWORD } });
    expect(answer.status(), await answer.text()).toBe(200);
    return page.request;
  }

  /** Opens a page of the studio and waits for its heading. */
  async function open(page: Page, path: string, heading?: string | RegExp): Promise<void> {
    await page.goto(`${server.url}${path}`);
    await expect(page.getByRole('heading', { level: 1, ...(heading ? { name: heading } : {}) })).toBeVisible();
  }

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    server = await Server.start({ MATINEE_AUTH: 'operator' });
    const token = /\/setup#(\S+)/.exec(server.output)?.[1];
    expect(token, server.output).toBeTruthy();
    const begun = await fetch(`${server.url}/api/setup`, { method: 'POST', headers: json, body: JSON.stringify({ token, password: PASSWORD }) });
    expect(begun.status).toBe(200);
    operator = { authorization: `Bearer ${((await begun.json()) as { token: string }).token}` };
    for (const [username, role] of [
      ['cora', 'creator'],
      ['mona', 'moderator'],
      ['vera', 'viewer'],
      ['victor', 'viewer']
    ]) {
      expect((await asOperator('POST', '/api/users', { username, role, password: PASSWORD })).status).toBe(201);
    }
    await send('The Lighthouse Keeper', { genre: 'Drama', release_year: '2019' });
    await send('Nobody Else Sees This', { is_public: 'false' });
  });

  test.afterAll(async () => {
    await Promise.all(opened.map((context) => context.close()));
    await server.stop();
  });

  test('a creator uploads, says what it is, dresses it, and decides who may watch', async ({ page }) => {
    test.setTimeout(300_000);
    const request = await enter(page, 'cora');
    await open(page, '/upload');
    await page.getByTestId('file-input').setInputFiles(await clip(3));
    const card = page.getByTestId('upload');
    await expect(card).toHaveAttribute('data-state', /processing|ready/, { timeout: 90_000 });

    await open(page, '/studio/content', 'Content');
    const row = page.getByTestId('studio-row').filter({ hasText: /clip/i });
    await expect(row).toHaveCount(1);
    // What is somebody else's and private is not there for her.
    await expect(page.getByText('Nobody Else Sees This')).toHaveCount(0);
    await expectAccessible(page);
    await row.getByRole('link').first().click();

    // Details.
    const form = page.getByRole('form', { name: 'About the video' });
    await form.getByLabel('Title', { exact: true }).fill('');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByText('Give it a title.')).toBeVisible();
    await form.getByLabel('Title', { exact: true }).fill('Steam and Brass');
    await form.getByLabel('Tagline').fill('A town, an engine, a promise.');
    await form.getByLabel('Synopsis').fill('They build it twice.');
    await form.getByRole('combobox', { name: 'Genres' }).fill('Western');
    await form.getByRole('combobox', { name: 'Genres' }).press('Enter');
    await form.getByLabel('Year').fill('1921');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Steam and Brass' })).toBeVisible();
    await expectAccessible(page);
    await page.reload();
    await expect(form.getByLabel('Tagline')).toHaveValue('A town, an engine, a promise.');
    await expect(form.getByRole('button', { name: 'Remove Western' })).toBeVisible();
    const editor = new URL(page.url()).pathname;
    const id = editor.split('/').at(-1) as string;

    // Cast and crew: somebody new, put in order by the keyboard.
    await open(page, `${editor}/cast`);
    const somebody = page.getByRole('searchbox', { name: 'Add somebody' });
    for (const name of ['Mabel Normand', 'Buster Keaton']) {
      await somebody.fill(name);
      await page.getByRole('button', { name: `Add ${name}, who is new` }).click();
      await expect(page.getByTestId('credit').filter({ hasText: name })).toBeVisible();
    }
    await page.getByLabel('What Buster Keaton did').selectOption('director');
    const credits = page.getByRole('list', { name: 'Cast and crew in their order' });
    await press(credits, 'Buster Keaton', 'Home');
    await expect(page.getByTestId('credit').first()).toContainText('Buster Keaton');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByTestId('credit').getByText('new', { exact: true })).toHaveCount(0);
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByTestId('credit').first()).toContainText('Buster Keaton');

    // Artwork: what is no picture is refused at once; what is one is shown.
    await open(page, `${editor}/artwork`);
    const file = page.getByTestId('artwork-file');
    await file.setInputFiles({ name: 'poster.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await expect(page.getByText('A JPEG, PNG or WebP picture, please.')).toBeVisible();
    await file.setInputFiles(await picture('poster-brass.png', '600x900', 'orange'));
    await page.getByRole('button', { name: 'Add the picture' }).click();
    const art = page.getByTestId('artwork');
    await expect(art).toHaveCount(1);
    await expect(art.getByText('Shown')).toBeVisible();
    await expect.poll(() => drawn(art.getByRole('img'))).toBe(true);
    await art.getByRole('button', { name: /^Sizes of/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '320' }).click();
    await expect.poll(() => drawn(page.getByTestId('size'))).toBe(true);
    await expectAccessible(page);
    await page.keyboard.press('Escape');

    // Access: from now on nobody else.
    await open(page, `${editor}/access`);
    await page.getByRole('radio', { name: /^Private/ }).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByTestId('who').getByText('Not saved yet.')).toHaveCount(0);
    await expectAccessible(page);
    await expect.poll(async () => (await fetch(`${server.url}/api/videos/${id}`)).status).not.toBe(200);
    expect((await request.get(`${server.url}/api/videos/${id}`)).status()).toBe(200);

    // The service is not hers to run.
    await page.goto(`${server.url}/studio/users`);
    await expect(page.getByRole('link', { name: 'Users', exact: true })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Add somebody' })).toHaveCount(0);
    expect((await request.get(`${server.url}/api/users`)).status()).toBe(403);
  });

  test('shows, courses, collections and people are made and put in order without a mouse', async ({ page }) => {
    test.setTimeout(300_000);
    const lessons = [await send('Ownership'), await send('Borrowing')];
    await enter(page, 'operator');
    await open(page, '/studio/shows', 'Shows and courses');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'New show' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Rust from the ground up');
    await dialog.getByLabel('Kind').selectOption('course');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Rust from the ground up' })).toBeVisible();

    for (const { title } of lessons) {
      await page.getByRole('button', { name: `Add ${title}` }).click();
      await expect(page.getByTestId('episode').filter({ hasText: title })).toBeVisible();
    }
    const order = page.getByRole('list', { name: /in order$/ });
    await expect(page.getByTestId('episode').first()).toContainText('Ownership');
    await press(order, 'Borrowing', 'ArrowUp');
    await expect(page.getByTestId('episode').first()).toContainText('Borrowing');
    const show = new URL(page.url()).pathname.split('/').at(-1) as string;
    const first = async (): Promise<string | undefined> => {
      const whole = (await (await asOperator('GET', `/api/shows/${show}`)).json()) as { seasons: { episodes: { title: string }[] }[] };
      return whole.seasons[0]?.episodes[0]?.title;
    };
    await expect.poll(first).toBe('Borrowing');
    await page.getByRole('button', { name: 'Notes of Borrowing' }).click();
    await dialog.getByLabel('Notes').fill('# Borrowing\n\nOne writer, or many readers.');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toHaveCount(0);
    await expectAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'Notes of Borrowing' }).click();
    await expect(dialog.getByLabel('Notes')).toHaveValue(/One writer/);
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    // A collection of a film and the course.
    await open(page, '/studio/collections', 'Collections');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'New collection' }).click();
    await dialog.getByLabel('Title').fill('For the winter');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'For the winter' })).toBeVisible();
    await page.getByRole('button', { name: 'Add The Lighthouse Keeper' }).click();
    await expect(page.getByTestId('item')).toHaveCount(1);
    await page.getByRole('button', { name: 'Add Rust from the ground up' }).click();
    await expect(page.getByTestId('item')).toHaveCount(2);
    await press(page.getByRole('list', { name: 'Titles in their order' }), 'Rust from the ground up', 'Home');
    await expect(page.getByTestId('item').first()).toContainText('Rust from the ground up');
    await expectAccessible(page);

    // People came by being named; two entries for one become one.
    await asOperator('POST', '/api/people', { name: 'B. Keaton' });
    await open(page, '/studio/people', 'People');
    await expect(page.getByTestId('row').filter({ hasText: 'Mabel Normand' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: /^B\. Keaton/ }).click();
    await page.getByRole('button', { name: 'Merge …' }).click();
    await dialog.getByLabel('Into whom').fill('Buster');
    await dialog.getByRole('button', { name: 'Choose Buster Keaton' }).click();
    await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Buster Keaton' })).toBeVisible();
    await open(page, '/studio/people', 'People');
    await expect(page.getByTestId('row').filter({ hasText: 'Buster Keaton' })).toHaveCount(1);
    await expect(page.getByTestId('row').filter({ hasText: 'B. Keaton' })).toHaveCount(0);
  });

  test('a table is tried before it is applied, and many are changed at once', async ({ page }) => {
    await enter(page, 'operator');
    await open(page, '/studio/import/table', 'Import');
    await page.getByLabel('Or paste it').fill('title,release_year,genres,colour\nThe Lighthouse Keeper,2019,"Drama;Sea",grey\n,2000,Drama,red\n');
    await page.getByRole('button', { name: 'Try it' }).click();
    const report = page.getByTestId('report');
    await expect(report.getByText('Nothing has been changed yet.')).toBeVisible();
    await expect(report.getByText('colour')).toBeVisible();
    await expect(report.getByTestId('import-row')).toHaveCount(2);
    await expect(report.getByTestId('import-row').first()).toContainText('Refused');
    await expectAccessible(page);
    await page.getByTestId('apply').click();
    await expect(report.getByText('2 rows applied.')).toBeVisible();

    await open(page, '/studio/content', 'Content');
    const row = page.getByTestId('studio-row');
    await row.filter({ hasText: 'Ownership' }).getByRole('checkbox').check();
    await row.filter({ hasText: 'Borrowing' }).getByRole('checkbox').check();
    await page.getByRole('region', { name: 'What to do with the chosen videos' }).getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Year').fill('2024');
    await dialog.getByLabel('Add tags').fill('rust');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Change 2 videos' }).click();
    await expect(dialog).toHaveCount(0);
    await open(page, '/studio/content?tag=rust', 'Content');
    await expect(row).toHaveCount(2);
  });

  test('an administrator invites, gives roles, makes groups, arranges the home page, and finds it all in the audit log', async ({ page, browser }) => {
    test.setTimeout(300_000);
    await enter(page, 'operator');
    await open(page, '/studio/invitations', 'Invitations');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('For whom').fill('the new editor');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    await expect(page.getByTestId('link')).toHaveValue(/\/register#/);
    const link = await page.getByTestId('link').inputValue();
    await dialog.getByRole('button', { name: 'Done' }).click();

    // Somebody comes by it.
    const guest = await browser.newContext();
    opened.push(guest);
    const theirs = await guest.newPage();
    await theirs.goto(link);
    await theirs.getByLabel('Name').fill('edda');
    await theirs.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await theirs.getByLabel('Password once more').fill(PASSWORD);
    await theirs.getByRole('button', { name: 'Come in' }).click();
    await expect(theirs.getByRole('button', { name: /profile and account/ })).toBeVisible();

    // She becomes a creator.
    await open(page, '/studio/users', 'Users');
    await expectAccessible(page);
    await page.getByRole('link', { name: /edda/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'edda' })).toBeVisible();
    await page.getByRole('radio', { name: /^Creator/ }).check();
    await expect(page.getByText('edda is now: Creator.')).toBeVisible();
    await expectAccessible(page);
    await theirs.goto(`${server.url}/studio`);
    await expect(theirs.getByRole('link', { name: 'Content', exact: true })).toBeVisible();

    // A group, with her in it.
    await open(page, '/studio/groups', 'Groups');
    await page.getByRole('button', { name: 'New group' }).click();
    await dialog.getByLabel('Name').fill('Patrons');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Add to Patrons' }).click();
    await dialog.getByLabel('Who').selectOption({ label: 'edda' });
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Remove edda from Patrons' })).toBeVisible();
    await expectAccessible(page);

    // Rows of the home page: a row of Dramas of one's own, before all others.
    await open(page, '/studio/home', 'Home page');
    await page.getByRole('button', { name: 'Add a row' }).click();
    await dialog.getByRole('button', { name: /^A genre/ }).click();
    const rows = page.getByRole('list', { name: 'Rows of the home page' });
    const fresh = page.getByTestId('home-row').filter({ hasText: 'A genre' });
    await fresh.getByLabel('Which genre').fill('Drama');
    await fresh.getByLabel('Heading of A genre').fill('Stories from the coast');
    await press(rows, 'Stories from the coast', 'Home');
    await expect(page.getByTestId('home-row').first()).toContainText('A genre');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Undo the changes' })).toHaveCount(0);
    await expect
      .poll(async () => {
        const home = (await (await fetch(`${server.url}/api/home`)).json()) as { rows: { title: string }[] };
        return home.rows[0]?.title;
      })
      .toBe('Stories from the coast');
    await page.goto(server.url);
    await expect(page.getByRole('heading', { level: 2 }).filter({ hasText: 'Stories from the coast' })).toBeVisible();

    // What it runs with, what it works on, and who did what.
    await open(page, '/studio/settings', 'Settings');
    const named = page.getByRole('textbox', { name: 'Name', exact: true });
    await named.fill('Harbour Pictures');
    await page.getByRole('textbox', { name: 'Login attempts' }).fill('none');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByTestId('setting').filter({ hasText: 'must be' }).getByLabel('Login attempts')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('textbox', { name: 'Login attempts' }).fill('20');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Undo the changes' })).toHaveCount(0);
    await expect.poll(async () => ((await (await fetch(`${server.url}/api/instance`)).json()) as { name: string }).name).toBe('Harbour Pictures');
    await open(page, '/studio/jobs', 'Jobs and storage');
    await expectAccessible(page);
    await open(page, '/studio/audit', 'Audit log');
    const log = page.getByRole('main').getByRole('listitem');
    await expect(log.filter({ hasText: 'changed the role of a user' }).filter({ hasText: 'creator' })).not.toHaveCount(0);
    await expect(log.filter({ hasText: 'put somebody into a group' })).toHaveCount(1);
    await expect(log.filter({ hasText: 'made an invitation' })).toHaveCount(1);
    await expect(log.filter({ hasText: 'changed the settings' }).filter({ hasText: 'Harbour Pictures' })).toHaveCount(1);
    await expectAccessible(page);
    await log.filter({ hasText: 'put somebody into a group' }).getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1, name: 'Groups' })).toBeVisible();
  });

  test('a moderator takes a reported comment out of sight, and the rules catch the next', async ({ page, browser }) => {
    test.setTimeout(300_000);
    const [film] = (await (await fetch(`${server.url}/api/videos?q=Lighthouse`)).json()) as [Video];
    const comments = async (): Promise<string[]> => ((await (await fetch(`${server.url}/api/videos/${film.id}/comments`)).json()) as { body: string }[]).map(({ body }) => body);
    const as = async (username: string): Promise<APIRequestContext> => {
      const context = await browser.newContext();
      opened.push(context);
      return enter(await context.newPage(), username);
    };
    const vera = await as('vera');
    const victor = await as('victor');
    const same = { headers: { origin: server.url } };
    const said = await vera.post(`${server.url}/api/videos/${film.id}/comments`, { ...same, data: { body: 'Cheap watches this way' } });
    expect(said.status(), await said.text()).toBe(201);
    const comment = (await said.json()) as { id: string };
    const report = await victor.post(`${server.url}/api/reports`, { ...same, data: { subject_kind: 'comment', subject_id: comment.id, reason: 'spam' } });
    expect(report.status(), await report.text()).toBeLessThan(300);
    expect(await comments()).toContain('Cheap watches this way');

    await enter(page, 'mona');
    await open(page, '/studio/moderation', 'Moderation');
    const reported = page.getByTestId('case').filter({ hasText: 'Cheap watches this way' });
    await expect(reported.getByText('Reported as spam')).toBeVisible();
    await expectAccessible(page);
    await reported.getByPlaceholder('A note for the record').fill('An advertisement');
    await reported.getByRole('button', { name: 'Remove' }).click();
    await expect(reported).toHaveCount(0);
    await expect.poll(comments).not.toContain('Cheap watches this way');
    await open(page, '/studio/moderation?state=decided', 'Moderation');
    await expect(reported.getByText('Note: An advertisement')).toBeVisible();

    // Who runs the service has a word held from now on.
    const other = await browser.newContext();
    opened.push(other);
    const rules = await other.newPage();
    await enter(rules, 'operator');
    await open(rules, '/studio/moderation/rules', 'Moderation');
    await rules.getByLabel('Words or phrases, separated by commas').fill('watches');
    await rules.getByRole('combobox', { name: /^What happens/ }).first().selectOption('hold');
    await rules.getByRole('button', { name: 'Add', exact: true }).click();
    await rules.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(rules.getByRole('button', { name: 'Undo the changes' })).toHaveCount(0);
    await rules.getByLabel('A text to try').fill('Buy w a t c h e s');
    await rules.getByRole('button', { name: 'Try', exact: true }).click();
    await expect(rules.getByText('Held until a moderator decides', { exact: true }).last()).toBeVisible();
    await expectAccessible(rules);

    // The next one is held until a moderator lets it pass.
    const second = await vera.post(`${server.url}/api/videos/${film.id}/comments`, { ...same, data: { body: 'He watches the sea all night' } });
    expect(second.status(), await second.text()).toBeLessThan(300);
    expect(await comments()).not.toContain('He watches the sea all night');
    await open(page, '/studio/moderation', 'Moderation');
    const held = page.getByTestId('case').filter({ hasText: 'He watches the sea' });
    await held.getByRole('button', { name: 'Approve' }).click();
    await expect(held).toHaveCount(0);
    await expect.poll(comments).toContain('He watches the sea all night');
  });
});
