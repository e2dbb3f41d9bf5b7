import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreUnavailable } from '../../src/app/ports/store.ts';
import { type CheckpointOptions, Checkpoints, type OtherReaders } from '../../src/store/sqlite/checkpoints.ts';
import { copyLongLog } from '../../src/store/sqlite/log.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { openDatabase } from '../../src/store/sqlite/open.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { listed } from './listed-users.ts';
import { save } from './lists.ts';

const PAGE = 4_096;
const SIZES = { worth: 1_000, rest: 800, long: 4_000, farTooLong: 100_000 };
const NOBODY = { hold: async () => {}, release: () => {} };

let folder: string;
let path: string;
let db: DatabaseSync;
let checkpoints: Checkpoints;
const errors: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-checkpoints-'));
  path = join(folder, 'tessera.db');
  db = openDatabase(path);
  db.exec('CREATE TABLE pages (id INTEGER PRIMARY KEY, content BLOB)');
  errors.length = 0;
});
afterEach(async () => {
  await checkpoints.close(() => db.isOpen && db.close());
  rmSync(folder, { recursive: true });
});

function start(readers: OtherReaders = NOBODY, options: Partial<CheckpointOptions> = {}): void {
  const onError = (error: unknown) => {
    errors.push(error);
    return (error as { errcode?: number }).errcode !== 1034;
  };
  checkpoints = new Checkpoints(db, path, readers, { sizes: SIZES, onError, ...options });
}

/** Commits of ten pages each, as steadily as batches come: `count` of them, each followed by a turn of the event loop. */
async function write(count: number): Promise<void> {
  const insert = db.prepare('INSERT INTO pages (content) VALUES (zeroblob(?))');
  for (let n = 0; n < count; n += 1) {
    db.exec('BEGIN IMMEDIATE');
    for (let page = 0; page < 10; page += 1) insert.run(PAGE - 100);
    db.exec('COMMIT');
    checkpoints.committed();
    await sleep(0);
  }
}

const logPages = (): number => Number(db.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.log);
const written = (): number => Number(db.prepare('SELECT count(*) AS count FROM pages').get()?.count);

/** Someone in another process, say, who reads what is there now until `end`. */
function reader(): { end(): void } {
  const other = new DatabaseSync(path, { readOnly: true });
  other.exec('BEGIN');
  other.prepare('SELECT count(*) FROM pages').get();
  return { end: () => other.close() };
}

describe('the log', () => {
  it('begins anew again and again while commits come', async () => {
    start();
    await write(1_500);
    await checkpoints.close(() => {});
    expect(errors).toEqual([]);
    // Then it never held a third of the 15,000 pages that went through it.
    expect(statSync(`${path}-wal`).size).toBeLessThan(5_000 * PAGE);
    expect(written()).toBe(15_000);
  });

  it('is copied up to where somebody reads, and whole when that reader waits', async () => {
    const someone = reader();
    const held: number[] = [];
    const readers = {
      hold: async () => {
        held.push(logPages());
        someone.end();
      },
      release: vi.fn(),
    };
    start(readers);
    await write(300);
    // Given a log that cannot begin anew
    expect(logPages()).toBeGreaterThan(3_000);
    expect(held).toEqual([]);
    await write(400);
    // Then readers were held once it was long, and it has begun anew since.
    expect(held).toHaveLength(1);
    expect(held[0]).toBeGreaterThanOrEqual(4_000);
    expect(readers.release).toHaveBeenCalledTimes(1);
    await vi.waitFor(async () => {
      await write(4);
      expect(logPages()).toBeLessThan(4_000);
    });
    expect(errors).toEqual([]);
  });

  it('is in the file when the database is closed, also in the middle of a copy', async () => {
    start();
    await write(150);
    await checkpoints.close(() => db.close());
    expect(existsSync(`${path}-wal`)).toBe(false);
    db = new DatabaseSync(path);
    expect(written()).toBe(1_500);
    expect(db.prepare('PRAGMA quick_check').get()).toEqual({ quick_check: 'ok' });
  });
});

/** A thread that does what the code says, of which `message` is the order that it has got. */
const thread = (code: string) => () =>
  new Worker(
    `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (message) => { if (message === 'close') parentPort.close(); else { ${code} } })`,
    { eval: true },
  );

/** A thread whose copies SQLite refuses. */
const refusing = (code: number) => thread(`parentPort.postMessage({ message: 'from SQLite', code: ${code} })`);

describe('a copy that fails', () => {
  it.each([
    ['as SQLite does', "parentPort.postMessage({ message: 'full', code: 13 })", { message: 'full', errcode: 13 }],
    ['with its thread', "throw new Error('dead')", { message: 'dead' }],
    ['as its thread ends', 'process.exit(1)', { message: 'the thread that copies the log has ended' }],
  ])('%s is told, and made again when as much more was written', async (_how, code, error) => {
    start(NOBODY, { start: thread(code) });
    await write(110);
    await vi.waitFor(() => expect(errors).toMatchObject([error]));
    await write(50);
    expect(errors).toHaveLength(1);
    await write(70);
    await vi.waitFor(() => expect(errors).toMatchObject([error, error]));
    expect(written()).toBe(2_300);
  });

  it('is made by the writer where the log is long, while readers wait', async () => {
    const readers = { hold: vi.fn(async () => {}), release: vi.fn() };
    start(readers, { start: refusing(13) });
    await write(420);
    await vi.waitFor(() => expect(readers.release).toHaveBeenCalledTimes(1));
    await write(4);
    expect(logPages()).toBeLessThan(SIZES.long);
  });

  it('is made by the writer where the log is far too long, whatever the readers do', async () => {
    const { promise: never } = Promise.withResolvers<void>();
    start({ hold: () => never, release: () => {} }, { start: refusing(13), sizes: { ...SIZES, farTooLong: 6_000 } });
    await write(1_000);
    expect(logPages()).toBeLessThan(6_000);
    checkpoints = new Checkpoints(db, path, NOBODY, { onError: () => true });
  });

  it('in its flush is not built upon: the log stays as it is', async () => {
    const flushed = {
      sync: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })),
      close: async () => {},
    };
    // A thread that copies nothing, or the log might begin anew with what SQLite has flushed itself.
    start(NOBODY, { open: async () => flushed, start: thread('parentPort.postMessage(null)') });
    await write(110);
    await vi.waitFor(() => expect(errors).toMatchObject([{ message: 'EIO', errcode: 1034 }]));
    await write(200);
    expect(errors).toHaveLength(1);
    expect(logPages()).toBeGreaterThan(3_000);
  });

  it('in its flush stops all writes of a store, whose close leaves the log to the next start', async () => {
    start();
    const file = join(folder, 'store.db');
    const other = openDatabase(file);
    migrate(other, file);
    const flushed = { sync: () => Promise.reject(new Error('EIO')), close: async () => {} };
    const log = { error: vi.fn() };
    const store = new SqliteStore(other, () => {}, {
      log,
      checkpoints: { sizes: { worth: 1, rest: 0 }, open: async () => flushed },
    });
    const saved: string[] = [];
    for (let n = 0; n < 300 && store.readiness().ok; n += 1) {
      const isSaved = await save(store, [listed(`u${n}`)]).then(
        () => true,
        () => false,
      );
      if (isSaved) saved.push(`u${n}`);
      await sleep(1);
    }
    expect(store.readiness()).toEqual({ ok: false, reason: 'the database failed; restart to recover' });
    expect(log.error).toHaveBeenCalledTimes(1);
    await expect(save(store, [listed('late')])).rejects.toBeInstanceOf(StoreUnavailable);
    await store.close();
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    const next = openDatabase(file);
    // None of it counts as copied.
    expect(next.prepare('PRAGMA wal_checkpoint(NOOP)').get()).toMatchObject({ checkpointed: 0 });
    expect(
      next
        .prepare('SELECT id FROM users')
        .all()
        .map(({ id }) => id),
    ).toEqual(expect.arrayContaining(saved));
    next.close();
  });
});

describe('work of many transactions', () => {
  it('copies the log when it is long, and tells when it cannot', async () => {
    start();
    const insert = db.prepare('INSERT INTO pages (content) VALUES (zeroblob(?))');
    insert.run(3_900 * PAGE);
    copyLongLog(db);
    expect(db.prepare('PRAGMA wal_checkpoint(NOOP)').get()).toMatchObject({ checkpointed: 0 });
    insert.run(200 * PAGE);
    copyLongLog(db);
    expect(db.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.checkpointed).toBeGreaterThan(4_000);
    const failing = { prepare: () => ({ get: () => ({ log: 4_000, checkpointed: 0 }) }), exec: () => fail() };
    expect(() => copyLongLog(failing as unknown as DatabaseSync)).toThrow('disk I/O error');
  });
});

function fail(): never {
  throw new Error('disk I/O error');
}
