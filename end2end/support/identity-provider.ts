// A service that people log in with: a certified OpenID Connect provider (the package oidc-provider), and a page of the story's
// own that asks who one is. What it says of people stands where the standard puts it, at its userinfo endpoint.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Provider } from 'oidc-provider';

const CLIENT = 'guildhall';
const SECRET = 'a secret & a half';

export class IdentityProvider {
  private provider: Provider | undefined;

  private constructor(private readonly server: Server) {}

  /** It listens, and knows no hub yet. */
  static async open(): Promise<IdentityProvider> {
    const server = createServer();
    const service = new IdentityProvider(server);
    server.on('request', (request, response) => {
      service.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return service;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** A data folder whose configuration names this service; for `Hub.start`, which leaves the folder alone. */
  async folder(): Promise<{ path: string; remove: () => Promise<void> }> {
    const path = await mkdtemp(join(tmpdir(), 'guildhall-story-'));
    await writeFile(join(path, 'client-secret'), `${SECRET}\n`, { mode: 0o600 });
    const lines = [
      '[outbound]',
      'allow = ["127.0.0.1"]',
      '[[sign_in]]',
      'id = "club"',
      'protocol = "openid_connect"',
      'name = "The Club"',
      `issuer = "${this.issuer}"`,
      `client_id = "${CLIENT}"`,
      `client_secret_file = "${join(path, 'client-secret')}"`,
    ];
    await writeFile(join(path, 'guildhall.toml'), lines.join('\n'));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  }

  /** Registers the hub there. */
  register(hub: string): void {
    this.provider = new Provider(this.issuer, {
      clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [`${hub}/auth/club/back`] }],
      claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
      cookies: { keys: ['a key of the story'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
      interactions: { url: (_, interaction) => `/who/${interaction.uid}` },
      // Everybody there lets the hub know what it asks for.
      loadExistingGrant: async ({ oidc }) => {
        const { provider, client, session } = oidc;
        const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
        grant.addOIDCScope('openid profile email');
        await grant.save();
        return grant;
      },
      pkce: { required: () => true },
      ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 300, IdToken: 300, Interaction: 300, Session: 300 },
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.provider) throw new Error('no hub is registered');
    const url = new URL(request.url ?? '/', this.issuer);
    if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
    if (!url.pathname.startsWith('/who/')) return this.provider.callback()(request, response);
    // Throws unless it is asked by the browser that was sent here.
    await this.provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    }
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const said = new URLSearchParams(body);
    const result =
      said.get('say') === 'yes' ? { login: { accountId: said.get('subject') ?? '', remember: false } } : { error: 'access_denied' };
    await this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
}

const PAGE = `<!doctype html><html lang="en"><title>The Club</title><h1>Who are you?</h1><form method="post">
  <label>Member <input name="subject"></label><button name="say" value="yes">It is me</button>
  <button name="say" value="no">Don't tell</button></form></html>`;
