import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, somebody } from '../support/clients.ts';
import { withRows } from '../support/rows.ts';
import { ACME, ROOT } from '../support/setup.ts';
import {
  type Clients,
  clientsOf,
  connectTo,
  createFleet,
  createUsers,
  type Fleet,
  patiently,
  spread,
  startTogether,
  statuses,
  turn,
} from './support.ts';

let fleet: Fleet;
let clients: Clients[];
beforeAll(async () => {
  fleet = await createFleet();
  await makeStrict(fleet.database);
  await startTogether(fleet, 4);
  clients = await clientsOf(fleet);
});
afterAll(() => fleet.stop());

/** Transactions that ask for nothing else fail when others are at the same rows; every process must ask for less. */
async function makeStrict(database: string): Promise<void> {
  const client = await connectTo(database);
  await client.query(`ALTER DATABASE ${new URL(database).pathname.slice(1)}
    SET default_transaction_isolation = 'serializable'`);
  await client.end();
}

const dialect = (n: number) => turn(DIALECT_NAMES, n);

describe('four processes, one database', () => {
  it('2,000 usernames with 8 claimants each have 2,000 winners, and every loser is told so', {
    timeout: 180_000,
  }, async () => {
    const NAMES = 2_000;
    const CLAIMANTS = 8;
    const headers = { authorization: `Bearer ${ROOT.pat}` };
    // When
    const answers = await spread(NAMES * CLAIMANTS, 512, (n) => {
      const { givenName, familyName, email } = somebody();
      const username = `contested-${Math.floor(n / CLAIMANTS)}`;
      const organization = { orgId: ACME.id };
      const body = { username, organization, profile: { givenName, familyName }, email: { email } };
      return turn(fleet.processes, n).send('POST', '/v2/users/human', { headers, body });
    });
    // Then
    expect(statuses(answers)).toEqual({ 200: NAMES, 409: NAMES * (CLAIMANTS - 1) });
    const winners = answers.flatMap(({ status, json }) => (status === 200 ? [json.userId] : []));
    expect(new Set(winners).size).toBe(NAMES);
    const held = await withRows(fleet.database, ({ query }) =>
      query("SELECT user_id FROM claims WHERE key LIKE 'username:%:contested-%'"),
    );
    expect(held.map(({ user_id }) => user_id).sort()).toEqual(winners.sort());
  });

  it('200 keys, each sent 20 times at once over all processes, have 200 effects and one answer each', async () => {
    const KEYS = 200;
    const DUPLICATES = 20;
    const users = await createUsers(turn(clients, 0), 40);
    // When
    const answers = await spread(KEYS, 8, (key) => {
      const change = { givenName: `Once ${key}`, familyName: 'Mouse' };
      const headers = { 'idempotency-key': `once-${key}` };
      const send = (n: number) =>
        patiently(() => turn(clients, n)[dialect(key)].update(turn(users, key), change, headers));
      return Promise.all(Array.from({ length: DUPLICATES }, (_, n) => send(n)));
    });
    // Then
    for (const told of answers) {
      expect(statuses(told)).toEqual({ 200: DUPLICATES });
      expect(new Set(told.map(({ text, headers }) => `${headers.get('etag')} ${text}`)).size).toBe(1);
      expect(told.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(DUPLICATES - 1);
    }
    const { events } = await checkDatabase(fleet.database);
    expect(users.flatMap((id) => (events.get(id) ?? []).slice(1))).toHaveLength(KEYS);
  });

  it('1,000 updates of one user through all processes and dialects are all in its history', async () => {
    const UPDATES = 1_000;
    const [user = ''] = await createUsers(turn(clients, 0), 1);
    // When
    const answers = await spread(UPDATES, 100, (n) =>
      turn(clients, n)[dialect(Math.floor(n / 4))].update(user, { givenName: `N${n}`, familyName: 'Mouse' }),
    );
    // Then
    expect(statuses(answers)).toEqual({ 200: UPDATES });
    const { events } = await checkDatabase(fleet.database);
    const names = (events.get(user) ?? []).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
    expect(names.sort()).toEqual(Array.from({ length: UPDATES }, (_, n) => `N${n}`).sort());
  });

  it('500 wrong sign-ins at once are counted one by one, and the tenth locks', async () => {
    const body = { username: 'viewer', password: 'wrong' };
    const signIn = (n: number) =>
      turn(fleet.processes, n).send('POST', '/api/v1/users/auth', { headers: { 'brand-url': ACME.brandUrl }, body });
    // When
    const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => signIn(n)));
    // Then: wrong ten times and locked from then on, but for those turned away while too many passwords were checked
    const { 401: wrong, 403: locked = 0, 429: later = 0, 503: busy = 0, ...others } = statuses(answers);
    expect([wrong, locked + later + busy, others]).toEqual([10, 490, {}]);
    const { users, events } = await checkDatabase(fleet.database);
    const types = (events.get(ACME.viewer.id) ?? []).map(({ type }) => type);
    expect(types.filter((type) => type === 'user.password_check_failed')).toHaveLength(10);
    expect(types.at(-1)).toBe('user.state_changed');
    expect(users.get(ACME.viewer.id)).toMatchObject({ state: 'locked', password: { failedAttempts: 10 } });
    // When those turned away come again, and somebody with the right password, everywhere
    const right = { username: 'viewer', password: ACME.viewer.password };
    for (const server of fleet.processes) {
      for (const again of [body, right]) {
        const headers = { 'brand-url': ACME.brandUrl };
        const { status, json } = await server.send('POST', '/api/v1/users/auth', { headers, body: again });
        // Then the lock is what they are told, or that they have tried too often
        expect([
          [403, 'UserLocked'],
          [429, 'TooManyRequests'],
        ]).toContainEqual([status, json.errors[0].code]);
      }
    }
    const after = await checkDatabase(fleet.database);
    expect(after.events.get(ACME.viewer.id)).toHaveLength(events.get(ACME.viewer.id)?.length ?? 0);
  });

  it('swaps of claims between users, in opposite order on two processes, give each its own answer and no fault', async () => {
    const ROUNDS = 400;
    const users = await createUsers(turn(clients, 0), 4);
    // When
    const answers = await spread(ROUNDS, 48, (n) => {
      const email = `swapped.${n % 5}@mouse.test`;
      return turn(clients, n)[dialect(n % 3)].update(turn(users, n * 7), { email, phone: `+1201555010${(n * 3) % 5}` });
    });
    // Then
    const told = statuses(answers);
    expect(Object.keys(told).filter((status) => !['200', '400', '409'].includes(status))).toEqual([]);
    expect(told[200]).toBeGreaterThan(50);
  });

  it('what they have written does not contradict itself', async () => {
    const { findings } = await checkDatabase(fleet.database);
    expect(findings).toEqual([]);
  });
});
