// Another program of the story's own: it takes whatever a webhook is sent.
import { createHmac } from 'node:crypto';
import { type Server, createServer } from 'node:http';

/** How long a delivery may take: the event is read, written down, and sent by a worker. */
const ARRIVES_WITHIN_MS = 15_000;

export interface Delivery {
  event: string;
  signature: string;
  body: string;
}

export class Receiver {
  readonly taken: Delivery[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        const header = (name: string) => String(request.headers[name] ?? '');
        receiver.taken.push({ event: header('guildhall-event'), signature: header('guildhall-signature'), body });
        response.writeHead(200).end('thank you');
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}/hook`;
  }

  /** The newest delivery of that event; waits for it. */
  async delivery(event: string): Promise<Delivery> {
    const end = Date.now() + ARRIVES_WITHIN_MS;
    for (;;) {
      const found = this.taken.findLast((delivery) => delivery.event === event);
      if (found) return found;
      if (Date.now() > end) throw new Error(`no ${event} came; there are:\n${JSON.stringify(this.taken, null, 2)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Whether the delivery was signed with this secret, as the book says it is. */
export function isSigned(delivery: Delivery, secret: string): boolean {
  const at = /^t=(\d+),/.exec(delivery.signature)?.[1];
  const expected = createHmac('sha256', secret).update(`${at}.${delivery.body}`).digest('hex');
  return delivery.signature === `t=${at},v1=${expected}`;
}
