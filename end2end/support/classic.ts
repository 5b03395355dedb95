// A classic game client, as a process of its own: it speaks the game's bytes over a real socket.
import { type ChildProcess, spawn } from 'node:child_process';

export type Dialect = 'myth2' | 'aleph-one';

export class ClassicClient {
  private constructor(
    private readonly process: ChildProcess,
    private readonly heard: string[],
  ) {}

  /** Logs on and enters the first room. */
  static async enter(
    dialect: Dialect,
    hub: { url: string; metaserverPort: number },
    name: string,
    password: string,
  ): Promise<ClassicClient> {
    const binary = process.env.GUILDHALL_CLASSIC_CLIENT;
    if (!binary) {
      throw new Error('GUILDHALL_CLASSIC_CLIENT names no program: run the stories through `cargo xtask test stories`');
    }
    const child = spawn(binary, [dialect, `127.0.0.1:${hub.metaserverPort}`, hub.url, name, password], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const client = new ClassicClient(child, []);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      client.heard.push(...text.split('\n').filter(Boolean));
    });
    await client.hears(/^in room/);
    return client;
  }

  /** Says a line in the room. */
  say(text: string): void {
    this.process.stdin?.write(`say ${text}\n`);
  }

  /** Writes what others are shown of this player. */
  writes(city: string, state: string, country: string, quote: string): void {
    this.orders(`write ${[city, state, country, quote].join('|')}`);
  }

  /** Opens a game of that name. */
  host(name: string): void {
    this.process.stdin?.write(`host ${name}\n`);
  }

  /** The number this player has in the lobby. */
  get number(): number {
    return Number(this.heard.map((line) => /^in room as (\d+)/.exec(line)?.[1]).find(Boolean));
  }

  /**
   * Plays a duel to its end: hosts it, has it begin, and reports that this one won. The other reports, too: the same, or to have won.
   */
  async duels(other: ClassicClient, name: string, agreed: boolean): Promise<void> {
    this.host(name);
    await other.hears(new RegExp(`^game ${name} is listed`));
    this.orders(`players ${this.number} ${other.number}`, 'start', `result ${this.number} ${this.number} ${other.number}`, 'unhost');
    await other.hears(new RegExp(`^game ${name} is gone`));
    other.orders(`result ${this.number} ${agreed ? `${this.number} ${other.number}` : `${other.number} ${this.number}`}`);
  }

  private orders(...orders: string[]): void {
    for (const order of orders) this.process.stdin?.write(`${order}\n`);
  }

  /** Opens a game of that name, and streams a film of it, of ten minutes. */
  films(name: string): void {
    this.host(name);
    this.orders('film');
  }

  /** Waits for the client to hear something. */
  async hears(pattern: RegExp): Promise<string> {
    const end = Date.now() + 10_000;
    for (;;) {
      const line = this.heard.find((line) => pattern.test(line));
      if (line) return line;
      if (this.process.exitCode !== null) throw new Error(`the client ended; it heard:\n${this.heard.join('\n')}`);
      if (Date.now() > end) throw new Error(`never heard ${pattern}; it heard:\n${this.heard.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Leaves as a player does who quits the game. */
  async leave(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`the client does not end; it heard:\n${this.heard.join('\n')}`)), 10_000).unref();
    });
    this.process.stdin?.end();
    await Promise.race([gone, late]);
  }
}
