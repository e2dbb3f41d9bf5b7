import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UserSort } from '../../../src/app/ports/user-list.ts';
import type { User } from '../../../src/core/user/user.ts';
import { naiveList } from '../../store/naive-lists.ts';
import { organization } from '../../support/given.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { meetsAll, type Query } from './list-users-model.ts';
import { anyQueries, DOMAIN_ORG, populate } from './list-users-population.ts';
import { ADMIN, bearer, END, END_USER, ROOT_AUTH, VIEWER, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let everybody: User[] = [];
beforeAll(async () => {
  const planted = await populate(tessera, 300);
  const { users } = await tessera.store.list({
    organizations: 'all',
    sort: { by: 'id', direction: 'asc' },
    offset: 0,
    limit: 1_000,
    countTotal: true,
  });
  const ids = new Set(planted.map(({ id }) => id));
  everybody = [...planted, ...users.filter(({ id }) => !ids.has(id))];
  expect(everybody.length).toBeGreaterThan(305);
});

const domains = organization(DOMAIN_ORG.id, { domains: DOMAIN_ORG.domains, userLoginMustBeDomain: true });

/** Who asks, and whom it may see. */
const CALLERS = [
  { headers: ROOT_AUTH, sees: () => true },
  { headers: ADMIN, sees: ({ organizationId }: User) => organizationId === ACME.id },
  { headers: VIEWER, sees: ({ organizationId }: User) => organizationId === ACME.id },
  { headers: bearer(GLOBEX.adminPat), sees: ({ organizationId }: User) => organizationId === GLOBEX.id },
  { headers: END, sees: ({ id }: User) => id === END_USER.id },
];

const COLUMNS: Readonly<Record<string, UserSort['by']>> = {
  UNSPECIFIED: 'id',
  USER_NAME: 'username',
  FIRST_NAME: 'givenName',
  LAST_NAME: 'familyName',
  NICK_NAME: 'nickName',
  DISPLAY_NAME: 'displayName',
  EMAIL: 'email',
  STATE: 'state',
  TYPE: 'kind',
  CREATION_DATE: 'createdAt',
};

interface Listing {
  readonly queries: readonly Query[];
  readonly column: string;
  readonly asc: boolean;
  readonly offset: number;
  readonly limit: number;
  readonly caller: number;
}

async function check({ queries, column, asc, offset, limit, caller }: Listing): Promise<number> {
  const { headers, sees } = CALLERS[caller] ?? { headers: {}, sees: () => false };
  const met = everybody.filter(
    (user) => sees(user) && meetsAll(user, queries, user.organizationId === DOMAIN_ORG.id ? domains : undefined),
  );
  const expected = naiveList(met, {
    organizations: 'all',
    sort: { by: COLUMNS[column] ?? 'id', direction: asc ? 'asc' : 'desc' },
    offset,
    limit: limit || 1_000,
    countTotal: true,
  });

  const response = await tessera.send('POST', '/v2/users', {
    headers,
    body: { query: { offset: String(offset), limit, asc }, sortingColumn: `USER_FIELD_NAME_${column}`, queries },
  });

  expect(response.status, response.text).toBe(200);
  const { details, result = [] } = response.json;
  expect({
    ids: result.map(({ userId }: { userId: string }) => userId),
    total: Number(details.totalResult ?? 0),
  }).toEqual(expected);
  return expected.total;
}

it('whatever is asked, the answer is what looking at every record gives', async () => {
  const listing: fc.Arbitrary<Listing> = fc.record({
    queries: anyQueries,
    column: fc.constantFrom(...Object.keys(COLUMNS)),
    asc: fc.boolean(),
    offset: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
    limit: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })),
    caller: fc.oneof(fc.constant(0), fc.nat({ max: CALLERS.length - 1 })),
  });
  let found = 0;
  const property = fc.asyncProperty(listing, async (one) => {
    if ((await check(one)) > 0) found += 1;
  });
  await fc.assert(property, { numRuns: 1_000, interruptAfterTimeLimit: 6_000 });
  expect(found).toBeGreaterThan(50);
});

it.each(Object.keys(COLUMNS))('by %s, up and down, in pages that leave out and repeat nobody', async (column) => {
  const common = { queries: [], column, caller: 0 };
  for (const asc of [true, false]) {
    const total = await check({ ...common, asc, offset: 0, limit: 0 });
    for (let offset = 0; offset < total; offset += 70) await check({ ...common, asc, offset, limit: 70 });
  }
});
