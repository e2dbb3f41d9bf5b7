import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { BatchFailed, StoreUnavailable } from '../../src/app/ports/store.ts';
import { classify } from '../../src/store/sqlite/failures.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createUser, USER } from '../support/given.ts';
import { createWorld, memoryDatabase, outcomes, refusalOf } from '../support/world.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('from SQLite'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('a failure of SQLite', () => {
  it.each([
    ['busy', 5],
    ['locked', 6],
    ['out of memory', 7],
    ['full', 13],
    ['cannot open', 14],
    ['busy with an older snapshot', 517],
  ])('passes: %s', (_name, code) => {
    expect(classify(sqliteError(code))).toMatchObject({ error: expect.any(StoreUnavailable), lasting: false });
  });

  it.each([
    ['read-only', 8],
    ['I/O error', 10],
    ['failed flush', 1034],
    ['damaged', 11],
    ['no database', 26],
  ])('lasts: %s', (_name, code) => {
    expect(classify(sqliteError(code))).toMatchObject({ error: expect.any(StoreUnavailable), lasting: true });
  });

  it.each([
    ['a constraint', sqliteError(19)],
    ['a fault of ours', new TypeError('x')],
    ['no error at all', 'text'],
  ])('may lie in one command: %s', (_name, error) => {
    expect(classify(error)).toMatchObject({ error: expect.any(BatchFailed), lasting: false });
  });
});

/** A database in memory whose statements of one kind fail while the test says so. */
function failingDatabase(statement: RegExp) {
  const { db } = memoryDatabase();
  const fault: { error: Error | null } = { error: null };
  const failing = new Proxy(db, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (name === 'prepare') {
        return (sql: string) => {
          const prepared = target.prepare(sql);
          return statement.test(sql) ? failingStatement(prepared, fault) : prepared;
        };
      }
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  return { db: failing, fault };
}

function failingStatement(statement: ReturnType<DatabaseSync['prepare']>, fault: { error: Error | null }) {
  return new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (fault.error !== null) throw fault.error;
        return member.apply(target, args);
      };
    },
  });
}

describe('a disk that fails', () => {
  it('in a commit stops all writes for good, turns readiness red, and reads go on', async () => {
    const { db, fault } = failingDatabase(/^COMMIT$/);
    const store = new SqliteStore(db, () => {});
    const { submit, users } = createWorld({ store });
    await submit(createUser({ username: 'ada' }));
    fault.error = sqliteError(1034);
    const writes = ['a', 'b'].map((username) => submit({ type: 'update-user', username }));
    expect(outcomes(await Promise.allSettled(writes))).toEqual(['store_unavailable', 'store_unavailable']);
    fault.error = null;
    expect(store.readiness()).toEqual({ ok: false, reason: 'the database failed; restart to recover' });
    expect(await refusalOf(submit({ type: 'update-user', username: 'c' }))).toBe('store_unavailable');
    expect((await users.find({ id: USER }))?.username).toBe('ada');
    expect(await store.events(USER)).toHaveLength(1);
    await expect(store.saveSettings(new Map([['a', 'b']]))).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.pruneAnswers(0, 1)).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('in a rollback stops all writes too', async () => {
    const { db, fault } = failingDatabase(/^(COMMIT|ROLLBACK)$/);
    const store = new SqliteStore(db, () => {});
    const { submit } = createWorld({ store });
    fault.error = sqliteError(13);
    expect(await refusalOf(submit(createUser()))).toBe('store_unavailable');
    expect(store.readiness()).toEqual({ ok: false, reason: 'the database could not roll back; restart to recover' });
  });

  it('in a read inside a batch stops all writes too', async () => {
    const { db, fault } = failingDatabase(/^SELECT document FROM users/);
    const store = new SqliteStore(db, () => {});
    const { submit } = createWorld({ store });
    fault.error = sqliteError(11);
    const writes = ['1', '2'].map((userId) => submit(createUser({ userId })));
    expect(outcomes(await Promise.allSettled(writes))).toEqual(['store_unavailable', 'store_unavailable']);
    expect(store.readiness().ok).toBe(false);
  });

  it('for a moment only is no lasting failure', async () => {
    const { db, fault } = failingDatabase(/^(BEGIN IMMEDIATE)$/);
    const store = new SqliteStore(db, () => {});
    const { submit } = createWorld({ store });
    fault.error = sqliteError(5);
    expect(await refusalOf(submit(createUser()))).toBe('store_unavailable');
    fault.error = null;
    expect(store.readiness()).toEqual({ ok: true });
    expect((await submit(createUser())).answer.status).toBe(200);
  });
});
