import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loginDomainsOf, loginNameFilter } from '../../src/api/zitadel/login-name-query.ts';
import type { MetadataFilter, TextMatch, UserFilter, UserQuery } from '../../src/app/ports/user-list.ts';
import { EMPTY_USER } from '../../src/core/user/user.ts';
import { type Costs, Lister } from '../../src/store/sqlite/lists/lister.ts';
import { organization } from '../support/given.ts';
import { memoryDatabase } from '../support/world.ts';
import { listed } from './listed-users.ts';
import { save } from './lists.ts';

/** As with a table so large that any way round it pays. */
const LARGE: Costs = { scanned: 1_000, gathered: 0.001, walked: 1_000 };
const RULED = organization('ruled', { domains: ['ruled.test'], userLoginMustBeDomain: true });

let { db, store } = memoryDatabase();
beforeEach(async () => {
  ({ db, store } = memoryDatabase());
  const users = Array.from({ length: 200 }, (_, n) =>
    listed(`${n}`, {
      organizationId: n < 5 ? 'ruled' : 'large',
      username: `user${n}`,
      extra: { ...EMPTY_USER.extra, metadata: { team: n % 50 === 0 ? 'YQ==' : 'Yg==' } },
    }),
  );
  await save(store, users);
});
afterEach(() => store.close());

const metadata = (key: Partial<TextMatch> | null, value?: MetadataFilter['value']): MetadataFilter => ({
  type: 'metadata',
  ...(key && { key: { method: 'equals', value: 'team', ignoreCase: false, ...key } }),
  ...(value && { value }),
});

/** Lists, and tells which tables were read from one end to the other for it. */
function look(query: Partial<UserQuery>) {
  const prepare = vi.spyOn(db, 'prepare');
  const { rows } = new Lister(db, LARGE).list({
    organizations: 'all',
    sort: { by: 'id', direction: 'asc' },
    offset: 0,
    limit: 100,
    countTotal: true,
    ...query,
  });
  const statements = prepare.mock.calls.map(([text]) => text);
  prepare.mockRestore();
  const steps = statements.flatMap((text) => db.prepare(`EXPLAIN QUERY PLAN ${text}`).all());
  const scans = steps.map(({ detail }) => String(detail)).filter((detail) => /^SCAN [smt]\b/.test(detail));
  return { ids: rows.map(({ id }) => id), scans };
}

describe('a list reads no table from one end to the other', () => {
  it.each<[string, UserFilter]>([
    ['another value', metadata(null, { differsFrom: 'YQ==' })],
    ['a key by its end', metadata({ method: 'endsWith', value: 'eam' })],
    ['a key that is not there', { type: 'not', filter: metadata({ method: 'contains', value: 'x' }) }],
    ['a key or a value', { type: 'or', filters: [metadata({}), metadata(null, { equals: 'Yg==' })] }],
  ])('for who may see nobody else, by metadata: %s', (_what, filter) => {
    const query = { organizations: [], self: '7', filter: { type: 'and', filters: Array(100).fill(filter) } } as const;
    expect(look(query)).toEqual({ ids: ['7'], scans: [] });
  });

  it.each<[string, UserFilter]>([
    ['another value', metadata(null, { differsFrom: 'YQ==' })],
    ['a key by its end', metadata({ method: 'endsWith', value: 'eam' }, { differsFrom: 'YQ==' })],
  ])('for a small organization, by metadata: %s', (_what, filter) => {
    expect(look({ organizations: ['ruled'], filter })).toEqual({ ids: ['1', '2', '3', '4'], scans: [] });
  });

  it.each<[string, UserFilter]>([
    ['of any key', metadata(null, { equals: 'YQ==' })],
    ['of a key by its end', metadata({ method: 'endsWith', value: 'eam' }, { equals: 'YQ==' })],
  ])('for a value %s', (_what, filter) => {
    expect(look({ filter })).toEqual({ ids: ['0', '100', '150', '50'], scans: [] });
  });

  it.each<[TextMatch['method'], string, string[]]>([
    ['equals', 'user1@ruled.test', ['1']],
    ['equals', 'user7', ['7']],
    ['equals', 'user1', []],
    ['equals', '@ruled.test', []],
    ['startsWith', 'user1@ru', ['1']],
  ])('for a login name that %s %s', (method, value, ids) => {
    const filter = loginNameFilter({ method, value, ignoreCase: true }, loginDomainsOf([RULED]));
    expect(look({ filter })).toEqual({ ids, scans: [] });
  });
});

describe('a list of many conditions', () => {
  const many = (filter: (n: number) => UserFilter, count = 1_500) => Array.from({ length: count }, (_, n) => filter(n));
  const contains = (n: number): UserFilter => ({
    type: 'not',
    filter: { type: 'text', field: 'email', method: 'contains', value: `x${n}`, ignoreCase: false },
  });

  it('is made of many organizations too', () => {
    const organizations = ['ruled', 'large', ...Array.from({ length: 30 }, (_, n) => `other${n}`)];
    const lister = new Lister(db, { scanned: 1_000, gathered: 1_000_000_000, walked: 0 });
    const { total } = lister.list({
      organizations,
      filter: { type: 'and', filters: many(contains) },
      sort: { by: 'username', direction: 'asc' },
      offset: 0,
      limit: 10,
      countTotal: true,
    });
    expect(total).toBe(200);
  });

  it('takes one way to each of more than SQLite joins', () => {
    const name = (n: number): UserFilter => ({
      type: 'text',
      field: 'username',
      method: 'equals',
      value: `user${n * 10}`,
      ignoreCase: true,
    });
    const { ids, scans } = look({ filter: { type: 'or', filters: many(name, 600) } });
    expect({ found: ids.length, scans }).toEqual({ found: 20, scans: [] });
  });
});
