import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/app/ports/store.ts';
import type { UserQuery } from '../../src/app/ports/user-list.ts';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { Readers, type ReadersOptions } from '../../src/store/sqlite/lists/readers.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { listed } from './listed-users.ts';
import { save } from './lists.ts';

const EVERYBODY: UserQuery = {
  organizations: 'all',
  sort: { by: 'id', direction: 'asc' },
  offset: 0,
  limit: 10,
  countTotal: true,
};
const FOUND = { rows: [{ id: 'a' }], total: 1 };

let folder: string;
let path: string;
let store: SqliteStore;
let readers: Readers | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-readers-'));
  path = join(folder, 'tessera.db');
  store = await openSqliteStore(path);
  await save(store, [listed('a')]);
});
afterEach(async () => {
  await readers?.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

function open(options: ReadersOptions): Readers {
  readers = new Readers(path, options);
  return readers;
}

const BUSY = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300_000)';
const started: string[] = [];

/** Threads of which the first ones run other code than that which reads. */
function startOthers(...code: readonly string[]): (path: string) => Worker {
  started.length = 0;
  return (file) => {
    const script = code[started.length];
    started.push(script ?? 'reader');
    if (script !== undefined)
      return new Worker(`const { parentPort } = require('node:worker_threads'); ${script}`, { eval: true });
    return new Worker(new URL('../../src/store/sqlite/lists/reader-worker.ts', import.meta.url), { workerData: file });
  };
}

const onQuery = (code: string): string => `parentPort.on('message', () => { ${code} })`;

describe('threads that make lists', () => {
  it('start when they are needed, and are used again', async () => {
    const pool = open({ start: startOthers() });
    expect(started).toEqual([]);
    expect(await pool.list(EVERYBODY)).toMatchObject(FOUND);
    expect(await pool.list(EVERYBODY)).toMatchObject(FOUND);
    expect(started).toEqual(['reader']);
    await Promise.all(Array.from({ length: 20 }, () => pool.list(EVERYBODY)));
    expect(started).toEqual(['reader', 'reader']);
  });

  it('see what was committed before they were asked', async () => {
    const pool = open({ threads: 1 });
    for (let n = 1; n <= 50; n += 1) {
      await save(store, [listed(`b${n}`)]);
      expect((await pool.list(EVERYBODY)).total).toBe(n + 1);
    }
  });

  it('keep the rest waiting, of whom there may be so many', async () => {
    const pool = open({ threads: 1, mostWaiting: 3 });
    const lists = await Promise.allSettled(Array.from({ length: 6 }, () => pool.list(EVERYBODY)));
    expect(lists.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), ...Array(2).fill('rejected')]);
    for (const list of lists) if (list.status === 'rejected') expect(list.reason).toBeInstanceOf(StoreUnavailable);
    expect(await pool.list(EVERYBODY)).toMatchObject(FOUND);
  });

  it('are one at a time while updates want the machine', async () => {
    let isBusy = true;
    const pool = open({ start: startOthers(), isBusy: () => isBusy });
    const twenty = () => Promise.all(Array.from({ length: 20 }, () => pool.list(EVERYBODY)));
    expect(await twenty()).toHaveLength(20);
    expect(started).toEqual(['reader']);
    isBusy = false;
    await twenty();
    expect(started).toEqual(['reader', 'reader']);
    isBusy = true;
    expect(await twenty()).toHaveLength(20);
  });

  it('are replaced when they are stuck, and the next list is made', async () => {
    const once =
      "parentPort.postMessage({ kind: 'page', page: { rows: [], total: 7 } }); parentPort.removeAllListeners(); ";
    const pool = open({ threads: 1, timeout: 200, start: startOthers(onQuery(once + onQuery(BUSY))) });
    expect((await pool.list(EVERYBODY)).total).toBe(7);
    const stuck = pool.list(EVERYBODY);
    const next = pool.list(EVERYBODY);
    await expect(stuck).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await next).toMatchObject(FOUND);
    expect(started).toHaveLength(2);
  });

  it('are replaced when they die, with the query they were at refused', async () => {
    const pool = open({
      threads: 1,
      start: startOthers(onQuery("throw new Error('dead')"), onQuery('process.exit(1)')),
    });
    const [thrown, ended, next] = [pool.list(EVERYBODY), pool.list(EVERYBODY), pool.list(EVERYBODY)];
    await expect(thrown).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(ended).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await next).toMatchObject(FOUND);
  });

  it('begin nothing while they are held, which waits for what is under way', async () => {
    const pool = open({ start: startOthers() });
    const settled: string[] = [];
    const note = (name: string) => () => settled.push(name);
    const first = pool.list(EVERYBODY).then(note('first'));
    const held = pool.hold().then(note('held'));
    const second = pool.list(EVERYBODY).then(note('second'));
    await Promise.all([first, held]);
    await sleep(50);
    expect(settled).toEqual(['first', 'held']);
    pool.release();
    await second;
    expect(settled).toEqual(['first', 'held', 'second']);
  });

  it('are held at once when none is under way, and when they are closed', async () => {
    const pool = open({ threads: 1, start: startOthers(onQuery(BUSY)) });
    await pool.hold();
    pool.release();
    const stuck = pool.list(EVERYBODY);
    const held = pool.hold();
    await Promise.all([expect(stuck).rejects.toBeInstanceOf(StoreUnavailable), pool.close()]);
    await held;
  });

  it('refuse whoever waits when they are closed', async () => {
    const pool = open({ threads: 1, start: startOthers(onQuery(BUSY)) });
    const lists = Promise.allSettled([pool.list(EVERYBODY), pool.list(EVERYBODY)]);
    await pool.close();
    for (const list of await lists) expect(list).toMatchObject({ reason: expect.any(StoreUnavailable) });
    await expect(pool.list(EVERYBODY)).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('tell of a damaged file, after which nothing is written', async () => {
    await store.close();
    const other = join(folder, 'other.db');
    store = await openSqliteStore(other);
    await save(store, [listed('a')]);
    truncateSync(other, 0);
    writeFileSync(other, Buffer.alloc(8192, 7));
    rmSync(`${other}-wal`);
    rmSync(`${other}-shm`);
    await expect(store.list(EVERYBODY)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(store.readiness().ok).toBe(false);
    await expect(save(store, [listed('b')])).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
