import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { COPIED } from '../../src/store/copy/tables.ts';
import { dialectClients, somebody } from '../support/clients.ts';
import { startCluster } from '../support/postgres/cluster.ts';
import { createDatabase } from '../support/postgres/database.ts';
import { runToEnd } from '../system/process.ts';
import { makeInstance } from './instance.ts';
import { contentsOf, copyOf, Databases, type EngineName, endCopies, rowsCopied, serve, startCopy } from './support.ts';

/** Kills of one copy. */
const KILLS = 10;

const databases = new Databases();
const sources = {} as Record<EngineName, string>;
const contents = {} as Record<EngineName, Awaited<ReturnType<typeof contentsOf>>>;
beforeAll(async () => {
  for (const engine of ['sqlite', 'postgres'] as const) {
    sources[engine] = await databases.empty(engine);
    await makeInstance(sources[engine], 4);
    contents[engine] = await contentsOf(sources[engine]);
  }
});
afterEach(endCopies);
afterAll(() => databases.remove());

/** Rows that a copy counts: all but those that follow from records. */
function total(tables: Record<string, readonly unknown[]>): number {
  return COPIED.reduce((sum, { name }) => sum + (tables[name]?.length ?? 0), 0);
}

async function refusedToServe(database: string): Promise<void> {
  const ended = await runToEnd(['serve', '--port', '0', '--data', databases.path(), '--database', database]);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toMatch(/^tessera: \S.* holds an unfinished copy of another: [^\n]+\n$/);
}

describe.each([
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as [EngineName, EngineName][])('a copy from %s to %s', (from, to) => {
  it('given a copy that is killed again and again, then each goes on where the last one was, and the end is the same', async () => {
    const target = await databases.empty(to);
    const seen: number[] = [];
    let isDone = false;
    for (let n = 0; !isDone && n < KILLS; n += 1) {
      const copy = startCopy(sources[from], target);
      // While it opens the databases now and then, else among the pages.
      if (n % 4 === 0) await sleep(Math.random() * 400);
      else await copy.until('copying').then(() => sleep(Math.random() * 80));
      copy.kill('SIGKILL');
      const { code, stderr } = await copy.ended;
      expect([null, 0], stderr).toContain(code);
      const rows = await rowsCopied(target);
      isDone = rows === null && seen.length > 0;
      if (rows !== null) seen.push(rows);
    }
    expect(new Set(seen).size).toBeGreaterThan(4);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    if (!isDone) await copyOf(sources[from], target);
    expect(await rowsCopied(target)).toBeNull();
    expect(await contentsOf(target)).toEqual(contents[from]);
  });

  it('given a copy that is killed while it compares, then the next one compares all of it', async () => {
    const target = await databases.empty(to);
    for (let n = 0; n < 3; n += 1) {
      const copy = startCopy(sources[from], target);
      await copy.until('checking').then(() => sleep(Math.random() * 20));
      copy.kill('SIGKILL');
      await copy.ended;
      expect(await rowsCopied(target)).toBe(total(contents[from]));
    }
    const steps: string[] = [];
    await copyOf(sources[from], target, { onStep: ({ kind }) => void steps.push(kind) });
    expect([...new Set(steps)]).toEqual(['continued', 'checking']);
    expect(await contentsOf(target)).toEqual(contents[from]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'given %s, then it stops in one sentence and can be continued',
    async (signal) => {
      const target = await databases.empty(to);
      const copy = startCopy(sources[from], target);
      await copy.until('copying');
      copy.kill(signal);
      expect(await copy.ended).toEqual({
        code: 1,
        stdout: '',
        stderr: 'tessera: stopped: the same command continues it\n',
      });
      await refusedToServe(target);
      const steps: string[] = [];
      await copyOf(sources[from], target, { onStep: ({ kind }) => void steps.push(kind) });
      expect(steps[0]).toBe('continued');
      expect(await contentsOf(target)).toEqual(contents[from]);
    },
  );

  it('given a copy under way, then no server starts on either side', async () => {
    const target = await databases.empty(to);
    const copy = startCopy(sources[from], target);
    await copy.until('copying');
    copy.kill('SIGSTOP');
    await refusedToServe(target);
    const args = ['--port', '0', '--data', databases.path(), '--database', sources[from], '--database-wait', '0'];
    const { code, stderr } = await runToEnd(['serve', ...args]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^tessera: [^\n]*another (Tessera server is running|process is starting)[^\n]*\n$/),
    });
    copy.kill('SIGCONT');
    expect((await copy.ended).code).toBe(0);
    expect(await contentsOf(target)).toEqual(contents[from]);
  });

  it('given a source that was served in between, then the copy begins anew', async () => {
    const source = await databases.empty(from);
    await copyOf(sources[from], source);
    const target = await databases.empty(to);
    const stop = new AbortController();
    const half = copyOf(source, target, {
      signal: stop.signal,
      pageSize: { rows: 10, bytes: 100_000 },
      onStep: (step) => {
        if (step.kind === 'copying' && step.table === 'events') stop.abort();
      },
    });
    await expect(half).rejects.toThrow('the copy was stopped');
    const tessera = await serve(source);
    await (await dialectClients(tessera)).ownli.create(somebody());
    await tessera.stop();
    const steps: string[] = [];
    await copyOf(source, target, { onStep: ({ kind }) => void steps.push(kind) });
    expect(steps[0]).toBe('changed');
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
  });
});

it.each(['source', 'target'])(
  'given a database that crashes under the copy as its %s, then the same command continues it',
  async (role) => {
    const cluster = await startCluster();
    try {
      const { url } = await createDatabase(cluster.url);
      if (role === 'source') await copyOf(sources.sqlite, url);
      const [from, to] = role === 'source' ? [url, await databases.empty('sqlite')] : [sources.sqlite, url];
      const copy = startCopy(from, to);
      await copy.until('copying');
      await cluster.restart('immediate');
      const { code, stdout, stderr } = await copy.ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^tessera: the copy was interrupted: [^\n]+; the same command continues it\n$/);
      await copyOf(from, to);
      expect(await contentsOf(to)).toEqual(contents.sqlite);
    } finally {
      await cluster.destroy();
    }
  },
);
