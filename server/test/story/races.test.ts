import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, type DialectClient, type DialectName, dialectClients, somebody } from '../support/clients.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let tessera: Tessera;
let acme: Record<DialectName, DialectClient>;

beforeAll(async () => {
  tessera = await startTessera();
  acme = await dialectClients(tessera);
});
afterAll(() => tessera.stop());

const dialectOf = (n: number): DialectClient => acme[DIALECT_NAMES[n % DIALECT_NAMES.length] ?? 'ownli'];

async function createUsers(count: number): Promise<string[]> {
  const created = await Promise.all(Array.from({ length: count }, () => acme.ownli.create(somebody())));
  return created.map(({ id }) => id ?? '');
}

describe('many at once', () => {
  it('200 keys, each sent 20 times at once, have 200 effects', async () => {
    const KEYS = 200;
    const DUPLICATES = 20;
    const ids = await createUsers(20);
    const before = await Promise.all(ids.map((id) => tessera.events(id)));

    for (let key = 0; key < KEYS; key += 1) {
      const client = dialectOf(key);
      const change = { givenName: `Storm ${key}`, familyName: 'Mouse' };
      const headers = { 'idempotency-key': `storm-${key}` };
      const answers = await Promise.all(
        Array.from({ length: DUPLICATES }, () => client.update(ids[key % ids.length] ?? '', change, headers)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers.filter(({ headers: given }) => given.get('idempotent-replayed') === 'true')).toHaveLength(
        DUPLICATES - 1,
      );
    }

    const after = await Promise.all(ids.map((id) => tessera.events(id)));
    expect(after.flat().length - before.flat().length).toBe(KEYS);
  });

  it('two users who claim one e-mail address through any two dialects, 500 times: one winner each, never a 5xx', async () => {
    const ROUNDS = 500;
    const [first = '', second = ''] = await createUsers(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      const email = `claimed.${round}@mouse.test`;
      const [one, two] = [dialectOf(round), dialectOf(Math.floor(round / DIALECT_NAMES.length))];
      const answers = await Promise.all([one.update(first, { email }), two.update(second, { email })]);

      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      const loser = statuses[0] === 200 ? [two, statuses[1]] : [one, statuses[0]];
      expect(loser[1]).toBe((loser[0] as DialectClient).taken);
      const holders = await Promise.all([tessera.user(first), tessera.user(second)]);
      expect(holders.filter((user) => user.email.value === email)).toHaveLength(1);
    }
    expect((await checkDatabase(tessera.database)).findings).toEqual([]);
  });

  it('1,000 updates of one user through all dialects are all in its history, in one order', async () => {
    const [id = ''] = await createUsers(1);
    const before = await tessera.events(id);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => dialectOf(n).update(id, { givenName: `N${n}`, familyName: 'Mouse' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const events = (await tessera.events(id)).slice(before.length);
    expect(events).toHaveLength(1_000);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => before.length + index + 1));
  });
});
