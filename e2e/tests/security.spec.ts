import { createHmac } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { House, expectAccessible, signIn } from '../support/house.ts';

const PASSWORD = 'a quiet seat in row nine';

/** What an authenticator shows now for a secret in Base32 (RFC 6238: SHA-1, six digits, thirty seconds). */
function codeOf(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/[\s=]/g, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const at = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

test.describe('ways to sign in', () => {
  let house: House;
  /** Passkeys need a name, where an address will not do. */
  let site: string;

  test.beforeAll(async () => {
    house = await House.open();
    site = house.url.replace('127.0.0.1', 'localhost');
    await house.member('ada', PASSWORD);
  });

  test.afterAll(async () => {
    await house?.close();
  });

  async function signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: /profile and account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('link', { name: 'Sign in' }).first()).toBeVisible();
  }

  test('a passkey, then a code besides the password, are set up and asked for on the pages', async ({ page }) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
    });
    await signIn(page, site, 'ada', PASSWORD);
    await page.goto(`${site}/account/security`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('This laptop');
    await dialog.getByLabel('Your password').fill('wrong');
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(dialog.getByText(/password/i).last()).toBeVisible();
    await expectAccessible(page);
    await dialog.getByLabel('Your password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: 'This laptop' })).toContainText('not used yet');

    await signOut(page);
    await page.goto(`${site}/login`);
    await page.getByRole('button', { name: 'With a passkey' }).click();
    await expect(page.getByRole('button', { name: /profile and account/ })).toBeVisible();
    await page.goto(`${site}/account/security`);
    await expect(page.getByRole('listitem').filter({ hasText: 'This laptop' })).toContainText('used');

    await page.getByRole('button', { name: 'Set up an authenticator' }).click();
    await dialog.getByLabel('Your password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Go on' }).click();
    const secret = await page.getByRole('group', { name: 'The secret for your authenticator' }).innerText();
    await dialog.getByLabel('The code it shows').fill('000000');
    await dialog.getByRole('button', { name: 'Switch it on' }).click();
    await expect(dialog.getByLabel('The code it shows')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('The code it shows').fill(codeOf(secret));
    await dialog.getByRole('button', { name: 'Switch it on' }).click();
    const recovery = (await page.getByRole('group', { name: 'Recovery codes' }).innerText()).trim().split(/\s+/);
    expect(recovery.length).toBeGreaterThan(4);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await expect(page.getByText('A code is asked for at every sign-in.')).toBeVisible();

    await signOut(page);
    await page.goto(`${site}/login`);
    await page.getByLabel('Name').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'One more thing' })).toBeVisible();
    await page.getByLabel('Code').fill('123123');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expectAccessible(page);
    // The last code was good once; one of those that were kept lets her in.
    await page.getByLabel('Code').fill(recovery[0] ?? '');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('button', { name: /profile and account/ })).toBeVisible();
  });

  test('a television is let in by the code that it shows, and turned out again', async ({ page }) => {
    await house.member('vera', PASSWORD);
    const ask = async (path: string, body: Record<string, string>): Promise<{ status: number; body: Record<string, string> }> => {
      const answer = await fetch(house.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    const { body: codes } = await ask('/api/auth/device', { client_id: 'Roku in the kitchen' });
    const token = () => ask('/api/auth/token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: codes.device_code ?? '' });
    expect((await token()).body.error).toBe('authorization_pending');

    // Somebody who is not signed in comes back to the code after they are.
    await page.goto(`${site}/activate?code=${codes.user_code}`);
    await page.getByRole('button', { name: 'Sign in' }).last().click();
    await page.getByLabel('Name').fill('vera');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).last().click();
    await expect(page.getByLabel('Code')).toHaveValue(codes.user_code ?? '');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByText('Roku in the kitchen')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Let it in' }).click();
    await expect(page.getByRole('heading', { name: 'It is in' })).toBeVisible();

    const who = async (key: string): Promise<number> => (await fetch(`${house.url}/api/account`, { headers: { authorization: `Bearer ${key}` } })).status;
    let let_in = await token();
    // It may have to wait before it asks again.
    await expect(async () => {
      if (let_in.status !== 200) let_in = await token();
      expect(let_in.status, JSON.stringify(let_in.body)).toBe(200);
    }).toPass({ intervals: [5500], timeout: 60_000 });
    expect(await who(let_in.body.access_token ?? '')).toBe(200);

    await page.getByRole('link', { name: 'Your devices' }).click();
    const television = page.getByTestId('device').filter({ hasText: 'Roku in the kitchen' });
    await television.getByRole('button', { name: /^Sign out/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await expect(television).toHaveCount(0);
    await expect.poll(() => who(let_in.body.access_token ?? '')).toBe(401);
  });
});
