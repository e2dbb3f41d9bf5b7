import { describe, expect, it } from 'vitest';
import type { User } from '../../src/core/user/user.ts';
import { USER } from '../support/given.ts';
import type { FreshStore } from './fresh-store.ts';
import { record } from './samples.ts';

/** Who holds what only one may have. */
export function describeClaims(given: FreshStore): void {
  const { write } = given;
  const rebuild = (claimsOf: (user: User) => readonly string[]) =>
    given.store.configure({ organizations: [], claimsOf });

  describe('claims', () => {
    it('go from hand to hand in one batch', async () => {
      const users = ['a', 'b'].map((id) => ({ user: record({ id }), isNew: true }));
      await write({ users, claimsAdded: new Map([['k', 'a']]) });
      await write({ claimsRemoved: new Map([['k', 'a']]), claimsAdded: new Map([['k', 'b']]) });
      expect((await given.store.userByClaim('k'))?.id).toBe('b');
      await write({ claimsRemoved: new Map([['k', 'b']]) });
      expect(await given.store.userByClaim('k')).toBeNull();
      await write({ claimsAdded: new Map([['k', 'a']]) });
      expect((await given.store.userByClaim('k'))?.id).toBe('a');
    });

    it('are freed by their holder only', async () => {
      await write({ users: [{ user: record(), isNew: true }], claimsAdded: new Map([['k', USER]]) });
      await write({ claimsRemoved: new Map([['k', 'another']]) });
      expect((await given.store.userByClaim('k'))?.id).toBe(USER);
    });

    it('are compared byte by byte', async () => {
      const users = ['a', 'b', 'c'].map((id) => ({ user: record({ id }), isNew: true }));
      await write({
        users,
        claimsAdded: new Map([
          ['k', 'a'],
          ['K', 'b'],
          ['k ', 'c'],
        ]),
      });
      expect((await given.store.userByClaim('k'))?.id).toBe('a');
      expect((await given.store.userByClaim('K'))?.id).toBe('b');
      expect((await given.store.userByClaim('k '))?.id).toBe('c');
    });

    it('are derived anew from the records', async () => {
      await write({
        users: ['a', 'b'].map((id) => ({ user: record({ id }), isNew: true })),
        claimsAdded: new Map([
          ['old', 'a'],
          ['stays', 'b'],
        ]),
      });
      expect(await rebuild(({ id }) => (id === 'a' ? ['new', 'new'] : ['stays']))).toEqual([]);
      expect(await given.store.userByClaim('old')).toBeNull();
      expect((await given.store.userByClaim('new'))?.id).toBe('a');
      expect((await given.store.userByClaim('stays'))?.id).toBe('b');
    });

    it('are left alone when two records would hold one, of which up to ten are named', async () => {
      const users = Array.from({ length: 12 }, (_, index) => ({ user: record({ id: `${index}` }), isNew: true }));
      await write({ users, claimsAdded: new Map([['old', '3']]) });
      expect(await rebuild(() => ['same'])).toEqual(['same']);
      const pairs = await rebuild(() => Array.from({ length: 12 }, (_, index) => `k${index}`));
      expect(new Set(pairs).size).toBe(10);
      expect((await given.store.userByClaim('old'))?.id).toBe('3');
      expect(await given.store.userByClaim('same')).toBeNull();
    });
  });
}
