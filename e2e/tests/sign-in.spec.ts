import { expect, test as base, type Page } from '@playwright/test';
import { IdentityProvider } from '../support/oidc.ts';
import { freePort, Server } from '../support/server.ts';

const PASSWORD = 'correct horse battery';

interface Session {
  authenticated: boolean;
  user: { id: string; username: string; role: string } | null;
}

/** A Matinee with accounts, on a port that is known beforehand, seen as localhost: passkeys need a name. */
async function start(env: Record<string, string> = {}): Promise<Server & { site: string; operator: string }> {
  const server = await Server.start({ MATINEE_AUTH: 'operator', ...env });
  const site = `http://localhost:${server.port}`;
  const password = /password\s+([a-z0-9-]{20,})/.exec(server.output)?.[1];
  if (!password) throw new Error(`no password in:\n${server.output}`);
  const answer = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'operator', password })
  });
  const { token } = (await answer.json()) as { token: string };
  return Object.assign(server, { site, operator: token });
}

async function makeAccount(server: Server & { operator: string }, account: Record<string, string>): Promise<void> {
  const answer = await fetch(`${server.url}/api/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.operator}` },
    body: JSON.stringify({ password: PASSWORD, ...account })
  });
  expect(answer.status).toBe(201);
}

const who = (page: Page): Promise<Session> => page.evaluate(async () => (await fetch('/api/session')).json() as Promise<Session>);

/** Calls the API from the page, as the page itself does. */
function call(page: Page, method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  return page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(path as string, {
        method: method as string,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
      });
      const text = await answer.text();
      return { status: answer.status, body: text ? (JSON.parse(text) as unknown) : null };
    },
    [method, path, body] as const
  );
}

base.describe('a passkey', () => {
  base('signs in without a name or a password, and only its owner', async ({ page }) => {
    const server = await start();
    try {
      await makeAccount(server, { username: 'ada' });
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('WebAuthn.enable');
      const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
        options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
      });
      await page.goto(`${server.site}/login`);
      expect((await call(page, 'POST', '/api/session', { username: 'ada', password: PASSWORD })).status).toBe(200);
      const made = await page.evaluate(async () => {
        const options = (await (await fetch('/api/account/passkeys/options', { method: 'POST' })).json()) as PublicKeyCredentialCreationOptionsJSON;
        const credential = (await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)
        })) as PublicKeyCredential;
        const answer = await fetch('/api/account/passkeys', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'This laptop', credential: credential.toJSON() })
        });
        return { status: answer.status, body: (await answer.json()) as { id: string; name: string } };
      });
      expect(made.status).toBe(201);
      expect(made.body.name).toBe('This laptop');
      expect((await call(page, 'DELETE', '/api/session')).status).toBe(204);
      expect((await who(page)).authenticated).toBe(false);

      const use = (again: boolean) =>
        page.evaluate(async (again) => {
          const send = (body: unknown) =>
            fetch('/api/session/passkey/finish', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
          const options = (await (await fetch('/api/session/passkey/options', { method: 'POST' })).json()) as PublicKeyCredentialRequestOptionsJSON;
          const credential = (await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)
          })) as PublicKeyCredential;
          const first = (await send(credential.toJSON())).status;
          return again ? [first, (await send(credential.toJSON())).status] : [first];
        }, again);
      expect(await use(true)).toEqual([200, 401]); // what was sent once is not good twice
      expect((await who(page)).user?.username).toBe('ada');

      // An authenticator that does not ask who holds it is refused by the browser already.
      await call(page, 'DELETE', '/api/session');
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
      await expect(use(false)).rejects.toThrow(/NotAllowedError|not allowed/);
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
      expect(await use(false)).toEqual([200]);

      // Removed, it opens nothing.
      expect((await call(page, 'DELETE', `/api/account/passkeys/${made.body.id}`)).status).toBe(204);
      await call(page, 'DELETE', '/api/session');
      expect(await use(false)).toEqual([401]);
    } finally {
      await server.stop();
    }
  });
});

base.describe('an account at a provider', () => {
  interface Place {
    server: Server & { site: string; operator: string };
    provider: IdentityProvider;
  }
  const test = base.extend<{ settings: Record<string, string>; place: Place }>({
    settings: [{}, { option: true }],
    place: async ({ settings }, use) => {
      const port = await freePort();
      const site = `http://localhost:${port}`;
      const provider = await IdentityProvider.start(`${site}/api/session/oidc/sso/callback`);
      const server = await start({
        PORT: String(port),
        MATINEE_PUBLIC_URL: site,
        MATINEE_OIDC_ISSUER: provider.issuer,
        MATINEE_OIDC_CLIENT_ID: IdentityProvider.clientId,
        MATINEE_OIDC_CLIENT_SECRET: IdentityProvider.clientSecret,
        MATINEE_OIDC_NAME: 'The club',
        ...settings
      });
      await use({ server, provider });
      await server.stop();
      provider.stop();
    }
  });

  /** Signs in on the provider's own pages. */
  async function signInThere(page: Page, login: string): Promise<void> {
    await page.locator('input[name=login]').fill(login);
    await page.locator('input[name=password]').fill('anything');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').click(); // lets the service know who it is
  }

  test.describe('that may sign up', () => {
    test.use({ settings: { MATINEE_OIDC_SIGN_UP: 'true' } });

    test('makes an account the first time and finds it the next', async ({ page, place: { server, provider } }) => {
      const instance = (await (await fetch(`${server.url}/api/instance`)).json()) as { oidc: unknown };
      expect(instance.oidc).toEqual([{ id: 'sso', name: 'The club' }]);
      provider.people.set('u-1', { email: 'Grace@Example.org', email_verified: true, name: 'Grace Hopper', preferred_username: 'grace' });
      await page.goto(`${server.site}/api/session/oidc/sso?next=/browse`);
      await signInThere(page, 'u-1');
      await page.waitForURL(`${server.site}/browse**`);
      const first = await who(page);
      expect(first.user).toMatchObject({ username: 'grace', role: 'viewer' });
      const account = (await call(page, 'GET', '/api/account')).body as Record<string, unknown>;
      expect(account).toMatchObject({ email: 'grace@example.org', email_verified: true, display_name: 'Grace Hopper', has_password: false });

      // The only way in is not to be thrown away.
      expect((await call(page, 'DELETE', '/api/account/identities/sso')).status).toBe(409);
      await call(page, 'DELETE', '/api/session');
      await page.goto(`${server.site}/api/session/oidc/sso`);
      await page.waitForURL(`${server.site}/`); // the provider remembers
      expect((await who(page)).user?.id).toBe(first.user?.id);
    });

    test('is sent to this site and nowhere else', async ({ page, place: { server, provider } }) => {
      provider.people.set('u-2', { email: 'x@example.org', email_verified: true });
      await page.goto(`${server.site}/api/session/oidc/sso?next=${encodeURIComponent('//evil.example/')}`);
      await signInThere(page, 'u-2');
      await page.waitForURL(`${server.site}/`);
    });
  });

  test('finds nobody, and makes nobody, unless it is allowed to', async ({ page, place: { server, provider } }) => {
    await makeAccount(server, { username: 'ada', email: 'ada@example.org' });
    provider.people.set('u-3', { email: 'ada@example.org', email_verified: true });
    await page.goto(`${server.site}/api/session/oidc/sso`);
    await signInThere(page, 'u-3');
    await page.waitForURL(/\/login\?error=/);
    expect((await who(page)).authenticated).toBe(false);

    // Signed in here, its owner links it by hand; from then on it signs in.
    expect((await call(page, 'POST', '/api/session', { username: 'ada', password: PASSWORD })).status).toBe(200);
    await page.goto(`${server.site}/api/session/oidc/sso?link=true&next=/account`);
    await page.waitForURL(`${server.site}/account**`);
    const linked = (await call(page, 'GET', '/api/account/identities')).body as { provider: string }[];
    expect(linked.map(({ provider }) => provider)).toEqual(['sso']);
    await call(page, 'DELETE', '/api/session');
    await page.goto(`${server.site}/api/session/oidc/sso`);
    await page.waitForURL(`${server.site}/`);
    expect((await who(page)).user?.username).toBe('ada');
  });

  test.describe('that is trusted with addresses', () => {
    test.use({ settings: { MATINEE_OIDC_LINK_BY_EMAIL: 'true' } });

    test('is the account with the same address, if both have proven it', async ({ page, browser, place: { server, provider } }) => {
      await makeAccount(server, { username: 'ada', email: 'ada@example.org' });
      provider.people.set('liar', { email: 'ada@example.org', email_verified: false });
      provider.people.set('ada', { email: 'ada@example.org', email_verified: true });
      await page.goto(`${server.site}/api/session/oidc/sso`);
      await signInThere(page, 'liar');
      await page.waitForURL(/\/login\?error=/);
      const other = await browser.newPage();
      await other.goto(`${server.site}/api/session/oidc/sso`);
      await signInThere(other, 'ada');
      await other.waitForURL(`${server.site}/`);
      expect((await who(other)).user?.username).toBe('ada');
      await other.close();
    });
  });

  test('is believed only when somebody comes back who has left', async ({ page, place: { server, provider } }) => {
    provider.people.set('u-4', { email: 'u4@example.org', email_verified: true });
    await page.goto(`${server.site}/login`);
    for (const query of ['code=stolen&state=guessed', 'error=access_denied', '']) {
      await page.goto(`${server.site}/api/session/oidc/sso/callback?${query}`);
      await page.waitForURL(/\/login\?error=/);
    }
    expect((await fetch(`${server.url}/api/session/oidc/other`, { redirect: 'manual' })).status).toBe(404);
  });
});
