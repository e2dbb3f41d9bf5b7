import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/app/ports/store.ts';
import { StoreRefused } from '../../src/store/refused.ts';
import { type CheckOutcome, startCheck } from '../../src/store/sqlite/check.ts';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { createUser } from '../support/given.ts';
import { createWorld, refusalOf } from '../support/world.ts';

const PAGE = 4096;
const PATIENT = { checkPatience: 20_000 };
let folder: string;
let path: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-damage-'));
  path = join(folder, 'tessera.db');
  const store = await openSqliteStore(path);
  const { submit } = createWorld({ store });
  const users = Array.from({ length: 200 }, (_, index) =>
    createUser({ userId: `${index}`, username: `user ${index}`, profile: { bio: 'x'.repeat(500) } }),
  );
  await Promise.all(users.map((command) => submit(command)));
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

function overwrite(offset: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}

async function refusal(): Promise<string> {
  try {
    await (await openSqliteStore(path, PATIENT)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreRefused);
    return (error as StoreRefused).message;
  }
  throw new Error('it was opened');
}

/** A check whose outcome the test decides. */
function checkThatEnds() {
  const { promise, resolve } = Promise.withResolvers<CheckOutcome>();
  let stops = 0;
  const start = () => ({
    outcome: promise,
    stop: async () => {
      stops += 1;
    },
  });
  return { start, end: resolve, stops: () => stops };
}

describe('the look for damage', () => {
  it('finds a sound file sound, and ends its thread', async () => {
    const check = startCheck(path);
    expect(await check.outcome).toEqual({ kind: 'sound' });
    await check.stop();
  });

  it('says when it could not look, which is no damage', async () => {
    expect(await startCheck(join(folder, 'nowhere.db')).outcome).toMatchObject({ kind: 'unchecked' });
  });

  it('can be stopped', async () => {
    const check = startCheck(path);
    await check.stop();
    expect(['stopped', 'sound']).toContain((await check.outcome).kind);
  });
});

describe('a damaged file', () => {
  it('is refused with one sentence: a page of zeros', async () => {
    const pages = statSync(path).size / PAGE;
    overwrite(Math.floor(pages / 2) * PAGE, Buffer.alloc(PAGE));
    expect(await refusal()).toMatch(/^the database .*tessera\.db is damaged: \S[^\n]*$/);
  });

  it('is refused when it was cut off', async () => {
    writeFileSync(path, readFileSync(path).subarray(0, 20 * PAGE));
    expect(await refusal()).toMatch(/malformed|damaged/);
  });

  it.each(['users', 'user_search_by_id', 'events'])(
    'is refused when it is too large for one look: %s',
    async (name) => {
      const db = new DatabaseSync(path);
      db.exec('CREATE TABLE ballast (content BLOB); INSERT INTO ballast VALUES (zeroblob(70000000))');
      const root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(name)?.rootpage);
      db.close();
      expect(await startCheck(path).outcome).toEqual({ kind: 'sound' });
      overwrite((root - 1) * PAGE, Buffer.alloc(PAGE));
      expect(await startCheck(path).outcome).toMatchObject({ kind: 'damaged' });
    },
  );

  it('is refused, or answers no wrong record, wherever bytes are flipped', async () => {
    const sound = readFileSync(path);
    const pages = sound.length / PAGE;
    let refused = 0;
    for (let round = 0; round < 40; round += 1) {
      const damaged = Buffer.from(sound);
      // The head of a page says where its cells are; the round spreads over the file, the same each time.
      const at = Math.floor((round * pages) / 40) * PAGE + (round % 8);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      writeFileSync(path, damaged);
      try {
        const store = await openSqliteStore(path, PATIENT);
        for (const id of ['0', '77', '199']) {
          const user = await store.user(id).catch((error: unknown) => {
            expect(error).toBeInstanceOf(StoreUnavailable);
            return null;
          });
          if (user !== null) expect(user.id).toBe(id);
        }
        await store.close();
      } catch (error) {
        expect(error).toBeInstanceOf(StoreRefused);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(20);
  });

  it('is not looked for in a new file', async () => {
    let started = 0;
    const start = () => {
      started += 1;
      return checkThatEnds().start();
    };
    await (await openSqliteStore(join(folder, 'new.db'), { startCheck: start })).close();
    expect(started).toBe(0);
  });
});

describe('damage that is found after the start', () => {
  it('stops all writes, makes the store unready, and is logged; reads go on', async () => {
    const { start, end, stops } = checkThatEnds();
    const logged: string[] = [];
    const log = { error: (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`) };
    const store = await openSqliteStore(path, { startCheck: start, checkPatience: 1, log });
    const { submit, users } = createWorld({ store });
    await submit(createUser({ userId: 'before' }));
    end({ kind: 'damaged', finding: 'row 7 is missing' });
    await sleep(1);
    expect(store.readiness()).toEqual({
      ok: false,
      reason: 'the database is damaged; stop the server and restore a backup',
    });
    expect(await refusalOf(submit(createUser({ userId: 'after' })))).toBe('store_unavailable');
    expect((await users.find({ id: 'before' }))?.id).toBe('before');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/nothing is written any more.*row 7 is missing/);
    await store.close();
    expect(stops()).toBe(1);
  });

  it('is none when the look is not finished, or could not be made', async () => {
    const { start, end } = checkThatEnds();
    const logged: string[] = [];
    const log = { error: (_details: object, message: string) => logged.push(message) };
    const store = await openSqliteStore(path, { startCheck: start, checkPatience: 1, log });
    end({ kind: 'unchecked', finding: 'too many open files' });
    await sleep(1);
    expect(store.readiness()).toEqual({ ok: true });
    expect(logged).toEqual(['the database was not checked']);
    await store.close();
  });
});

describe('a record that is not what was written', () => {
  it.each([
    ['cut off', `substr(document, 1, 50)`],
    ['that of another', `(SELECT document FROM users WHERE id = '8')`],
  ])('is never shown, and stops all writes: %s', async (_name, document) => {
    const db = new DatabaseSync(path);
    db.exec(`UPDATE users SET document = ${document} WHERE id = '7'`);
    db.close();
    const store = await openSqliteStore(path, PATIENT);
    const { submit, users } = createWorld({ store });
    expect(await refusalOf(users.find({ id: '7' }))).toBe('store_unavailable');
    expect(store.readiness().ok).toBe(false);
    expect(await refusalOf(submit(createUser({ userId: 'new' })))).toBe('store_unavailable');
    expect((await users.find({ id: '8' }))?.id).toBe('8');
    await store.close();
  });
});
