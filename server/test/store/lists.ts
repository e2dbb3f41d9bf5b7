import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/app/ports/store.ts';
import {
  SORT_FIELDS,
  TEXT_FIELDS,
  type TextMethod,
  type UserFilter,
  type UserQuery,
} from '../../src/app/ports/user-list.ts';
import { EMPTY_USER, type User } from '../../src/core/user/user.ts';
import { NO_CHANGES, NO_WANTS } from '../support/changes.ts';
import { createUser, NOW } from '../support/given.ts';
import { createWorld } from '../support/world.ts';
import type { TestDatabase } from './fresh-store.ts';
import { anyListing, anyUser, idOf, listed } from './listed-users.ts';
import { naiveList } from './naive-lists.ts';

const EVERYBODY: UserQuery = {
  organizations: 'all',
  sort: { by: 'id', direction: 'asc' },
  offset: 0,
  limit: 1_000,
  countTotal: true,
};

const named = (id: string, profile: Partial<User['profile']>): User =>
  listed(id, { profile: { ...EMPTY_USER.profile, ...profile } });
const nick = (method: TextMethod, value: string, ignoreCase = false): UserFilter => ({
  type: 'text',
  field: 'nickName',
  method,
  value,
  ignoreCase,
});

export async function save(store: Store, users: readonly User[], isNew = true): Promise<void> {
  await store.commit(NO_WANTS, () => ({ ...NO_CHANGES, users: users.map((user) => ({ user, isNew })) }));
}

/** Users of all kinds, the same in every run. */
export function population(count: number): User[] {
  return fc.sample(anyUser, { numRuns: count, seed: 7 }).map((make, n) => make(idOf(n)));
}

/** What lists answer on every engine. */
export function describeLists(engine: string, create: () => Promise<TestDatabase>): void {
  describe(`lists on ${engine}`, () => {
    let database: TestDatabase;
    let store: Store;
    beforeEach(async () => {
      database = await create();
      store = await database.open();
    });
    afterEach(async () => {
      await store.close();
      await database.destroy();
    });
    const ids = async (query: Partial<UserQuery>): Promise<string[]> =>
      (await store.list({ ...EVERYBODY, ...query })).users.map(({ id }) => id);
    const find = (filter: UserFilter): Promise<string[]> => ids({ filter });

    it('are empty in a new database', async () => {
      expect(await store.list(EVERYBODY)).toEqual({ users: [], total: 0 });
    });

    it('hold whole records', async () => {
      const users = population(20).filter(({ state }) => state !== 'deleted');
      await save(store, users);
      expect(new Set((await store.list(EVERYBODY)).users)).toEqual(new Set(users));
    });

    it.each(TEXT_FIELDS)('find %s by every method, with and without its case', async (field) => {
      const texts = { a: 'Straßenfest', b: 'straßenfest', c: 'Strassenbahn', d: null, e: 'Fest' };
      await save(
        store,
        Object.entries(texts).map(([id, value]) => {
          if (field === 'username') return listed(id, { username: value });
          if (field === 'email' || field === 'phone') return listed(id, { [field]: { ...EMPTY_USER.email, value } });
          return named(id, { [field]: value });
        }),
      );
      const found = async (method: TextMethod, value: string) =>
        Promise.all(
          [false, true].map(async (ignoreCase) =>
            (await find({ type: 'text', field, method, value, ignoreCase })).join(''),
          ),
        );
      expect(await found('equals', 'Straßenfest')).toEqual(['a', 'ab']);
      expect(await found('startsWith', 'Straß')).toEqual(['a', 'abc']);
      expect(await found('startsWith', 'STRASSE')).toEqual(['', 'abc']);
      expect(await found('endsWith', 'fest')).toEqual(['ab', 'abe']);
      expect(await found('contains', 'ße')).toEqual(['ab', 'abc']);
      expect(await found('contains', 'enf')).toEqual(['ab', 'ab']);
      expect(await found('contains', '')).toEqual(['abce', 'abce']);
      expect(await found('equals', '')).toEqual(['', '']);
      expect(await find({ type: 'textIn', field, values: ['fest', 'Strassenbahn', 'x'], ignoreCase: true })).toEqual([
        'c',
        'e',
      ]);
      expect(await find({ type: 'textIn', field, values: ['fest', 'Strassenbahn'], ignoreCase: false })).toEqual(['c']);
      expect(await find({ type: 'textIn', field, values: [], ignoreCase: true })).toEqual([]);
    });

    it.each([0, 3, 1_001])('list people page by page and count them, beside %i machines', async (count) => {
      const people = Array.from({ length: 7 }, (_, n) => listed(`p${n}`, { username: `p${7 - n}` }));
      const machines = Array.from({ length: count }, (_, n) => listed(`m${n}`, { kind: 'machine', username: `q${n}` }));
      const elsewhere = listed('x', { organizationId: 'org-b' });
      await save(store, [...people, ...machines, elsewhere, listed('gone', { state: 'deleted' })]);
      const filter: UserFilter = { type: 'in', field: 'kind', values: ['human'] };
      for (const [by, ids] of [
        ['id', ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']],
        ['username', ['p6', 'p5', 'p4', 'p3', 'p2', 'p1', 'p0']],
        ['state', ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6']],
      ] as const) {
        const listOf = (more: Partial<UserQuery>) =>
          store.list({ ...EVERYBODY, organizations: ['org-a'], filter, sort: { by, direction: 'asc' }, ...more });
        const page = await listOf({ offset: 2, limit: 3 });
        expect({ ids: page.users.map(({ id }) => id), total: page.total }).toEqual({ ids: ids.slice(2, 5), total: 7 });
        const uncounted = await listOf({ offset: 5, countTotal: false });
        expect({ ids: uncounted.users.map(({ id }) => id), total: uncounted.total }).toEqual({
          ids: ids.slice(5),
          total: null,
        });
        expect((await listOf({ self: 'x' })).total).toBe(8);
        expect((await listOf({ self: 'm0', organizations: [] })).total).toBe(0);
        expect((await listOf({ organizations: 'all' })).total).toBe(8);
        expect((await listOf({ deleted: true })).users.map(({ id }) => id)).toEqual(['gone']);
      }
    });

    it('count sign-ups by days, of the people of organizations who are still there', async () => {
      const DAY = 86_400_000;
      const at = (organizationId: string, createdAt: number, more: Partial<User> = {}) => ({
        organizationId,
        createdAt,
        ...more,
      });
      const users = [
        at('org-a', 10 * DAY),
        at('org-a', 11 * DAY - 1),
        at('org-a', 11 * DAY),
        at('org-b', 11 * DAY),
        at('org-a', 12 * DAY),
        at('org-a', 12 * DAY, { kind: 'machine' }),
        at('org-a', 12 * DAY, { state: 'deleted' }),
        at('org-c', 12 * DAY),
      ];
      await save(
        store,
        users.map((more, n) => listed(`${n}`, more)),
      );
      const counted = async (organizations: string[], from: number, to: number) =>
        Object.fromEntries(await store.countSignUps({ signUpsOf: 'human', organizations, from, to }));
      expect(await counted(['org-a'], 0, Number.MAX_SAFE_INTEGER)).toEqual({ 10: 2, 11: 1, 12: 1 });
      expect(await counted(['org-a', 'org-b'], 10 * DAY + 1, 12 * DAY)).toEqual({ 10: 1, 11: 2 });
      expect(await counted(['org-a'], 13 * DAY, 14 * DAY)).toEqual({});
      expect(await counted([], 0, 14 * DAY)).toEqual({});
      const machines = { signUpsOf: 'machine', organizations: ['org-a'], from: 0, to: 14 * DAY } as const;
      expect([...(await store.countSignUps(machines))]).toEqual([[12, 1]]);
    });

    it('take every character for itself', async () => {
      const texts = ['a%b', 'a_b', 'a*b', 'a?b', 'a\\b', 'axb', 'a"b', "a'b", 'a[y]b'];
      await save(
        store,
        texts.map((nickName, n) => named(`${n}`, { nickName })),
      );
      for (const [n, text] of texts.entries()) {
        for (const method of ['equals', 'startsWith', 'endsWith', 'contains'] as const) {
          expect(await find(nick(method, text)), `${method} ${text}`).toEqual([`${n}`]);
        }
        expect(await find(nick('contains', text.slice(1, -1), true))).toEqual([`${n}`]);
      }
      expect(await find(nick('contains', 'a\0b'))).toEqual([]);
      expect(await find(nick('contains', '\uD800'))).toEqual([]);
      expect(await find({ type: 'not', filter: nick('contains', '\uD800') })).toHaveLength(texts.length);
    });

    it('know the letters of all scripts', async () => {
      const texts = ['İpek', 'ΣΊΣΥΦΟΣ', '𐐀𐐁𐐂', 'Rene\u0301e', '漢字仮名'];
      await save(
        store,
        texts.map((nickName, n) => named(`${n}`, { nickName })),
      );
      expect(await find(nick('equals', 'i\u0307PEK', true))).toEqual(['0']);
      expect(await find(nick('endsWith', 'συφος', true))).toEqual(['1']);
      expect(await find(nick('contains', '𐐩𐐪', true))).toEqual(['2']);
      expect(await find(nick('endsWith', '𐐁𐐂'))).toEqual(['2']);
      expect(await find(nick('startsWith', 'rené', true))).toEqual(['3']);
      expect(await find(nick('startsWith', 'Rene', true))).toEqual([]);
      expect(await find(nick('contains', '字仮名', true))).toEqual(['4']);
    });

    it('combine conditions, of which an absent field meets none', async () => {
      await save(store, [
        named('a', { nickName: 'x' }),
        named('b', {}),
        named('c', { nickName: '' }),
        named('d', { nickName: 'y' }),
      ]);
      const x = nick('equals', 'x');
      const y = nick('equals', 'y');
      expect(await find({ type: 'not', filter: x })).toEqual(['b', 'c', 'd']);
      expect(await find({ type: 'not', filter: { type: 'not', filter: x } })).toEqual(['a']);
      expect(await find({ type: 'or', filters: [x, y] })).toEqual(['a', 'd']);
      expect(await find({ type: 'and', filters: [x, y] })).toEqual([]);
      expect(await find({ type: 'and', filters: [] })).toEqual(['a', 'b', 'c', 'd']);
      expect(await find({ type: 'or', filters: [] })).toEqual([]);
      expect(await find({ type: 'not', filter: { type: 'or', filters: [x, nick('contains', '')] } })).toEqual([
        'b',
        'c',
      ]);
    });

    it('take thousands of conditions and values, however deep', async () => {
      await save(store, [named('a', { nickName: 'needle' }), named('b', { nickName: 'hay' })]);
      const many = Array.from({ length: 2_000 }, (_, n) => nick('contains', `needle${n}`));
      expect(await find({ type: 'or', filters: [...many, nick('contains', 'need')] })).toEqual(['a']);
      expect(await find({ type: 'in', field: 'id', values: [...many.map((_, n) => `${n}`), 'b'] })).toEqual(['b']);
      let deep: UserFilter = nick('equals', 'hay');
      for (let level = 0; level < 40; level += 1) deep = { type: 'not', filter: { type: 'and', filters: [deep] } };
      expect(await find(deep)).toEqual(['b']);
    });

    it.each(SORT_FIELDS)('are in the order of %s, ties in that of the ids, absent ones first', async (by) => {
      const users = population(120);
      await save(store, users);
      for (const direction of ['asc', 'desc'] as const) {
        const query: UserQuery = { ...EVERYBODY, sort: { by, direction }, offset: 7, limit: 90 };
        expect(await ids(query)).toEqual(naiveList(users, query).ids);
      }
      await save(store, [listed('zz'), listed('zy')]);
      const ordered = await ids({ sort: { by, direction: 'asc' } });
      expect(ordered.indexOf('zy') < ordered.indexOf('zz')).toBe(by !== 'code');
    });

    it('show pages of one total, also behind the end', async () => {
      await save(
        store,
        Array.from({ length: 25 }, (_, n) => listed(String(n).padStart(2, '0'))),
      );
      const page = async (offset: number, limit: number, countTotal = true) => {
        const { users, total } = await store.list({ ...EVERYBODY, offset, limit, countTotal });
        return [users.map(({ id }) => id), total];
      };
      expect(await page(0, 2)).toEqual([['00', '01'], 25]);
      expect(await page(24, 5)).toEqual([['24'], 25]);
      expect(await page(25, 5)).toEqual([[], 25]);
      expect(await page(0, 0)).toEqual([[], 25]);
      expect(await page(3, 1, false)).toEqual([['03'], null]);
    });

    it('show the users of the organizations that may be seen, and the caller', async () => {
      await save(store, [
        listed('a', { organizationId: 'o' }),
        listed('b', { organizationId: 'ob' }),
        listed('c', { organizationId: 'p' }),
        listed('d', { organizationId: 'p', state: 'deleted' }),
      ]);
      expect(await ids({ organizations: ['o'] })).toEqual(['a']);
      expect(await ids({ organizations: [] })).toEqual([]);
      expect(await ids({ organizations: [], self: 'b' })).toEqual(['b']);
      expect(await ids({ organizations: ['o', 'p', 'o'], self: 'a' })).toEqual(['a', 'c']);
      expect(await ids({ organizations: ['o'], self: 'd' })).toEqual(['a']);
      const filter: UserFilter = { type: 'in', field: 'organization', values: ['o', 'p'] };
      expect(await ids({ filter })).toEqual(['a', 'c']);
      expect(await ids({ filter, organizations: ['ob', 'p'], self: 'a' })).toEqual(['a', 'c']);
      expect(await ids({ filter, organizations: ['ob'], self: 'b' })).toEqual([]);
      expect((await store.list({ ...EVERYBODY, organizations: ['o'], self: 'c' })).total).toBe(2);
    });

    it('hide who was deleted, until asked for', async () => {
      const { submit } = createWorld({ store });
      await submit(createUser({ userId: 'a', username: 'gone' }));
      await submit(createUser({ userId: 'b', username: 'here' }));
      await submit({ type: 'delete-user' }, { target: { id: 'a' } });
      expect(await ids({})).toEqual(['b']);
      expect(await ids({ deleted: true })).toEqual(['a']);
      expect(await ids({ deleted: true, organizations: ['org-b'] })).toEqual([]);
    });

    it('see at once what was written, whatever the field', async () => {
      const { submit } = createWorld({ store });
      await submit(createUser({ userId: 'a', username: 'anna', profile: { nickName: 'Anna' } }));
      const change = async (update: object) =>
        submit({ type: 'update-user', ...update } as never, { target: { id: 'a' } });
      const text = (field: 'username' | 'nickName' | 'email', value: string): UserFilter => ({
        type: 'text',
        field,
        method: 'contains',
        value,
        ignoreCase: true,
      });
      expect(await find(text('nickName', 'ann'))).toEqual(['a']);
      await change({ profile: { nickName: 'Beäte' } });
      expect(await find(text('nickName', 'ann'))).toEqual([]);
      expect(await find(text('username', 'ann'))).toEqual(['a']);
      expect(await find(text('nickName', 'eät'))).toEqual(['a']);
      await change({ profile: { nickName: 'Çağla' }, email: { value: 'new@a.test' } });
      expect(await find(text('nickName', 'eät'))).toEqual([]);
      expect(await find(text('nickName', 'çağ'))).toEqual(['a']);
      expect(await find(text('email', 'new@'))).toEqual(['a']);
      await change({ extra: { metadata: { k: 'YQ==' } } });
      expect(await find({ type: 'metadata', key: { method: 'equals', value: 'K', ignoreCase: true } })).toEqual(['a']);
      await change({ extra: { customField1: 'x' } });
      expect(await find(text('username', 'nna'))).toEqual(['a']);
    });

    it('find the runs of characters that other fields lose', async () => {
      const shared = {
        givenName: '漢字仮名',
        familyName: '漢字仮名',
        nickName: 'abc',
        displayName: '\u{F0161}\u{F0162}\u{F0163}',
      };
      await save(store, [named('a', shared)]);
      await save(store, [named('a', { ...shared, givenName: 'x', nickName: null })], false);
      expect(
        await find({ type: 'text', field: 'familyName', method: 'contains', value: '漢字仮', ignoreCase: false }),
      ).toEqual(['a']);
      const display = '\u{F0161}\u{F0162}\u{F0163}';
      expect(
        await find({ type: 'text', field: 'displayName', method: 'contains', value: display, ignoreCase: false }),
      ).toEqual(['a']);
      expect(
        await find({ type: 'text', field: 'givenName', method: 'contains', value: '漢字仮', ignoreCase: false }),
      ).toEqual([]);
    });

    it('answer what a look at every record answers, whatever is asked, also after changes', async () => {
      let users = population(300);
      await save(store, users);
      const changed = fc.sample(anyUser, { numRuns: 300, seed: 11 });
      for (const round of [0, 1]) {
        await fc.assert(
          fc.asyncProperty(anyListing, async (query) => {
            const { users: found, total } = await store.list(query);
            const expected = naiveList(users, query);
            expect(found.map(({ id }) => id)).toEqual(expected.ids);
            expect(total).toBe(query.countTotal ? expected.total : null);
          }),
          { numRuns: 400, seed: 42 + round },
        );
        const next = users.map((user, n) => ({
          ...(changed[n] as (id: string) => User)(user.id),
          organizationId: user.organizationId,
          createdAt: user.createdAt,
        }));
        await save(store, next, false);
        users = next;
      }
      expect(users[0]?.createdAt).toBeGreaterThanOrEqual(NOW);
    });
  });
}
