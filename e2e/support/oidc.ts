import { createServer, type Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import Provider from 'oidc-provider';
import { freePort } from './server.ts';

/** Somebody whom the provider knows, by the name that they sign in with there. */
export interface Person {
  email: string;
  email_verified: boolean;
  name?: string;
  preferred_username?: string;
}

/** A certified OpenID provider on a port of this machine, with pages on which one signs in as anybody. */
export class IdentityProvider {
  static readonly clientId = 'matinee';
  static readonly clientSecret = 'a secret of the tests';

  private constructor(
    readonly issuer: string,
    readonly people: Map<string, Person>,
    private readonly server: HttpServer
  ) {}

  /** Starts one that sends people back to `redirect`. */
  static async start(redirect: string): Promise<IdentityProvider> {
    const port = await freePort();
    const issuer = `http://localhost:${port}`;
    const people = new Map<string, Person>();
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: IdentityProvider.clientId,
          client_secret: IdentityProvider.clientSecret,
          redirect_uris: [redirect],
          grant_types: ['authorization_code'],
          response_types: ['code']
        }
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
      pkce: { required: () => true, methods: ['S256'] },
      cookies: { keys: ['the tests sign cookies with this'] },
      features: { devInteractions: { enabled: true } },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({ sub: id, ...people.get(id) })
      })
    });
    const server = createServer(provider.callback()).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new IdentityProvider(issuer, people, server);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
