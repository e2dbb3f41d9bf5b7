import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { StoreRefused } from '../../src/store/refused.ts';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { openDatabase, refuseOldLibrary } from '../../src/store/sqlite/open.ts';
import { createUser, USER } from '../support/given.ts';
import { createWorld } from '../support/world.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-open-'));
  path = join(folder, 'tessera.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function refusal(file = path): Promise<string> {
  try {
    await (await openSqliteStore(file)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreRefused);
    return (error as StoreRefused).message;
  }
  throw new Error('it was opened');
}

/** Makes a database that was closed in order. */
async function existing(): Promise<void> {
  const store = await openSqliteStore(path);
  await createWorld({ store }).submit(createUser({ username: 'ada' }));
  await store.close();
}

describe('the settings of an open database', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['fullfsync', 1],
    ['checkpoint_fullfsync', 1],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['secure_delete', 1],
    ['mmap_size', 0],
    ['journal_size_limit', 67_108_864],
    ['busy_timeout', 500],
    ['temp_store', 2],
  ])('hold: %s is %s', (name, expected) => {
    const db = openDatabase(path);
    const row = db.prepare(`PRAGMA ${name}`).get() ?? {};
    db.close();
    // Without memory mapping compiled in, the pragma answers no row at all.
    expect(Object.values(row)[0] ?? 0).toBe(expected);
  });

  it('are no setting of another connection', () => {
    const db = openDatabase(path);
    const other = new DatabaseSync(path);
    expect(other.prepare('PRAGMA secure_delete').get()).toEqual({ secure_delete: 0 });
    other.close();
    db.close();
  });
});

describe('versions', () => {
  it.each(['3.51.2', '3.50.9', '2.99.99', '3', ''])('of SQLite below 3.51.3 are refused: %s', (version) => {
    expect(() => refuseOldLibrary(version)).toThrow(/SQLite .* may lose data; 3\.51\.3 or newer is needed/);
  });

  it.each(['3.51.3', '3.51.10', '3.53.4', '4.0.0'])('of SQLite from 3.51.3 on are good: %s', (version) => {
    expect(() => refuseOldLibrary(version)).not.toThrow();
  });

  it('of a newer Tessera are refused, and the file is left alone', async () => {
    await existing();
    setVersion(MIGRATIONS.length + 1);
    expect(await refusal()).toBe(
      `the database ${path} is of version ${MIGRATIONS.length + 1}, newer than this Tessera (${MIGRATIONS.length}); use a newer one`,
    );
    setVersion(MIGRATIONS.length);
    const store = await openSqliteStore(path);
    expect((await store.user(USER))?.username).toBe('ada');
    await store.close();
  });
});

describe('a file that is none of ours', () => {
  it('is refused when it is the database of another program', async () => {
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE users (id TEXT)');
    db.close();
    expect(await refusal()).toBe(`${path} is a database of another program`);
  });

  it.each([
    ['text', 'this is no database, but long enough to be taken for one'.repeat(100)],
    ['a single byte', 'x'],
  ])('is refused when it is %s', async (_name, content) => {
    writeFileSync(path, content);
    expect(await refusal()).toMatch(/^cannot open the database .*tessera\.db: file is not a database$/);
  });

  it('is refused when it is a folder, or in none', async () => {
    mkdirSync(path);
    expect(await refusal()).toMatch(/^cannot open the database/);
    expect(await refusal(join(folder, 'nowhere', 'tessera.db'))).toMatch(/cannot be used$/);
  });

  it('leaves no lock behind when it is refused', async () => {
    writeFileSync(path, 'no database');
    await refusal();
    rmSync(path);
    await existing();
  });
});

describe('the lock', () => {
  it('keeps a second server off, by every name of the file, until the first is closed', async () => {
    const first = await openSqliteStore(path);
    expect(await refusal()).toBe(`another Tessera server is running on ${path}`);
    const link = join(folder, 'link.db');
    symlinkSync(path, link);
    expect(await refusal(link)).toBe(`another Tessera server is running on ${link}`);
    symlinkSync(folder, join(folder, 'self'));
    expect(await refusal(join(folder, 'self', 'tessera.db'))).toMatch(/^another Tessera server is running on/);
    await first.close();
    await existing();
  });

  it('lets other commands read and write beside the server, which sees what they did', async () => {
    const store = await openSqliteStore(path);
    await createWorld({ store }).submit(createUser({ username: 'ada' }));
    expect((await store.user(USER))?.username).toBe('ada');
    const other = new DatabaseSync(path, { timeout: 1000 });
    expect(other.prepare('SELECT count(*) AS n FROM users').get()).toEqual({ n: 1 });
    other.exec(`UPDATE users SET document = json_set(document, '$.username', 'eve')`);
    await nextTurn();
    expect((await store.user(USER))?.username).toBe('eve');
    // A decision sees it even in the turn in which it was written.
    other.exec(`UPDATE users SET document = json_set(document, '$.username', 'mallory')`);
    other.close();
    const { answer } = await createWorld({ store }).submit((user) => ({
      type: 'update-user',
      profile: { nickName: user.username },
    }));
    expect(answer.body).toBe('2/1/mallory');
    expect((await store.user(USER))?.profile.nickName).toBe('mallory');
    await store.close();
  });

  it('leaves one file when everything is closed', async () => {
    await existing();
    expect(['-wal', '-shm'].filter((suffix) => existsSync(path + suffix))).toEqual([]);
  });
});

describe('a migration', () => {
  it('is done once, and not again', async () => {
    await existing();
    const version = () => {
      const db = new DatabaseSync(path);
      const row = db.prepare('PRAGMA user_version').get();
      db.close();
      return row?.user_version;
    };
    expect(version()).toBe(MIGRATIONS.length);
    await existing().catch((error: unknown) => expect(error).toMatchObject({ reason: 'user_id_taken' }));
    expect(version()).toBe(MIGRATIONS.length);
  });
});

function setVersion(version: number): void {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA user_version = ${version}`);
  db.close();
}
