// A Discord of the story's own: people prove there who they are, its servers take commands, and it knocks at the hub's door, signed, with
// what somebody typed.
import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Hub } from './hub';

const APPLICATION = '1100000000000000001';
const TOKEN = 'MTEw.story.token';
/** "Manage Server", in a set of permissions. */
const MANAGES = '32';

export class Discord {
  readonly application = APPLICATION;
  readonly token = TOKEN;
  /** The servers the bot is in, with their names. */
  readonly servers = new Map<string, string>();
  /** Whoever proves next who they are: the number of their account. */
  comes = '';
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly publicHalf: KeyObject,
    private readonly privateHalf: KeyObject,
  ) {}

  static async open(): Promise<Discord> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const server = createServer();
    const discord = new Discord(server, publicKey, privateKey);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', discord.issuer);
        if (url.pathname === '/oauth2/authorize') {
          const back = new URL(url.searchParams.get('redirect_uri') ?? '');
          back.searchParams.set('code', discord.comes);
          back.searchParams.set('state', url.searchParams.get('state') ?? '');
          return void response.writeHead(302, { location: back.href }).end();
        }
        const [status, said] = discord.answer(request.method ?? '', url.pathname, body, request.headers.authorization ?? '');
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return discord;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The key it signs with, as the admin area wants it. */
  get publicKey(): string {
    return this.publicHalf.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  }

  /** A data folder whose configuration has people prove themselves here. */
  async folder(): Promise<{ path: string; remove: () => Promise<void> }> {
    const path = await mkdtemp(join(tmpdir(), 'guildhall-story-'));
    const lines = [
      '[outbound]',
      'allow = ["127.0.0.1"]',
      '[[sign_in]]',
      'id = "discord"',
      'protocol = "discord"',
      `issuer = "${this.issuer}"`,
      `client_id = "${APPLICATION}"`,
      'client_secret = "s3cret"',
    ];
    await writeFile(join(path, 'guildhall.toml'), lines.join('\n'));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  }

  /** Somebody gives a command in a server; what the hub answers. */
  async says(hub: Hub, server: string, account: string, command: string, options: Record<string, string> = {}): Promise<string> {
    this.next += 1;
    const body = JSON.stringify({
      id: String(9_900_000_000_000_000_000n + BigInt(this.next)),
      application_id: APPLICATION,
      type: 2,
      version: 1,
      token: 'story-interaction',
      guild_id: server,
      channel_id: '3300000000000000001',
      locale: 'en-GB',
      member: { user: { id: account, username: 'there' }, permissions: MANAGES },
      data: { id: '1', type: 1, name: command, options: Object.entries(options).map(([name, value]) => ({ name, type: 3, value })) },
    });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const answer = await fetch(`${hub.url}/hooks/discord`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-signature-timestamp': timestamp,
        'x-signature-ed25519': sign(null, Buffer.from(timestamp + body), this.privateHalf).toString('hex'),
      },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`/hooks/discord: ${answer.status} ${text}`);
    return (JSON.parse(text) as { data?: { content?: string } }).data?.content ?? text;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** As https://discord.com/developers/docs says, as far as the hub asks here. */
  private answer(method: string, path: string, body: string, authorization: string): [number, unknown] {
    if (path === '/api/oauth2/token') {
      return [200, { access_token: new URLSearchParams(body).get('code'), token_type: 'Bearer' }];
    }
    const at = `${method} ${path.replace('/api/v10', '')}`;
    if (at === 'GET /gateway') return [200, { url: 'wss://gateway.invalid' }];
    if (at === 'GET /users/@me') return [200, { id: authorization.replace('Bearer ', ''), username: 'there' }];
    if (authorization !== `Bot ${TOKEN}`) return [401, { message: 'no', code: 0 }];
    if (at === 'GET /applications/@me') return [200, { id: APPLICATION, verify_key: this.publicKey }];
    if (/^PUT \/applications\/\d+(\/guilds\/\d+)?\/commands$/.test(at)) return [200, JSON.parse(body)];
    const server = /^GET \/guilds\/(\d+)(\/channels|\/roles)?$/.exec(at);
    const name = server && this.servers.get(server[1]);
    if (server && name) return [200, server[2] ? [] : { id: server[1], name }];
    return [404, { message: 'no', code: 0 }];
  }
}
