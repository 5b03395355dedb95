// Services of the world that plugins call, on this machine: the hub reaches them by the operator's detours, over TLS, and they prove
// themselves with a certificate that it is told to trust.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

export interface Asked {
  /** Method, host and path. */
  line: string;
  body: string;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export class Gateway {
  readonly asked: Asked[] = [];
  private answer: (asked: Asked) => Answer = () => ({ status: 204 });

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    private readonly host: string,
  ) {}

  /** Stands for that host. */
  static async of(host: string): Promise<Gateway> {
    // Its own issuer, yet no authority: who proves itself may not be one.
    const made = await generate([{ name: 'commonName', value: host }], {
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
      ],
    });
    const folder = await mkdtemp(join(tmpdir(), 'guildhall-gateway-'));
    await writeFile(join(folder, 'ca.pem'), made.cert);
    const server = createServer({ key: made.private, cert: made.cert });
    const gateway = new Gateway(server, folder, host);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        const asked = { line: `${request.method} ${request.headers.host}${request.url}`, body };
        gateway.asked.push(asked);
        const { status, body: said, headers } = gateway.answer(asked);
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(said === undefined ? undefined : JSON.stringify(said));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return gateway;
  }

  /** What it answers from now on. */
  answers(answer: (asked: Asked) => Answer): void {
    this.answer = answer;
  }

  /** What a hub has to be told to find it. */
  get env(): Record<string, string> {
    return {
      GUILDHALL_OUTBOUND__DETOURS: `${this.host}=127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      GUILDHALL_OUTBOUND__CA_FILE: join(this.folder, 'ca.pem'),
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.folder, { recursive: true, force: true });
  }
}
