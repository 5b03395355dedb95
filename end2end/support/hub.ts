// A hub of the test's own: fresh data, free ports, the binary that the build tool has just made.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everybody in a story comes from one address, more often than strangers may. */
export const RAISED = { GUILDHALL_LOG_IN__BURST: '1000', GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR: '1000' };

/** How long a start may take here, where two cores also run a browser. */
const READY_WITHIN_MS = 20_000;
/** How long a stop may take before it is forced. */
const STOP_WITHIN_MS = 10_000;

export interface HubOptions {
  /** Settings beside the addresses and the data folder, as `GUILDHALL_…` variables. */
  env?: Record<string, string>;
  /** A data folder that another hub has left behind; it is not removed at the end. */
  dataDir?: string;
  /** The port of the site, where it has to be one that a page knows already. */
  port?: number;
}

export class Hub {
  private constructor(
    /** Where the site is, without a slash at the end. */
    readonly url: string,
    /** The port game clients log on to. */
    readonly metaserverPort: number,
    readonly dataDir: string,
    private readonly process: ChildProcess,
    private readonly lines: string[],
    private readonly keepData: boolean,
  ) {}

  static async start(options: HubOptions = {}): Promise<Hub> {
    const binary = process.env.GUILDHALL_BIN;
    if (!binary) {
      throw new Error('GUILDHALL_BIN names no program: run the stories through `cargo xtask test stories`');
    }
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'guildhall-story-')));
    const [freePort, metaserverPort] = await freePorts(2);
    const httpPort = options.port ?? freePort;
    const url = `http://127.0.0.1:${httpPort}`;
    const site = process.env.GUILDHALL_SITE;
    const child = spawn(binary, ['serve'], {
      cwd: dataDir,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        RUST_BACKTRACE: '1',
        GUILDHALL_HTTP_ADDR: `127.0.0.1:${httpPort}`,
        GUILDHALL_METASERVER_ADDR: `127.0.0.1:${metaserverPort}`,
        GUILDHALL_DATA_DIR: dataDir,
        GUILDHALL_DATABASE_URL: `sqlite://${join(dataDir, 'guildhall.db')}`,
        // The binary carries its site; only a debug build reads a folder.
        ...(site ? { GUILDHALL_SITE_ROOT: site } : {}),
        ...options.env,
      },
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
    }
    const hub = new Hub(url, metaserverPort, dataDir, child, lines, options.dataDir !== undefined);
    await hub.ready();
    return hub;
  }

  /** Everything the hub has said so far. */
  get log(): string {
    return this.lines.join('\n');
  }

  /** The one-time link that the first start prints, as a path on this hub. */
  async setupPath(): Promise<string> {
    return until('the setup link', () => /\/setup\?token=[^\s"']+/.exec(this.log)?.[0]);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      const force = setTimeout(() => this.process.kill('SIGKILL'), STOP_WITHIN_MS);
      await gone;
      clearTimeout(force);
    }
    if (!this.keepData) {
      await rm(this.dataDir, { recursive: true, force: true });
    }
  }

  private async ready(): Promise<void> {
    try {
      await until('the hub to be ready', async () => {
        if (this.process.exitCode !== null) throw new Error(`the hub ended with code ${this.process.exitCode}`);
        const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
        return answer?.ok || undefined;
      });
    } catch (error) {
      await this.stop();
      throw new Error(`${error}\nThe hub said:\n${this.log}`);
    }
  }
}

/** Asks again and again until there is an answer. */
async function until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${READY_WITHIN_MS} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Ports that are free now. All are held until all are known, or the same one might come twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
