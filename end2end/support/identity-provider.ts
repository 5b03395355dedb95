// A service of the story's own that people log in with: OpenID Connect, with a page that asks who one is.
//
// It keeps to the standard as strictly as a hub may expect: client, secret, redirect address, PKCE, nonce, and codes that are good once.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLIENT = 'guildhall';
const SECRET = 'a secret & a half';

interface Grant {
  subject: string;
  asked: URLSearchParams;
}

export class IdentityProvider {
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly grants = new Map<string, Grant>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<IdentityProvider> {
    const server = createServer();
    const provider = new IdentityProvider(server);
    server.on('request', (request, response) => void provider.answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return provider;
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

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /.well-known/openid-configuration':
        return void json(200, {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          token_endpoint_auth_methods_supported: ['client_secret_basic'],
        });
      case 'GET /keys':
        return void json(200, {
          keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
        });
      case 'GET /authorize':
        return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(this.page(url));
      case 'POST /authorize':
        return this.decide(url.searchParams, new URLSearchParams(body), response);
      case 'POST /token': {
        const token = this.token(request, new URLSearchParams(body));
        return void (token
          ? json(200, { access_token: 'unused', token_type: 'Bearer', id_token: token })
          : json(400, { error: 'invalid_grant' }));
      }
      default:
        response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
    }
  }

  private page(url: URL): string {
    const good =
      url.searchParams.get('client_id') === CLIENT &&
      url.searchParams.get('code_challenge_method') === 'S256' &&
      (url.searchParams.get('redirect_uri') ?? '').endsWith('/auth/club/back');
    if (!good) return '<!doctype html><title>The Club</title><h1>Unknown client</h1>';
    const action = `${url.pathname}${url.search}`.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    return `<!doctype html><html lang="en"><title>The Club</title><h1>Who are you?</h1><form method="post" action="${action}">
      <label>Member <input name="subject"></label><button name="say" value="yes">It is me</button>
      <button name="say" value="no">Don't tell</button></form></html>`;
  }

  private decide(asked: URLSearchParams, said: URLSearchParams, response: ServerResponse): void {
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.searchParams.set('state', asked.get('state') ?? '');
    if (said.get('say') === 'yes') {
      const code = randomBytes(16).toString('base64url');
      this.grants.set(code, { subject: said.get('subject') ?? '', asked });
      back.searchParams.set('code', code);
    } else {
      back.searchParams.set('error', 'access_denied');
    }
    response.writeHead(303, { location: back.href }).end();
  }

  private token(request: IncomingMessage, sent: URLSearchParams): string | undefined {
    const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
    const basic = Buffer.from(`${encoded(CLIENT)}:${encoded(SECRET)}`).toString('base64');
    const grant = this.grants.get(sent.get('code') ?? '');
    this.grants.delete(sent.get('code') ?? '');
    const challenge = createHash('sha256').update(sent.get('code_verifier') ?? '').digest('base64url');
    const good =
      grant &&
      request.headers.authorization === `Basic ${basic}` &&
      grant.asked.get('redirect_uri') === sent.get('redirect_uri') &&
      grant.asked.get('code_challenge') === challenge;
    if (!good) return undefined;
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.issuer,
      sub: grant.subject,
      aud: CLIENT,
      iat: now,
      exp: now + 300,
      nonce: grant.asked.get('nonce'),
      preferred_username: grant.subject,
    };
    const text = [{ alg: 'RS256', kid: 'one' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${createSign('sha256').update(text).sign(this.keys.privateKey, 'base64url')}`;
  }
}
