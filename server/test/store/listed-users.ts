import fc from 'fast-check';
import { userCode } from '../../src/app/ports/user-code.ts';
import { SORT_FIELDS, TEXT_FIELDS, type UserFilter, type UserQuery } from '../../src/app/ports/user-list.ts';
import { EMPTY_USER, USER_STATES, USER_TYPES, type User } from '../../src/core/user/user.ts';
import { NOW } from '../support/given.ts';

/** Texts that are alike in one way or another, or mean something to a database. */
const WORDS = [
  'Anna', 'ANNA', 'annalisa', 'Hanna', 'na', 'Straße', 'STRASSE', 'strasse', 'İstanbul', 'istanbul', 'ISTANBUL', 'Σίσυφος',
  'ΣΊΣΥΦΟΣ', 'σίσυφοσ', 'a%b', 'a_b', 'axb', 'a*b', 'a?b', 'a[b]', 'a\\b', '100%', "O'Neil", '"quoted"', 'x"y"z', 'AND', 'a OR b', 'é', 'e\u0301',
  'Rene\u0301', 'René', 'rene', '𝒜nna', '𐐀𐐁𐐂x', '𐐨𐐩𐐪x', '漢字仮名', '漢字', 'ﬁne', 'FINE', '\u{F0041}\u{F0042}\u{F0043}', 'ABC', 'abc',
  '\u{F0161}\u{F0162}\u{F0163}', '\u{10FFFF}', 'a\u{10FFFF}', '\uFFFD', '\uD7FFx', ' spaced  out ', 'a\nb', '-',
] as const; // biome-ignore format: a table
const EMAILS = ['anna@a.test', 'ANNA@a.test', 'anna.lisa@a.test', 'o_neil%@b.test', 'straße@b.test', 'x@y.test'];
const PHONES = ['+41791234567', '+41791234568', '+12125550100'];
const ROLES = ['admin', 'ad', 'a,b', 'a;b', 'ß', '%2C'];
const METADATA = [
  'key',
  'KEY',
  'key%',
  'straße',
  'k',
  '',
  '\u00AD',
  'e\u0301k',
  'k|ey',
  'k~`',
  '^k',
  '`',
  'k\uFFFF*?[',
];
const VALUES = ['YQ==', 'Yg==', ''];
const LANGUAGES = ['de', 'de-DE', 'und'];
export const ORGANIZATIONS = ['org-a', 'org-b', 'org-ab', '-', ''];

/** Also of the characters that have a meaning where all keys of a user stand together. */
const metadataName = fc.oneof(
  fc.constantFrom(...METADATA),
  fc.string({ unit: fc.constantFrom('|', '=', '^', '~', '`', '\u0001', '\u007F', 'k'), maxLength: 3 }),
);
const word = fc.constantFrom(...WORDS);
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null, freq: 3 });

const userId = fc.integer({ min: 0, max: 400 }).map((n) => idOf(n));

export function idOf(n: number): string {
  return n % 10 === 9 ? `id ${n} ß` : String(400_000_000_000_000_000n + BigInt(n));
}

export function listed(id: string, more: Partial<User> = {}): User {
  const fixed = {
    organizationId: 'org-a',
    kind: 'human',
    sequence: 1,
    version: 1,
    createdAt: NOW,
    changedAt: NOW,
  } as const;
  return { ...EMPTY_USER, ...fixed, ...more, id };
}

export const anyUser: fc.Arbitrary<(id: string) => User> = fc
  .record({
    organizationId: fc.constantFrom(...ORGANIZATIONS),
    kind: fc.constantFrom('human' as const, 'machine' as const),
    state: fc.constantFrom('active' as const, 'active' as const, ...USER_STATES),
    createdAt: fc.integer({ min: NOW, max: NOW + 5 }),
    username: some(word),
    names: fc.tuple(some(word), some(fc.oneof(word, fc.constant(''))), some(word), some(word)),
    email: some(fc.constantFrom(...EMAILS)),
    phone: some(fc.constantFrom(...PHONES)),
    isNamed: fc.boolean(),
    isAddressed: fc.boolean(),
    verified: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    language: some(fc.constantFrom(...LANGUAGES)),
    roles: fc.subarray(ROLES),
    type: fc.constantFrom(...USER_TYPES),
    code: some(fc.constantFrom('p', 'P')),
    referrer: some(userId),
    metadata: fc.dictionary(metadataName, fc.constantFrom(...VALUES), { maxKeys: 3 }),
  })
  .map((parts) => (id) => {
    const [givenName, familyName, nickName, ownName] = parts.names;
    const displayName = parts.isNamed ? `${givenName} ${familyName}` : ownName;
    const [emailVerified, phoneVerified, fraud] = parts.verified;
    const { organizationId, kind, state, createdAt, username, roles, type, code, metadata, language, referrer } = parts;
    const profile = { ...EMPTY_USER.profile, givenName, familyName, nickName, displayName };
    return listed(id, {
      organizationId,
      kind,
      state,
      createdAt,
      username,
      profile: { ...profile, preferredLanguage: language, timeZone: language, avatarUrl: code },
      email: {
        ...EMPTY_USER.email,
        value: parts.isAddressed ? `${username}@b.test` : parts.email,
        verified: emailVerified,
      },
      phone: { ...EMPTY_USER.phone, value: parts.phone, verified: phoneVerified },
      extra: { ...EMPTY_USER.extra, fraud, metadata },
      membership: { ...EMPTY_USER.membership, roles, type, package: code, referralCode: code, referrer },
    });
  });

const part = fc.oneof(
  word,
  fc.constantFrom(
    ...EMAILS,
    ...PHONES,
    ...METADATA,
    '',
    'a',
    'n',
    'nna',
    'ann',
    'test',
    '@a.test',
    'ss',
    '%',
    '_',
    '\\',
    'neil',
    '+41',
    '\uD800',
    'a\0',
  ),
);
const method = fc.constantFrom('equals' as const, 'startsWith' as const, 'endsWith' as const, 'contains' as const);
const match = fc.record({ method, value: part, ignoreCase: fc.boolean() });
const field = fc.constantFrom(...TEXT_FIELDS);

const metadataKey = fc.record({
  method,
  value: fc.oneof(metadataName, fc.constantFrom('e', 'e\u0301')),
  ignoreCase: fc.boolean(),
});
const metadataValue = fc.oneof(
  fc.record({ equals: fc.constantFrom(...VALUES) }),
  fc.record({ differsFrom: fc.constantFrom(...VALUES) }),
);
const leaf: fc.Arbitrary<UserFilter> = fc.oneof(
  {
    arbitrary: fc.tuple(field, match).map(([field, match]) => ({ type: 'text' as const, field, ...match })),
    weight: 8,
  },
  fc.tuple(fc.subarray([...TEXT_FIELDS], { minLength: 2 }), match).map(([fields, match]) => ({
    type: 'or' as const,
    filters: fields.map((field) => ({ type: 'text' as const, field, ...match })),
  })),
  fc.record({
    type: fc.constant('textIn' as const),
    field,
    values: fc.array(part, { maxLength: 4 }),
    ignoreCase: fc.boolean(),
  }),
  fc.array(userId, { maxLength: 5 }).map((values) => ({ type: 'in' as const, field: 'id' as const, values })),
  fc
    .array(userId, { maxLength: 3 })
    .map((ids) => ({ type: 'in' as const, field: 'code' as const, values: ids.map(userCode) })),
  fc.array(userId, { maxLength: 50 }).map((values) => ({ type: 'in' as const, field: 'referrer' as const, values })),
  fc.constant({ type: 'absent' as const, field: 'language' as const }),
  fc
    .tuple(userId, fc.nat({ max: 17 }), fc.integer({ min: 0, max: 3 }))
    .map(([id, at, length]) => ({ type: 'codeContains' as const, part: userCode(id).slice(at, at + length) })),
  fc.subarray(ORGANIZATIONS).map((values) => ({ type: 'in' as const, field: 'organization' as const, values })),
  fc.subarray(['human', 'machine'] as const).map((values) => ({ type: 'in' as const, field: 'kind' as const, values })),
  fc.subarray([...USER_STATES]).map((values) => ({ type: 'in' as const, field: 'state' as const, values })),
  fc.subarray([...USER_TYPES]).map((values) => ({ type: 'in' as const, field: 'type' as const, values })),
  fc
    .record({ field: fc.constantFrom('language', 'timeZone'), values: fc.subarray(LANGUAGES) })
    .map(({ field, values }) => ({ type: 'in', field, values }) as UserFilter),
  fc
    .record({ field: fc.constantFrom('package', 'referralCode', 'avatarUrl'), values: fc.subarray(['p', 'P', '']) })
    .map(({ field, values }) => ({ type: 'in', field, values }) as UserFilter),
  fc.record({
    type: fc.constant('flag' as const),
    field: fc.constantFrom('emailVerified' as const, 'phoneVerified' as const, 'fraud' as const),
    value: fc.boolean(),
  }),
  fc.constantFrom(...ROLES).map((role) => ({ type: 'role' as const, role })),
  fc.record({
    type: fc.constant('created' as const),
    from: fc.option(fc.integer({ min: NOW, max: NOW + 5 }), { nil: undefined }),
    to: fc.option(fc.integer({ min: NOW, max: NOW + 5 }), { nil: undefined }),
  }),
  fc
    .record({ key: fc.oneof(match, metadataKey), value: metadataValue }, { requiredKeys: [] })
    .map((entry) => ({ type: 'metadata' as const, ...entry })),
);

const { tree } = fc.letrec<{ tree: UserFilter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: leaf, weight: 4 },
    fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('tree'), { maxLength: 3 }),
    }),
    tie('tree').map((filter) => ({ type: 'not' as const, filter })),
  ),
}));

export const anyQuery: fc.Arbitrary<UserQuery> = fc.record({
  organizations: fc.oneof(fc.constant('all' as const), fc.subarray([...ORGANIZATIONS, 'nobody'])),
  self: fc.option(userId, { nil: undefined, freq: 2 }),
  deleted: fc.boolean().map((other) => (other ? undefined : false)),
  filter: fc.option(tree, { nil: undefined, freq: 6 }),
  sort: fc.record({ by: fc.constantFrom(...SORT_FIELDS), direction: fc.constantFrom('asc' as const, 'desc' as const) }),
  offset: fc.oneof(fc.constant(0), fc.nat({ max: 60 })),
  limit: fc.oneof(fc.constant(100), fc.nat({ max: 20 })),
  countTotal: fc.oneof(fc.constant(true), fc.boolean()),
});

/** A query among those who were deleted as likely as not. */
export const anyListing = fc.tuple(anyQuery, fc.nat({ max: 3 })).map(([query, n]) => ({ ...query, deleted: n === 0 }));
