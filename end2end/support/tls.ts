// The proxy an operator puts in front of a hub: TLS with a certificate, and plain HTTP that leads there.
import { type RequestListener, createServer as plain, request } from 'node:http';
import { type Server, createServer as secure } from 'node:https';
import type { AddressInfo, Server as Plain } from 'node:net';
import { generate } from 'selfsigned';

export class TlsFront {
  private constructor(
    private readonly servers: Plain[],
    /** The certificate, for those who are to trust it. */
    readonly certificate: string,
    readonly httpPort: number,
    readonly httpsPort: number,
  ) {}

  /** A front for `host`, passing everything on to the hub's port, and telling it who came and how. */
  static async before(host: string, hubPort: () => number): Promise<TlsFront> {
    const made = await generate([{ name: 'commonName', value: host }], {
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
      ],
    });
    const pass: RequestListener = (asked, answer) => {
      const headers = { ...asked.headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': asked.socket.remoteAddress };
      const on = request({ port: hubPort(), host: '127.0.0.1', method: asked.method, path: asked.url, headers });
      on.on('response', (given) => given.pipe(answer.writeHead(given.statusCode ?? 502, given.headers)));
      on.on('error', () => answer.destroy());
      asked.pipe(on);
    };
    const https: Server = secure({ key: made.private, cert: made.cert }, pass);
    const httpsPort = await listen(https);
    const http = plain((asked, answer) => {
      answer.writeHead(301, { location: `https://${host}:${httpsPort}${asked.url}` }).end();
    });
    return new TlsFront([https, http], made.cert, await listen(http), httpsPort);
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => new Promise((stopped) => server.close(stopped))));
  }
}

async function listen(server: Plain): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, 'localhost', ready));
  return (server.address() as AddressInfo).port;
}
