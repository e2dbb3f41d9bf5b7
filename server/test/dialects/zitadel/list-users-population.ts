import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { EMPTY_USER, type User } from '../../../src/core/user/user.ts';
import { NO_CHANGES, NO_WANTS } from '../../support/changes.ts';
import { reconfigure } from '../../support/configure.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import type { Tessera } from '../../support/tessera.ts';
import type { Query } from './list-users-model.ts';
import { ROOT_AUTH } from './support.ts';

/** An organization in which login names end in a domain. */
export const DOMAIN_ORG = { id: '300000000000000003', domains: ['login.test', 'other.login.test'] };

/** Texts that are alike in one way or another, or mean something to a database. */
const WORDS = ['anna', 'Anna', 'ANNALISA', 'hanna', 'na', 'Straße', 'STRASSE', 'a%b', 'a_b', 'axb', "O'Neil", 'bob'];
const METADATA = ['team', 'Team', 'teams', 'level'];
const VALUES = ['YQ==', 'Yg==', 'AP8='];
const EMAILS = ['anna@a.test', 'ANNA@a.test', 'bob@a.test', 'o_neil%@b.test'];
const PHONES = ['+41791234567', '+41791234568', '+12125550100'];

const word = fc.constantFrom(...WORDS);
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null, freq: 4 });

const idOf = (n: number): string => String(500_000_000_000_000_000n + BigInt(n));

const anyUser: fc.Arbitrary<Omit<User, 'id'>> = fc
  .record({
    organizationId: fc.constantFrom(ACME.id, GLOBEX.id, DOMAIN_ORG.id),
    kind: fc.constantFrom('human' as const, 'human' as const, 'machine' as const),
    state: fc.constantFrom('active', 'active', 'inactive', 'locked', 'suspended', 'initial', 'deleted') as fc.Arbitrary<
      User['state']
    >,
    createdAt: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_009 }),
    username: some(word),
    names: fc.tuple(some(word), some(word), some(word), some(word)),
    email: some(fc.constantFrom(...EMAILS)),
    phone: some(fc.constantFrom(...PHONES)),
    metadata: fc.dictionary(fc.constantFrom(...METADATA), fc.constantFrom(...VALUES), { maxKeys: 3 }),
  })
  .map(({ names: [givenName, familyName, nickName, displayName], username, email, phone, metadata, ...fixed }) => ({
    ...EMPTY_USER,
    ...fixed,
    sequence: 1,
    version: 1,
    changedAt: fixed.createdAt,
    username: fixed.organizationId === DOMAIN_ORG.id ? (username ?? 'anna') : username,
    profile: { ...EMPTY_USER.profile, givenName, familyName, nickName, displayName },
    email: { ...EMPTY_USER.email, value: email },
    phone: { ...EMPTY_USER.phone, value: phone },
    extra: { ...EMPTY_USER.extra, metadata },
  }));

/** Adds the organization and a few hundred users, always the same. */
export async function populate(tessera: Tessera, count: number): Promise<User[]> {
  await reconfigure(tessera.store, ACME.id, (organization) => {
    const { id, domains } = DOMAIN_ORG;
    Object.assign(organization, {
      id,
      name: 'Domains',
      domains,
      userLoginMustBeDomain: true,
      sections: { zitadel: {} },
    });
  });
  const users = fc.sample(anyUser, { numRuns: count, seed: 7 }).map((user, n) => ({ ...user, id: idOf(n) }));
  await tessera.store.commit(NO_WANTS, () => ({ ...NO_CHANGES, users: users.map((user) => ({ user, isNew: true })) }));
  // The server hears of the organization a little later.
  const headers = { ...ROOT_AUTH, 'x-zitadel-orgid': DOMAIN_ORG.id };
  const isThere = async () => expect((await tessera.send('POST', '/v2/users', { headers, body: {} })).status).toBe(200);
  await vi.waitFor(isThere, { timeout: 10_000, interval: 100 });
  return users;
}

const part = fc.oneof(
  word,
  fc.constantFrom(...EMAILS, ...PHONES, ...METADATA, 'a', 'nna', 'ss', '%', '_', 'test', '@', 'na@log', '@login.test'),
  fc.tuple(word, fc.constantFrom(...DOMAIN_ORG.domains)).map(([name, domain]) => `${name}@${domain}`),
);
const METHODS = ['EQUALS', 'STARTS_WITH', 'CONTAINS', 'ENDS_WITH'].flatMap((name) => [name, `${name}_IGNORE_CASE`]);
const method = (kind: 'QUERY' | 'FILTER') => fc.constantFrom(...METHODS).map((name) => `TEXT_${kind}_METHOD_${name}`);

/** Kinds that look at one text, and the member that holds what is looked for. */
export const TEXT_KINDS = {
  userNameQuery: 'userName',
  firstNameQuery: 'firstName',
  lastNameQuery: 'lastName',
  nickNameQuery: 'nickName',
  displayNameQuery: 'displayName',
  emailQuery: 'emailAddress',
  phoneQuery: 'number',
  loginNameQuery: 'loginName',
} as const;

const textQuery = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(TEXT_KINDS) as (keyof typeof TEXT_KINDS)[])),
    value: fc.oneof(part, fc.nat(299).map(idOf)),
    method: method('QUERY'),
  })
  .map(({ kind, value, method }) => ({
    [kind]: { [TEXT_KINDS[kind]]: kind === 'phoneQuery' ? value.slice(0, 20) : value, method },
  }));

const leaf: fc.Arbitrary<Query> = fc.oneof(
  { arbitrary: textQuery, weight: 8 },
  fc
    .constantFrom('UNSPECIFIED', 'ACTIVE', 'INACTIVE', 'DELETED', 'LOCKED', 'INITIAL')
    .map((state) => ({ stateQuery: { state: `USER_STATE_${state}` } })),
  fc.constantFrom('UNSPECIFIED', 'HUMAN', 'MACHINE').map((type) => ({ typeQuery: { type: `TYPE_${type}` } })),
  fc
    .constantFrom(ACME.id, GLOBEX.id, DOMAIN_ORG.id, 'nowhere')
    .map((organizationId) => ({ organizationIdQuery: { organizationId } })),
  fc.array(fc.nat(310).map(idOf), { minLength: 1, maxLength: 40 }).map((userIds) => ({ inUserIdsQuery: { userIds } })),
  fc
    .subarray([...EMAILS, 'nobody@a.test'], { minLength: 1 })
    .map((userEmails) => ({ inUserEmailsQuery: { userEmails } })),
  {
    arbitrary: fc
      .record({ key: fc.constantFrom(...METADATA, 'tea', ''), method: method('FILTER') })
      .map((metadataKeyFilter) => ({ metadataKeyFilter })),
    weight: 3,
  },
  {
    arbitrary: fc
      .record({
        value: fc.constantFrom(...VALUES, ''),
        method: fc.constantFrom('EQUALS', 'NOT_EQUALS').map((name) => `BYTE_FILTER_METHOD_${name}`),
      })
      .map((metadataValueFilter) => ({ metadataValueFilter })),
    weight: 3,
  },
);

const { tree } = fc.letrec<{ tree: Query }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: leaf, weight: 4 },
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((queries) => ({ orQuery: { queries } })),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((queries) => ({ andQuery: { queries } })),
    tie('tree').map((query) => ({ notQuery: { query } })),
  ),
})) as { tree: fc.Arbitrary<Query> };

export const anyQueries = fc.array(tree, { maxLength: 3 });
