import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import {
  DIALECT_NAMES,
  type DialectClient,
  type DialectName,
  dialectClients,
  type Person,
  somebody,
} from '../support/clients.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let tessera: Tessera;
let acme: Record<DialectName, DialectClient>;

beforeAll(async () => {
  tessera = await startTessera();
  acme = await dialectClients(tessera);
});
afterAll(() => tessera.stop());

const CONTESTED = 6;
const USERS = 4;

/** One step: somebody changes something through some dialect, often to a value that others want too. */
const step = fc.record({
  dialect: fc.constantFrom(...DIALECT_NAMES),
  user: fc.nat(USERS - 1),
  change: fc.oneof(
    fc.record({ givenName: fc.constantFrom('Ann', 'Bob', 'Cy'), familyName: fc.constantFrom('Ox', 'Ex') }),
    fc.record({ email: fc.nat(CONTESTED).map((n) => `contested.${n}@mouse.test`) }),
    fc.record({ phone: fc.nat(CONTESTED).map((n) => `+1312555010${n}`) }),
    fc.constant({}),
  ),
  key: fc.option(fc.nat(5)),
  ifMatch: fc.option(fc.constantFrom('"1"', '*', '"999"')),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(ids: readonly string[], { dialect, user, change, key, ifMatch }: Step) {
  return acme[dialect].update(ids[user] ?? '', change as Partial<Person>, {
    ...(key === null ? {} : { 'idempotency-key': `history-${user}-${key}` }),
    ...(ifMatch === null ? {} : { 'if-match': ifMatch }),
  });
}

describe('whatever is asked through whichever dialect', () => {
  it('histories fold to rows, sequences have no gaps, and claims are what the rows say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.boolean(), async (steps, together) => {
        const people = await Promise.all(Array.from({ length: USERS }, () => acme.ownli.create(somebody())));
        const ids = people.map(({ id }) => id ?? '');

        const answers = together
          ? await Promise.all(steps.map((one) => play(ids, one)))
          : await steps.reduce<Promise<{ status: number }[]>>(
              async (done, one) => [...(await done), await play(ids, one)],
              Promise.resolve([]),
            );

        for (const { status } of answers) expect(status).toBeLessThan(500);
        expect(checkDatabase(join(tessera.dataDir, 'tessera.db')).findings).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('the checker sees a record that was changed behind its history', async () => {
    const { id = '' } = await acme.ownli.create(somebody());
    const path = join(tessera.dataDir, 'tessera.db');
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(path);
    const row = db.prepare('SELECT document FROM users WHERE id = ?').get(id);
    const tampered = String(row?.document).replace('Minnie', 'Mallory');
    db.prepare('UPDATE users SET document = ? WHERE id = ?').run(tampered, id);
    expect(checkDatabase(path).findings).toEqual([`history of ${id} is not its row`]);
    db.prepare('UPDATE users SET document = ? WHERE id = ?').run(String(row?.document), id);
    db.close();
  });
});
