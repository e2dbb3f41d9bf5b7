import { describe, expect, it } from 'vitest';
import { NOW, USER } from '../support/given.ts';
import type { FreshStore } from './fresh-store.ts';
import { record } from './samples.ts';

/** What all processes agree on. */
export function describeConfiguration(given: FreshStore): void {
  const { write, look, reopen } = given;

  describe('settings and the configuration', () => {
    it('settings are kept, replaced and removed', async () => {
      await given.store.saveSettings(new Map(Object.entries({ a: '1', b: '2' })));
      await given.store.saveSettings(new Map(Object.entries({ a: '3', b: null, c: null })));
      await reopen();
      expect(await Promise.all(['a', 'b', 'c'].map((name) => given.store.setting(name)))).toEqual(['3', null, null]);
    });

    it('the configuration grows by revisions, which every batch is told of', async () => {
      const revision = () => look({}, (snapshot) => snapshot.revision);
      expect(await revision()).toBe(0);
      const organizations = ['o2', 'o1'].map((id) => ({ id, settings: '{}' }));
      await given.store.configure({ organizations, instance: '{"x":1}' });
      expect(await revision()).toBe(1);
      await given.store.configure({ organizations: [{ id: 'o2', settings: '{"x":2}' }] });
      expect(await revision()).toBe(2);
      await reopen();
      expect(await revision()).toBe(2);
      expect((await given.store.state()).revision).toBe(2);
      expect(await given.store.configuration()).toEqual({
        revision: 2,
        organizations: [
          { id: 'o1', settings: '{}' },
          { id: 'o2', settings: '{"x":2}' },
        ],
        instance: '{"x":1}',
      });
    });

    it('a configuration under which two users hold one claim is not taken', async () => {
      await write({ users: ['a', 'b'].map((id) => ({ user: record({ id }), isNew: true })) });
      const organizations = [{ id: 'o', settings: '{}' }];
      expect(await given.store.configure({ organizations, claimsOf: () => ['same'] })).toEqual(['same']);
      expect(await given.store.configuration()).toEqual({ revision: 0, organizations: [], instance: null });
    });

    it('a change made for another configuration than the one in force is not taken', async () => {
      const adding = (id: string, expectedRevision: number) =>
        given.store.configure({ organizations: [{ id, settings: '{}' }], instance: `"${id}"`, expectedRevision });
      // When
      const racing = await Promise.all(['o1', 'o2', 'o3'].map((id) => adding(id, 0)));
      // Then
      expect(racing.filter((clashes) => clashes !== null)).toEqual([[]]);
      const { revision, organizations } = await given.store.configuration();
      expect([revision, organizations.length]).toEqual([1, 1]);
      expect(await adding('o4', 0)).toBeNull();
      expect(await adding('o4', 2)).toBeNull();
      expect(await adding('o4', 1)).toEqual([]);
      expect(await given.store.configuration()).toMatchObject({ revision: 2, instance: '"o4"' });
    });

    it('a change is not taken from who is not as it was judged, and keeps its answer with it', async () => {
      await write({ users: [{ user: record({ sequence: 3 }), isNew: true }] });
      const answer = { key: 'k', fingerprint: 'f', payload: '{}', sealed: true, expiresAt: NOW + 1 };
      const kept = () => look({ answers: new Set(['k']) }, (snapshot) => snapshot.answer('k'));
      const asked = (userId: string, sequence: number, payload = '{}') =>
        given.store.configure({
          organizations: [{ id: 'o', settings: payload }],
          expectedRevision: 0,
          asker: { userId, sequence },
          answer: { ...answer, payload },
        });
      expect([await asked(USER, 2), await asked('nobody', 3)]).toEqual([null, null]);
      expect([await kept(), (await given.store.configuration()).revision]).toEqual([null, 0]);
      expect(await asked(USER, 3)).toEqual([]);
      expect(await kept()).toEqual(answer);
      // In the place of an answer that was kept before.
      const again = { organizations: [], answer: { ...answer, payload: '"again"' } };
      await given.store.configure(again);
      expect(await kept()).toEqual(again.answer);
      expect((await given.store.configuration()).revision).toBe(2);
    });

    it('no number is given to two processes', async () => {
      const numbers = await Promise.all([1, 2, 3].map(() => given.store.nextProcessNumber()));
      expect(numbers.sort()).toEqual([0, 1, 2]);
      await reopen();
      expect(await given.store.nextProcessNumber()).toBe(3);
    });
  });
}
