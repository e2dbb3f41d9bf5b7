import { connect, createServer, type Socket } from 'node:net';

/** What happens to the next commit that goes through: it never arrives, or its answer does not. */
export type Cut = 'request' | 'answer';

export interface DatabaseProxy {
  /** The address of the database, by way of the proxy. */
  readonly url: string;
  /** Has the connection of the next commit cut; resolves when that has happened. */
  cutNext(what: Cut): Promise<void>;
  close(): Promise<void>;
}

const COMMIT = Buffer.from('COMMIT\0');

/** Stands between a server and its database, and cuts their connection at the worst moment. */
export async function startProxy(database: string): Promise<DatabaseProxy> {
  const target = new URL(database);
  let armed: { readonly what: Cut; readonly done: () => void } | null = null;
  const open = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    /** The cut that this connection waits for: its commit was sent, and the database has not answered yet. */
    let pending: (() => void) | null = null;
    const cut = (done: () => void): void => {
      client.destroy();
      upstream.destroy();
      done();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {}).on('close', () => open.delete(socket));
    }
    client.on('end', () => upstream.end()).on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (chunk: Buffer) => {
      if (armed !== null && chunk.includes(COMMIT)) {
        const { what, done } = armed;
        armed = null;
        if (what === 'request') return cut(done);
        pending = done;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (pending === null) client.write(chunk);
      else if (chunk.includes(COMMIT)) cut(pending);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const address = server.address();
  const url = new URL(database);
  url.port = typeof address === 'object' && address !== null ? String(address.port) : '';
  return {
    url: url.href,
    cutNext: (what) => new Promise((done) => (armed = { what, done })),
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
