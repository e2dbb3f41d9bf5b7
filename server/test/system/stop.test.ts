import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, type DialectName, dialectClients, somebody } from '../support/clients.ts';
import { countRows } from '../support/rows.ts';
import type { TestRequest, TestResponse } from '../support/tessera.ts';
import { Folders, type ServerProcess, startProcess, stopProcess } from './process.ts';

type Style = DialectName | 'avibra-v1';

const STYLES: readonly Style[] = [...DIALECT_NAMES, 'avibra-v1'];
const WORKERS_PER_STYLE = 3;
/** How a client learns that nobody listens any more; none of these comes with the beginning of an answer. */
const GONE = ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'];

const folders = new Folders();
afterAll(() => folders.remove());

interface Load {
  /** Marks of writes that were acknowledged, with the dialect. */
  readonly acknowledged: Map<string, Style>;
  /** Every call that did not end as it may. */
  readonly wrong: string[];
  readonly ended: Promise<unknown>;
}

/** Sends like a client that tells an answer that breaks off from one that never began. */
function carefulSend(url: string, wrong: string[]) {
  return async (method: string, path: string, { headers = {}, body }: TestRequest = {}): Promise<TestResponse> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    try {
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
    } catch (error) {
      wrong.push(`${method} ${path} began its answer with ${response.status} and broke it off`);
      throw error;
    }
  };
}

/** Clients of every dialect that write without pause until nobody listens any more. */
async function startLoad(server: ServerProcess): Promise<Load> {
  const acknowledged = new Map<string, Style>();
  const wrong: string[] = [];
  const clients = await dialectClients({ send: carefulSend(server.url, wrong) });
  const users = await Promise.all(STYLES.map(async () => (await clients.ownli.create(somebody())).id ?? ''));
  let count = 0;
  const worker = async (style: Style, userId: string): Promise<void> => {
    const client = clients[style === 'avibra-v1' ? 'avibra' : style];
    for (;;) {
      count += 1;
      const mark = `mark-${server.pid}-${count}`;
      const headers = { 'idempotency-key': mark, ...(style === 'avibra-v1' ? { version: 'v1' } : {}) };
      try {
        const { status, text } = await client.update(userId, { givenName: mark, familyName: 'Mouse' }, headers);
        if (status === 200) acknowledged.set(mark, style);
        else wrong.push(`${style} answered ${status}: ${text}`);
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
        if (!GONE.includes(code)) wrong.push(`${style} ended with ${code}`);
        return;
      }
    }
  };
  const ended = Promise.all(
    STYLES.flatMap((style, at) => Array.from({ length: WORKERS_PER_STYLE }, () => worker(style, users[at] ?? ''))),
  );
  return { acknowledged, wrong, ended };
}

/** How often each mark is in the histories. */
async function marksIn(database: string): Promise<{ marks: Map<string, number>; findings: readonly string[] }> {
  const { events, findings } = await checkDatabase(database);
  const marks = new Map<string, number>();
  for (const { changes } of [...events.values()].flat()) {
    const mark = changes['profile.givenName']?.after;
    if (typeof mark === 'string') marks.set(mark, (marks.get(mark) ?? 0) + 1);
  }
  return { marks, findings };
}

/** Statuses of `/readyz` on one connection, opened before, until the server ends it. */
function watchReadiness(url: string): { readonly statuses: number[]; readonly ended: Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses: number[] = [];
  const ask = () =>
    new Promise<boolean>((resolve) => {
      get(`${url}/readyz`, { agent }, (response) => {
        statuses.push(response.statusCode ?? 0);
        response.resume().on('end', () => resolve(response.headers.connection !== 'close'));
      }).on('error', () => resolve(false));
    });
  const run = async (): Promise<void> => {
    while (await ask()) await sleep(5);
    agent.destroy();
  };
  return { statuses, ended: run() };
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s under load through all dialects', (signal) => {
  it('turns readiness red, finishes what was accepted, loses nothing, and ends with 0 within 10 s', async () => {
    // Given
    const { database, args } = await folders.prepared();
    const server = await startProcess(args, { TESSERA_LOG_LEVEL: 'warn' });
    const load = await startLoad(server);
    const readiness = watchReadiness(server.url);
    await sleep(700);
    // When
    const signalledAt = performance.now();
    server.kill(signal);
    const ended = await server.ended;
    const seconds = (performance.now() - signalledAt) / 1000;
    await Promise.all([load.ended, readiness.ended]);
    // Then
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(seconds).toBeLessThan(10);
    expect(readiness.statuses).toContain(200);
    expect(readiness.statuses.at(-1)).toBe(503);
    expect(load.wrong).toEqual([]);
    expect(new Set(load.acknowledged.values())).toEqual(new Set(STYLES));
    const stopped = await marksIn(database);
    expect(stopped.findings).toEqual([]);
    const missing = [...load.acknowledged].filter(([mark]) => stopped.marks.get(mark) !== 1);
    // What was accepted for later may still wait, but only as long as it is on disk.
    expect(missing.filter(([, style]) => style !== 'avibra-v1')).toEqual([]);
    expect(await countRows(database, 'deferred')).toBeGreaterThanOrEqual(missing.length);
    const again = await startProcess(args);
    await waitForDeferred(database);
    await stopProcess(again);
    const { marks } = await marksIn(database);
    expect([...load.acknowledged.keys()].filter((mark) => marks.get(mark) !== 1)).toEqual([]);
  });
});

async function waitForDeferred(database: string): Promise<void> {
  await expect.poll(() => countRows(database, 'deferred'), { timeout: 5000 }).toBe(0);
}

describe('SIGKILL under load', () => {
  it('is survived: the next start is ready within 3 s, with everything that was acknowledged', async () => {
    const { database, args } = await folders.prepared();
    const server = await startProcess(args, { TESSERA_LOG_LEVEL: 'fatal' });
    const load = await startLoad(server);
    await sleep(500);
    server.kill('SIGKILL');
    await Promise.all([server.ended, load.ended]);
    const again = await startProcess(args);
    expect(again.readyAfter).toBeLessThan(3000);
    await waitForDeferred(database);
    await stopProcess(again);
    const { marks, findings } = await marksIn(database);
    expect(findings).toEqual([]);
    expect([...load.acknowledged.keys()].filter((mark) => marks.get(mark) !== 1)).toEqual([]);
    expect(load.acknowledged.size).toBeGreaterThan(50);
  });
});

describe('a signal to a server with nothing to do', () => {
  it('ends it within 2 s, and the ready line stays the only line of standard output', async () => {
    const { args } = await folders.prepared();
    const server = await startProcess(args);
    const signalledAt = performance.now();
    const { code, stdout } = await stopProcess(server);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `tessera listening on ${server.url}\n` });
    expect(performance.now() - signalledAt).toBeLessThan(2000);
  });
});
