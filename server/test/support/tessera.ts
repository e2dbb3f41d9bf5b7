import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Store } from '../../src/app/ports/store.ts';
import { readOptions } from '../../src/config/options.ts';
import type { UserEvent } from '../../src/core/user/events.ts';
import type { User } from '../../src/core/user/user.ts';
import { type ServerParts, startServer } from '../../src/server/server.ts';
import { type Documented, documentsOf, expectDocumented } from './documented.ts';
import { type FreshDatabase, freshDatabase } from './engine.ts';
import { type TestSetup, testSetup } from './setup.ts';

/** A real server in this process, on a folder and a port of its own. */
export interface Tessera {
  readonly url: string;
  readonly dataDir: string;
  /** URL of its database, to look into it from outside. */
  readonly database: string;
  readonly store: Store;
  /** Sends a request; a body that is no text goes as JSON. The answer is held to the document of its API. */
  send(method: string, path: string, request?: TestRequest): Promise<TestResponse>;
  user(id: string): Promise<User>;
  events(id: string): Promise<UserEvent[]>;
  /** Stops and starts it again on the same data. */
  restart(parts?: ServerParts): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

/**
 * Starts a server; tests stop it in `afterAll`.
 *
 * @param given the database; a fresh one unless given
 * @param options further options of `tessera serve`
 */
export async function startTessera(
  setup: TestSetup | null = testSetup(),
  parts: ServerParts = {},
  given?: FreshDatabase,
  options: readonly string[] = [],
): Promise<Tessera> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-'));
  const database = given ?? (await freshDatabase(dataDir));
  const args = ['--port', '0', '--data', dataDir, ...database.args, ...options];
  if (setup !== null) {
    const path = join(dataDir, 'test-setup.json');
    writeFileSync(path, JSON.stringify(setup));
    args.push('--setup', path);
  }
  let store: Store | undefined;
  let documents: readonly Documented[] = [];
  const start = (more: ServerParts) =>
    startServer(
      readOptions(args, database.env),
      { stdout: { write: () => true }, env: {} },
      {
        logger: pino({ level: 'silent' }),
        // What is to be sent can be read in the outbox.
        senders: null,
        ...more,
        onDialects: (dialects) => {
          documents = documentsOf(dialects);
        },
        onStore: (opened) => {
          store = more.onStore?.(opened) ?? opened;
          return store;
        },
      },
    );
  let server = await start(parts);
  const opened = (): Store => {
    if (store === undefined) throw new Error('the server is not running');
    return store;
  };
  return {
    get url() {
      return server.url;
    },
    dataDir,
    database: database.url,
    get store() {
      return opened();
    },
    async send(method, path, request = {}) {
      const response = await send(`${server.url}${path}`, method, request);
      expectDocumented(documents, method, path, response);
      return response;
    },
    async user(id) {
      const user = await opened().user(id);
      if (user === null) throw new Error(`there is no user ${id}`);
      return user;
    },
    events: (id) => opened().events(id),
    async restart(more = parts) {
      await server.close('restart');
      server = await start(more);
    },
    async stop() {
      await server.close('test');
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Sends one request; a body that is no text goes as JSON. */
export async function send(url: string, method: string, { headers = {}, body }: TestRequest): Promise<TestResponse> {
  const isText = typeof body === 'string' || body === undefined;
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}
