import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveList } from '../../../test/store/naive-lists.ts';
import { ORG, OTHER_ORG, organization } from '../../../test/support/given.ts';
import type { TextMatch } from '../../app/ports/user-list.ts';
import { loginNamesOf } from '../../core/user/login-names.ts';
import { EMPTY_USER, type User } from '../../core/user/user.ts';
import { loginDomainsOf, loginNameFilter } from './login-name-query.ts';

const bare = organization(ORG);
const ruled = organization(OTHER_ORG, { domains: ['ab.test', 'b.test'], userLoginMustBeDomain: true });

function user(organizationId: string, username: string | null): User {
  const times = { sequence: 1, version: 1, createdAt: 1, changedAt: 1 };
  return { ...EMPTY_USER, ...times, id: '7', organizationId, kind: 'human', username };
}

function isFound(one: User, match: TextMatch): boolean {
  const filter = loginNameFilter(match, loginDomainsOf([bare, ruled]));
  const sort = { by: 'id', direction: 'asc' } as const;
  return naiveList([one], { organizations: 'all', filter, sort, offset: 0, limit: 1, countTotal: true }).total === 1;
}

/** What it must come to: the match on one of the login names themselves. */
function isCalled(one: User, { method, value, ignoreCase }: TextMatch): boolean {
  const form = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  return loginNamesOf(one, one.organizationId === ORG ? bare : ruled).some((name) => {
    const [whole, part] = [form(name), form(value)];
    if (method === 'equals') return whole === part;
    if (method === 'startsWith') return whole.startsWith(part);
    return method === 'endsWith' ? whole.endsWith(part) : whole.includes(part);
  });
}

const name = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '.', '@'), minLength: 1, maxLength: 5 });
const ending = fc.constantFrom('', '@', '@a', '@AB.', '@ab.test', '@B.test', '@b.test', '@b.testx');
const anyMatch: fc.Arbitrary<TextMatch> = fc.record({
  method: fc.constantFrom('equals', 'startsWith', 'endsWith', 'contains'),
  value: fc
    .oneof(
      fc.tuple(name, ending).map((parts) => parts.join('')),
      fc.constantFrom('b.t', '.test', 'test', '@b.te', 't', 'T'),
    )
    .map((text) => text || 'a'),
  ignoreCase: fc.boolean(),
});

describe('a query by login name', () => {
  it('finds whoever has one that meets it, with a domain or without', () => {
    const anyUser = fc.record({ organizationId: fc.constantFrom(ORG, OTHER_ORG), username: name });
    fc.assert(
      fc.property(anyUser, anyMatch, ({ organizationId, username }, match) => {
        const one = user(organizationId, username);
        expect(isFound(one, match)).toBe(isCalled(one, match));
      }),
      { numRuns: 5_000 },
    );
  });

  it('finds who has no username by the id, as a whole', () => {
    const match = { value: '7', ignoreCase: false } as const;
    expect(isFound(user(ORG, null), { ...match, method: 'equals' })).toBe(true);
    expect(isFound(user(ORG, 'x'), { ...match, method: 'equals' })).toBe(false);
    expect(isFound(user(ORG, null), { ...match, method: 'startsWith' })).toBe(false);
    expect(isFound(user(OTHER_ORG, null), { ...match, method: 'equals', value: '7@ab.test' })).toBe(true);
    expect(isFound(user(OTHER_ORG, null), { ...match, method: 'equals' })).toBe(false);
  });

  it('asks for the username alone where no organization has the rule, or the domains for it', () => {
    const withoutDomains = organization(OTHER_ORG, { domains: [], userLoginMustBeDomain: true });
    expect(loginDomainsOf([bare, withoutDomains])).toEqual([]);
    const match: TextMatch = { method: 'contains', value: 'a', ignoreCase: true };
    expect(loginNameFilter(match, [])).toEqual({ type: 'text', field: 'username', ...match });
  });

  it('asks only where it can be met, and of all organizations together that are asked the same', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      organization(`o${n}`, { domains: [`d${n}.test`], userLoginMustBeDomain: true }),
    );
    const branches = (method: TextMatch['method'], value: string) => {
      const filter = loginNameFilter({ method, value, ignoreCase: false }, loginDomainsOf(many));
      if (filter.type !== 'or') throw new Error('it is no alternative');
      return filter.filters.length;
    };
    expect(branches('equals', 'a@d7.test')).toBe(2);
    expect(branches('equals', 'a')).toBe(1);
    expect(branches('startsWith', 'a@d1')).toBe(3);
    expect(branches('endsWith', '.test')).toBe(2);
    expect(branches('contains', 'a@d1')).toBe(3);
    expect(branches('contains', 'd1')).toBe(3);
  });

  it('asks for the same domains once', () => {
    const twin = organization('third', { domains: ruled.domains, userLoginMustBeDomain: true });
    expect(loginDomainsOf([bare, ruled, twin])).toEqual([
      { domains: ruled.domains, organizations: [OTHER_ORG, 'third'] },
    ]);
  });
});
