import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CredentialFilter, CredentialQuery, ListedCredential } from '../../src/app/ports/credential-list.ts';
import type { ChangedUser, Store } from '../../src/app/ports/store.ts';
import { EMPTY_USER, type User } from '../../src/core/user/user.ts';
import { NO_CHANGES, NO_WANTS } from '../support/changes.ts';
import { NOW, ORG, OTHER_ORG } from '../support/given.ts';
import type { TestDatabase } from './fresh-store.ts';

const HOUR = 3_600_000;

/** A machine with keys and tokens of which some are made, or expire, at the same moment. */
function machine(id: string, organizationId: string, count: number): User {
  const times = { createdAt: NOW, changedAt: NOW, sequence: 1, version: 1 };
  const part = (kind: string) =>
    Array.from({ length: count }, (_, n) => ({
      id: `${kind}-${id}-${n}`,
      createdAt: NOW + (n % 3),
      expiresAt: NOW + HOUR * ((n * 7) % 5),
    }));
  const credentials = {
    ...EMPTY_USER.credentials,
    keys: part('k').map((key) => ({ ...key, publicKey: 'PEM' })),
    tokens: [
      ...part('t').map((token) => ({ ...token, digest: `digest ${token.id}`, source: 'api' as const })),
      { digest: `digest of ${id}`, createdAt: NOW, expiresAt: null, source: 'setup' as const },
    ],
  };
  return { ...EMPTY_USER, id, organizationId, kind: 'machine', ...times, credentials };
}

const PEOPLE = [machine('a', ORG, 4), machine('b', ORG, 3), machine('c', OTHER_ORG, 5), machine('d', 'third', 2)];

/** What a list must be, in the plainest words. */
function naive({ kind, organizations, self, filter, sort, offset, limit }: CredentialQuery, users: readonly User[]) {
  const within = (value: number, range: CredentialFilter['created']) =>
    value >= (range?.from ?? value) && value <= (range?.to ?? value);
  const all = users.flatMap(({ id: userId, organizationId, credentials }): ListedCredential[] => {
    if (organizations !== 'all' && !organizations.includes(organizationId) && userId !== self) return [];
    const own = kind === 'key' ? credentials.keys : credentials.tokens;
    return own.flatMap((entry) => {
      const { id, createdAt, expiresAt } = entry;
      return id === undefined || expiresAt === null ? [] : [{ id, userId, organizationId, createdAt, expiresAt }];
    });
  });
  const met = all.filter(
    (one) =>
      (filter.id ?? one.id) === one.id &&
      (filter.userId ?? one.userId) === one.userId &&
      (filter.organizationId ?? one.organizationId) === one.organizationId &&
      within(one.createdAt, filter.created) &&
      within(one.expiresAt, filter.expires),
  );
  const way = sort.direction === 'asc' ? 1 : -1;
  const order = (left: string | number, right: string | number) => (left === right ? 0 : left < right ? -way : way);
  met.sort((left, right) => order(left[sort.by], right[sort.by]) || order(left.id, right.id));
  return { credentials: met.slice(offset, offset + limit), total: met.length };
}

const FILTERS: readonly CredentialFilter[] = [
  {},
  { id: 'k-a-1' },
  { id: 't-c-2' },
  { id: '' },
  { userId: 'c' },
  { organizationId: ORG },
  { organizationId: 'third', userId: 'd' },
  { created: { from: NOW + 1 } },
  { created: { to: NOW } },
  { created: { from: NOW + 1, to: NOW + 1 }, expires: { from: NOW + HOUR } },
  { expires: { from: NOW + 3 * HOUR, to: NOW + 2 * HOUR } },
];

const SCOPES: readonly Pick<CredentialQuery, 'organizations' | 'self'>[] = [
  { organizations: 'all' },
  { organizations: 'all', self: 'a' },
  { organizations: [ORG] },
  { organizations: [ORG], self: 'a' },
  { organizations: [ORG], self: 'c' },
  { organizations: [ORG, 'third', 'none'] },
  { organizations: [] },
  { organizations: [], self: 'd' },
];

/** What every engine answers when it lists keys and tokens. */
export function describeCredentials(engine: string, create: () => Promise<TestDatabase>): void {
  describe(`keys and tokens on ${engine}`, () => {
    let database: TestDatabase;
    let store: Store;
    const write = (users: readonly ChangedUser[]) => store.commit(NO_WANTS, () => ({ ...NO_CHANGES, users }));
    beforeAll(async () => {
      database = await create();
      store = await database.open();
      await write(PEOPLE.map((user) => ({ user, isNew: true })));
    });
    afterAll(async () => {
      await store.close();
      await database.destroy();
    });

    it('are listed by every filter, for everybody, in every order', async () => {
      for (const filter of FILTERS) {
        for (const scope of SCOPES) {
          for (const kind of ['key', 'token'] as const) {
            for (const by of ['createdAt', 'expiresAt', 'id', 'userId', 'organizationId'] as const) {
              const direction = by === 'id' ? 'asc' : 'desc';
              const query: CredentialQuery = { kind, ...scope, filter, sort: { by, direction }, offset: 1, limit: 4 };
              expect(await store.listCredentials(query), JSON.stringify(query)).toEqual(naive(query, PEOPLE));
            }
          }
        }
      }
    });

    it('follow every change of the record, and only one that may concern them is written', async () => {
      const query: CredentialQuery = {
        kind: 'key',
        organizations: [ORG],
        filter: { userId: 'b' },
        sort: { by: 'id', direction: 'asc' },
        offset: 0,
        limit: 10,
      };
      const listed = async () => (await store.listCredentials(query)).credentials.map(({ id }) => id);
      const fewer = { ...machine('b', ORG, 1), sequence: 2 };
      await write([{ user: fewer, isNew: false, sameCredentials: true }]);
      expect(await listed()).toEqual(['k-b-0', 'k-b-1', 'k-b-2']);
      await write([{ user: fewer, isNew: false, sameCredentials: false, sameInLists: true }]);
      expect(await listed()).toEqual(['k-b-0']);
      await write([{ user: { ...fewer, state: 'deleted', credentials: EMPTY_USER.credentials }, isNew: false }]);
      expect(await listed()).toEqual([]);
    });

    it('one of several that replace a setting wins', async () => {
      expect(await store.replaceSetting('rota', 'x', 'y')).toBe(false);
      const first = await Promise.all(['1', '2', '3'].map((value) => store.replaceSetting('rota', null, value)));
      expect(first.filter(Boolean)).toHaveLength(1);
      const won = await store.setting('rota');
      const next = await Promise.all(['4', '5', '6'].map((value) => store.replaceSetting('rota', won, value)));
      expect(next.filter(Boolean)).toHaveLength(1);
      expect(await store.replaceSetting('rota', won, '7')).toBe(false);
      expect(await store.replaceSetting('rota', null, '8')).toBe(false);
      expect(['4', '5', '6']).toContain(await store.setting('rota'));
    });
  });
}
