import { describe, expect, it } from 'vitest';
import { BatchFailed } from '../../src/app/ports/store.ts';
import { EMPTY_USER } from '../../src/core/user/user.ts';
import { NO_WANTS } from '../support/changes.ts';
import { NOW, USER } from '../support/given.ts';
import type { FreshStore } from './fresh-store.ts';
import { answer, happened, messageTo, record } from './samples.ts';

/** Batches, and what is read of them. */
export function describeRecords(given: FreshStore): void {
  const { write, look, reopen } = given;

  describe('when it is new', () => {
    it('is empty and ready, and knows nobody', async () => {
      expect(await given.store.isEmpty()).toBe(true);
      expect(given.store.readiness()).toEqual({ ok: true });
      expect(await given.store.user(USER)).toBeNull();
      expect(await given.store.userByClaim('token:none')).toBeNull();
      expect(await given.store.events(USER)).toEqual([]);
      expect(await given.store.deferredWork()).toEqual([]);
      expect(await given.store.configuration()).toEqual({ revision: 0, organizations: [], instance: null });
      expect(await given.store.state()).toEqual({ revision: 0, schemaFits: true });
      expect(await given.store.feed(null, 10)).toEqual([]);
      expect(await given.store.setting('none')).toBeNull();
      expect(await given.store.pruneAnswers(NOW, 10)).toBe(0);
      const seen = await look(
        { users: new Set([USER]), claims: new Set(['c']), answers: new Set(['a']) },
        (snapshot) => [snapshot.user(USER), snapshot.claimHolder('c'), snapshot.answer('a')],
      );
      expect(seen).toEqual([null, null, null]);
    });

    it('is no longer empty with an organization, or a user', async () => {
      await given.store.configure({ organizations: [{ id: 'o', settings: '{}' }] });
      expect(await given.store.isEmpty()).toBe(false);
    });
  });

  describe('a batch', () => {
    it('is read back whole', async () => {
      const user = record({ profile: { ...EMPTY_USER.profile, givenName: 'Zoë 🦊 "\\u0000"', bio: 'a\nb\t' } });
      const events = [happened(1, { 'profile.givenName': { before: null, after: 'Zoë 🦊' } }), happened(2)];
      await write({ users: [{ user, isNew: true }], events, claimsAdded: new Map([['token:t', USER]]) });
      expect(await given.store.isEmpty()).toBe(false);
      for (const again of [false, true]) {
        if (again) await reopen();
        expect(await given.store.user(USER)).toEqual(user);
        expect(await given.store.userByClaim('token:t')).toEqual(user);
        expect(await given.store.events(USER)).toEqual(events);
      }
    });

    it('keeps the order of events per user, whatever order they are written in', async () => {
      await write({ users: [{ user: record(), isNew: true }], events: [happened(2), happened(1), happened(3)] });
      await write({ events: [happened(5), happened(4)] });
      expect((await given.store.events(USER)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    });

    it('brings a record up to date', async () => {
      await write({ users: [{ user: record(), isNew: true }] });
      const next = record({ username: 'ada', state: 'locked', sequence: 9, version: 8, changedAt: NOW + 1 });
      await write({ users: [{ user: next, isNew: false }] });
      expect(await given.store.user(USER)).toEqual(next);
      await reopen();
      expect(await given.store.user(USER)).toEqual(next);
    });

    it('is seen by the next decision, and by reads, as soon as it is through', async () => {
      await write({ users: [{ user: record(), isNew: true }], claimsAdded: new Map([['email:o:a', USER]]) });
      const wants = { users: new Set([USER]), claims: new Set(['email:o:a']) };
      const seen = await look(wants, (snapshot) => [snapshot.user(USER)?.id, snapshot.claimHolder('email:o:a')]);
      expect(seen).toEqual([USER, USER]);
      expect((await given.store.user(USER))?.id).toBe(USER);
    });

    it('that fails leaves nothing, and the store works on', async () => {
      await write({ users: [{ user: record(), isNew: true }], claimsAdded: new Map([['token:t', USER]]) });
      const other = record({ id: 'other' });
      const clash = write({
        users: [{ user: other, isNew: true }],
        events: [{ ...happened(1), userId: 'other' }],
        answers: [answer('a')],
        deliveries: [messageTo('other')],
        deferred: [{ queue: 'q', payload: 'p' }],
        claimsAdded: new Map([['token:t', 'other']]),
      });
      await expect(clash).rejects.toBeInstanceOf(BatchFailed);
      expect(await given.store.user('other')).toBeNull();
      expect(await given.store.events('other')).toEqual([]);
      expect(await given.store.deferredWork()).toEqual([]);
      expect((await given.store.userByClaim('token:t'))?.id).toBe(USER);
      expect(await look({ answers: new Set(['a']) }, (snapshot) => snapshot.answer('a'))).toBeNull();
      expect(given.store.readiness()).toEqual({ ok: true });
      await write({ users: [{ user: other, isNew: true }] });
    });

    it('whose decision throws leaves nothing, and fails with what it threw', async () => {
      const fault = new TypeError('a fault of ours');
      const failing = given.store.commit(NO_WANTS, () => {
        throw fault;
      });
      const error = await failing.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(BatchFailed);
      expect((error as BatchFailed).cause).toBe(fault);
      await write({ users: [{ user: record(), isNew: true }] });
    });

    it('refuses a second record of one id, and a second event of one number', async () => {
      await write({ users: [{ user: record(), isNew: true }], events: [happened(1)] });
      await expect(write({ users: [{ user: record(), isNew: true }] })).rejects.toBeInstanceOf(BatchFailed);
      await expect(write({ events: [happened(1)] })).rejects.toBeInstanceOf(BatchFailed);
      expect(await given.store.events(USER)).toHaveLength(1);
    });
  });
}
