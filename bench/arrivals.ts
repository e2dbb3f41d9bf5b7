import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver of the bench: answers at once, or never, and notes when each value of an update came. */
export class Arrivals {
  readonly url: string;
  readonly #close: () => void;
  /** Value of the update to when it came, in milliseconds of the bench's clock. */
  readonly at = new Map<string, number>();
  count = 0;
  isDead = false;

  private constructor(url: string, close: () => void) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<Arrivals> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => arrivals.#arrived(Buffer.concat(chunks).toString(), response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const arrivals: Arrivals = new Arrivals(`http://127.0.0.1:${port}`, () => {
      server.close();
      server.closeAllConnections();
    });
    return arrivals;
  }

  close(): void {
    this.#close();
  }

  #arrived(body: string, response: ServerResponse): void {
    if (this.isDead) return;
    const { data } = JSON.parse(body) as { data: { changes: Record<string, { after: unknown }> } };
    this.at.set(String(data.changes['extra.customField1']?.after), performance.now());
    this.count += 1;
    response.writeHead(204).end();
  }
}
