// A mailbox of the story's own: a mail server that takes every letter and shows it.
import { type Server, createServer } from 'node:net';

/** How long a letter may take: the hub writes it first, and a worker sends it. */
const ARRIVES_WITHIN_MS = 15_000;

export interface Letter {
  to: string;
  /** The part that is plain text. */
  text: string;
}

export class Mailbox {
  private readonly letters: Letter[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Mailbox> {
    const server = createServer();
    const mailbox = new Mailbox(server);
    server.on('connection', (socket) => {
      let held = '';
      let to = '';
      let inLetter = false;
      const say = (line: string) => socket.write(`${line}\r\n`);
      socket.on('error', () => {});
      socket.setEncoding('utf8').on('data', (text: string) => {
        held += text;
        for (;;) {
          const end = held.indexOf(inLetter ? '\r\n.\r\n' : '\r\n');
          if (end < 0) return;
          const part = held.slice(0, end);
          held = held.slice(end + (inLetter ? 5 : 2));
          if (inLetter) {
            inLetter = false;
            mailbox.letters.push({ to, text: plainText(part) });
            say('250 taken');
          } else if (/^RCPT/i.test(part)) {
            to = /<(.*)>/.exec(part)?.[1] ?? '';
            say('250 well');
          } else if (/^DATA/i.test(part)) {
            inLetter = true;
            say('354 go on');
          } else if (/^QUIT/i.test(part)) {
            say('221 goodbye');
            socket.end();
          } else {
            say('250 well');
          }
        }
      });
      say('220 a mailbox');
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return mailbox;
  }

  /** What a hub has to know to send its letters here. */
  get env(): Record<string, string> {
    return {
      GUILDHALL_SMTP__HOST: '127.0.0.1',
      GUILDHALL_SMTP__PORT: String((this.server.address() as { port: number }).port),
      GUILDHALL_SMTP__SECURITY: 'none',
      GUILDHALL_SMTP__FROM: 'hall@example.org',
    };
  }

  /** The newest letter to somebody that has this in it; waits for it. */
  async letter(to: string, pattern: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + ARRIVES_WITHIN_MS;
    for (;;) {
      for (const letter of [...this.letters].reverse()) {
        const found = letter.to === to ? pattern.exec(letter.text) : null;
        if (found) return found;
      }
      if (Date.now() > end) {
        throw new Error(`no letter to ${to} has ${pattern}; there are:\n${JSON.stringify(this.letters, null, 2)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The plain part of a letter, read as its header says (RFC 2045 §6). */
function plainText(letter: string): string {
  const boundary = /boundary="?([^"\r\n;]+)/.exec(letter)?.[1];
  const parts = boundary ? letter.split(`--${boundary}`) : [letter];
  const part = parts.find((part) => /content-type:\s*text\/plain/i.test(part)) ?? letter;
  const at = part.indexOf('\r\n\r\n');
  const body = part.slice(at + 4).replace(/^\.\./gm, '.');
  const encoding = /content-transfer-encoding:\s*([\w-]+)/i.exec(part.slice(0, at))?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
