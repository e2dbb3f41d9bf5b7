import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { openDatabase } from '../../src/store/sqlite/open.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createUser } from '../support/given.ts';
import { createWorld, outcomes } from '../support/world.ts';

/** A place for a database that can be made full, and be given room again. */
interface Disk {
  readonly name: string;
  readonly store: SqliteStore;
  /** Takes away nearly all the room that is left. */
  fill(): void;
  free(): void;
  destroy(): void;
}

let disk: Disk | undefined;
afterEach(async () => {
  await disk?.store.close();
  disk?.destroy();
});

it('a full disk refuses writes, keeps what is there readable, and takes writes again without a restart', async () => {
  disk = tinyFileSystem() ?? limitedFile();
  const { store } = disk;
  const { submit, users } = createWorld({ store });
  const create = (userId: string) => submit(createUser({ userId, profile: { bio: 'x'.repeat(4_000) } }));
  await create('before');
  disk.fill();

  const acknowledged: string[] = [];
  let refused = '';
  for (let index = 0; refused === '' && index < 5_000; index += 1) {
    const [outcome] = outcomes(await Promise.allSettled([create(`${index}`)]));
    if (outcome === '1/1/null') acknowledged.push(`${index}`);
    else refused = outcome ?? '';
  }
  expect(refused, disk.name).toBe('store_unavailable');
  expect(store.readiness()).toEqual({ ok: true });
  expect((await users.find({ id: 'before' }))?.profile.bio).toHaveLength(4_000);
  expect(outcomes(await Promise.allSettled([create('still full')]))).toEqual(['store_unavailable']);

  disk.free();
  expect(outcomes(await Promise.allSettled([create('after')]))).toEqual(['1/1/null']);
  for (const userId of ['before', ...acknowledged, 'after']) {
    expect(await store.events(userId), userId).toHaveLength(1);
    expect((await store.user(userId))?.id).toBe(userId);
  }
  expect(await store.user('still full')).toBeNull();
  expect(await store.events('still full')).toEqual([]);
});

function openStore(path: string) {
  const db = openDatabase(path);
  migrate(db, path);
  return { db, store: new SqliteStore(db, () => {}) };
}

/** A small file system in memory, where the machine lets us make one. */
function tinyFileSystem(): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-tmpfs-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ballast = join(folder, 'ballast');
  return {
    name: 'tmpfs',
    store: openStore(join(folder, 'tessera.db')).store,
    fill: () => writeFileSync(ballast, Buffer.alloc(3 * 1024 * 1024)),
    free: () => rmSync(ballast),
    destroy() {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A file that SQLite is told not to let grow: the same failure, from the same place in the code. */
function limitedFile(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-full-'));
  const { db, store } = openStore(join(folder, 'tessera.db'));
  const pages = () => Number(db.prepare('PRAGMA page_count').get()?.page_count);
  return {
    name: 'limited file',
    store,
    fill: () => db.exec(`PRAGMA max_page_count = ${pages() + 20}`),
    free: () => db.exec('PRAGMA max_page_count = 1000000'),
    destroy: () => rmSync(folder, { recursive: true }),
  };
}
