import { describe, expect, it } from 'vitest';
import { NOW } from '../../test/support/given.ts';
import { memoryDatabase } from '../../test/support/world.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { type NewPairing, Pairings } from './pairings.ts';

const MINUTE = 60_000;
const WANTED: NewPairing = { code: 'ABC', startedBy: null, deviceId: null, shown: null };
const BY = { userId: '1', sessionId: 's' };

/** Pairings of two processes on one database. */
function world() {
  const { db, store } = memoryDatabase();
  const time = { now: NOW };
  const options = { store, secrets: createSecrets(Buffer.alloc(32, 7)), clock: () => time.now };
  return { db, time, one: new Pairings(options), two: new Pairings(options) };
}

async function foundBy(pairings: Pairings, scope = 'a') {
  const found = await pairings.find(scope, 'ABC');
  if (found === null) throw new Error('there is no pairing');
  return found;
}

describe('pairings', () => {
  it('given one process starts a pairing, then another finds it, in its scope only', async () => {
    const { one, two } = world();
    const started = await one.start('a', WANTED, MINUTE);
    expect(started).toMatchObject({ ...WANTED, version: 1, status: 'new', expiresAt: NOW + MINUTE });
    expect((await foundBy(two)).pairing).toEqual(started);
    expect(await two.find('b', 'ABC')).toBeNull();
    expect(await two.find('a', 'ABD')).toBeNull();
  });

  it('given a code that is in use, then it is not given twice until it has expired', async () => {
    const { one, two, time } = world();
    await one.start('a', WANTED, MINUTE);
    expect(await two.start('a', WANTED, MINUTE)).toBeNull();
    expect(await two.start('b', WANTED, MINUTE)).not.toBeNull();
    time.now += MINUTE;
    expect(await two.start('a', WANTED, MINUTE)).not.toBeNull();
  });

  it('given two find it at once, then one of them changes it', async () => {
    const { one, two } = world();
    await one.start('a', WANTED, MINUTE);
    const [first, second] = [await foundBy(one), await foundBy(two)];
    const approved = await one.approve(first, BY);
    expect(approved).toMatchObject({ version: 2, status: 'approved', approvedAt: NOW, approval: BY });
    expect(await two.approve(second, { userId: '2', sessionId: 't' })).toBeNull();
    expect(await two.consume(second)).toBeNull();
    expect((await foundBy(two)).pairing.approval).toEqual(BY);
    expect(await two.consume(await foundBy(two))).toMatchObject({ version: 3, status: 'consumed' });
  });

  it('given it is approved in the last moment, then there is a minute to collect it', async () => {
    const { one, time } = world();
    await one.start('a', WANTED, MINUTE);
    time.now += MINUTE - 1;
    await one.approve(await foundBy(one), BY);
    time.now += MINUTE - 1;
    expect((await foundBy(one)).pairing.status).toBe('approved');
    time.now += 1;
    expect(await one.find('a', 'ABC')).toBeNull();
  });

  it('given it expired since it was found, then it cannot be approved', async () => {
    const { one, time } = world();
    await one.start('a', WANTED, MINUTE);
    const found = await foundBy(one);
    time.now += MINUTE;
    expect(await one.approve(found, BY)).toBeNull();
  });

  it('the database shows neither the code nor who approved it', async () => {
    const { db, one } = world();
    await one.start('a', { ...WANTED, code: 'VISIBLE-CODE' }, MINUTE);
    const rows = JSON.stringify(db.prepare('SELECT * FROM short_lived').all());
    expect(rows).toContain('pairing:');
    expect(rows).not.toContain('VISIBLE-CODE');
    expect(rows).not.toContain('approval');
  });
});
