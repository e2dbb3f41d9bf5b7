import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchChanges, Snapshot, Store, StoredAnswer, Wants } from '../../src/app/ports/store.ts';
import { BatchFailed } from '../../src/app/ports/store.ts';
import { claimsOf } from '../../src/core/user/claims.ts';
import { EVENT_SCHEMA, type UserEvent } from '../../src/core/user/events.ts';
import { replay } from '../../src/core/user/evolve.ts';
import { EMPTY_USER, type User } from '../../src/core/user/user.ts';
import { NO_CHANGES, NO_WANTS } from '../support/changes.ts';
import { createUser, NOW, ORG, USER } from '../support/given.ts';
import { createWorld, outcomes } from '../support/world.ts';

/** One database of an engine, for one test. */
export interface TestDatabase {
  /** Opens it, again after it was closed too. */
  open(): Promise<Store>;
  destroy(): Promise<void>;
}

/** What every engine keeps. */
export function describeStore(engine: string, create: () => Promise<TestDatabase>): void {
  describe(`a store on ${engine}`, () => {
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

    const write = (changes: Partial<BatchChanges>) => store.commit(NO_WANTS, () => ({ ...NO_CHANGES, ...changes }));
    const look = async <T>(wants: Partial<Wants>, read: (snapshot: Snapshot) => T): Promise<T> => {
      const found: T[] = [];
      await store.commit({ ...NO_WANTS, ...wants }, (snapshot) => {
        found.splice(0, 1, read(snapshot));
        return NO_CHANGES;
      });
      return found[0] as T;
    };
    const rebuild = (claimsOf: (user: User) => readonly string[]) => store.configure({ organizations: [], claimsOf });
    const reopen = async () => {
      await store.close();
      store = await database.open();
    };

    describe('when it is new', () => {
      it('is empty and ready, and knows nobody', async () => {
        expect(await store.isEmpty()).toBe(true);
        expect(store.readiness()).toEqual({ ok: true });
        expect(await store.user(USER)).toBeNull();
        expect(await store.userByClaim('token:none')).toBeNull();
        expect(await store.events(USER)).toEqual([]);
        expect(await store.deferredWork()).toEqual([]);
        expect(await store.configuration()).toEqual({ revision: 0, organizations: [], instance: null });
        expect(await store.state()).toEqual({ revision: 0, schemaFits: true });
        expect(await store.feed(null, 10)).toEqual([]);
        expect(await store.setting('none')).toBeNull();
        expect(await store.pruneAnswers(NOW, 10)).toBe(0);
        const seen = await look(
          { users: new Set([USER]), claims: new Set(['c']), answers: new Set(['a']) },
          (snapshot) => [snapshot.user(USER), snapshot.claimHolder('c'), snapshot.answer('a')],
        );
        expect(seen).toEqual([null, null, null]);
      });

      it('is no longer empty with an organization, or a user', async () => {
        await store.configure({ organizations: [{ id: 'o', settings: '{}' }] });
        expect(await store.isEmpty()).toBe(false);
      });
    });

    describe('a batch', () => {
      it('is read back whole', async () => {
        const user = record({ profile: { ...EMPTY_USER.profile, givenName: 'Zoë 🦊 "\\u0000"', bio: 'a\nb\t' } });
        const events = [happened(1, { 'profile.givenName': { before: null, after: 'Zoë 🦊' } }), happened(2)];
        await write({ users: [{ user, isNew: true }], events, claimsAdded: new Map([['token:t', USER]]) });
        expect(await store.isEmpty()).toBe(false);
        for (const again of [false, true]) {
          if (again) await reopen();
          expect(await store.user(USER)).toEqual(user);
          expect(await store.userByClaim('token:t')).toEqual(user);
          expect(await store.events(USER)).toEqual(events);
        }
      });

      it('keeps the order of events per user, whatever order they are written in', async () => {
        await write({ users: [{ user: record(), isNew: true }], events: [happened(2), happened(1), happened(3)] });
        await write({ events: [happened(5), happened(4)] });
        expect((await store.events(USER)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
      });

      it('brings a record up to date', async () => {
        await write({ users: [{ user: record(), isNew: true }] });
        const next = record({ username: 'ada', state: 'locked', sequence: 9, version: 8, changedAt: NOW + 1 });
        await write({ users: [{ user: next, isNew: false }] });
        expect(await store.user(USER)).toEqual(next);
        await reopen();
        expect(await store.user(USER)).toEqual(next);
      });

      it('is seen by the next decision, and by reads, as soon as it is through', async () => {
        await write({ users: [{ user: record(), isNew: true }], claimsAdded: new Map([['email:o:a', USER]]) });
        const wants = { users: new Set([USER]), claims: new Set(['email:o:a']) };
        const seen = await look(wants, (snapshot) => [snapshot.user(USER)?.id, snapshot.claimHolder('email:o:a')]);
        expect(seen).toEqual([USER, USER]);
        expect((await store.user(USER))?.id).toBe(USER);
      });

      it('that fails leaves nothing, and the store works on', async () => {
        await write({ users: [{ user: record(), isNew: true }], claimsAdded: new Map([['token:t', USER]]) });
        const other = record({ id: 'other' });
        const clash = write({
          users: [{ user: other, isNew: true }],
          events: [{ ...happened(1), userId: 'other' }],
          answers: [answer('a')],
          messages: [{ message: message('other'), at: NOW }],
          deferred: [{ queue: 'q', payload: 'p' }],
          claimsAdded: new Map([['token:t', 'other']]),
        });
        await expect(clash).rejects.toBeInstanceOf(BatchFailed);
        expect(await store.user('other')).toBeNull();
        expect(await store.events('other')).toEqual([]);
        expect(await store.deferredWork()).toEqual([]);
        expect((await store.userByClaim('token:t'))?.id).toBe(USER);
        expect(await look({ answers: new Set(['a']) }, (snapshot) => snapshot.answer('a'))).toBeNull();
        expect(store.readiness()).toEqual({ ok: true });
        await write({ users: [{ user: other, isNew: true }] });
      });

      it('whose decision throws leaves nothing, and fails with what it threw', async () => {
        const fault = new TypeError('a fault of ours');
        const failing = store.commit(NO_WANTS, () => {
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
        expect(await store.events(USER)).toHaveLength(1);
      });
    });

    describe('claims', () => {
      it('go from hand to hand in one batch', async () => {
        const users = ['a', 'b'].map((id) => ({ user: record({ id }), isNew: true }));
        await write({ users, claimsAdded: new Map([['k', 'a']]) });
        await write({ claimsRemoved: new Map([['k', 'a']]), claimsAdded: new Map([['k', 'b']]) });
        expect((await store.userByClaim('k'))?.id).toBe('b');
        await write({ claimsRemoved: new Map([['k', 'b']]) });
        expect(await store.userByClaim('k')).toBeNull();
        await write({ claimsAdded: new Map([['k', 'a']]) });
        expect((await store.userByClaim('k'))?.id).toBe('a');
      });

      it('are freed by their holder only', async () => {
        await write({ users: [{ user: record(), isNew: true }], claimsAdded: new Map([['k', USER]]) });
        await write({ claimsRemoved: new Map([['k', 'another']]) });
        expect((await store.userByClaim('k'))?.id).toBe(USER);
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
        expect((await store.userByClaim('k'))?.id).toBe('a');
        expect((await store.userByClaim('K'))?.id).toBe('b');
        expect((await store.userByClaim('k '))?.id).toBe('c');
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
        expect(await store.userByClaim('old')).toBeNull();
        expect((await store.userByClaim('new'))?.id).toBe('a');
        expect((await store.userByClaim('stays'))?.id).toBe('b');
      });

      it('are left alone when two records would hold one, of which up to ten are named', async () => {
        const users = Array.from({ length: 12 }, (_, index) => ({ user: record({ id: `${index}` }), isNew: true }));
        await write({ users, claimsAdded: new Map([['old', '3']]) });
        expect(await rebuild(() => ['same'])).toEqual(['same']);
        const pairs = await rebuild(() => Array.from({ length: 12 }, (_, index) => `k${index}`));
        expect(new Set(pairs).size).toBe(10);
        expect((await store.userByClaim('old'))?.id).toBe('3');
        expect(await store.userByClaim('same')).toBeNull();
      });
    });

    describe('answers', () => {
      it('are kept under their key, and replaced', async () => {
        await write({ answers: [answer('k')] });
        const newer = { ...answer('k'), fingerprint: 'g', payload: '"✓"', sealed: true, expiresAt: NOW + 9 };
        await reopen();
        expect(await look({ answers: new Set(['k']) }, (snapshot) => snapshot.answer('k'))).toEqual(answer('k'));
        await write({ answers: [newer] });
        expect(await look({ answers: new Set(['k']) }, (snapshot) => snapshot.answer('k'))).toEqual(newer);
      });

      it('are pruned from the oldest on, a few at a time', async () => {
        const answers = [5, 1, 3, 2, 4].map((age) => ({ ...answer(`k${age}`), expiresAt: NOW - age }));
        await write({ answers: [...answers, { ...answer('live'), expiresAt: NOW + 1 }] });
        const left = () =>
          look({ answers: new Set(['k1', 'k2', 'k3', 'k4', 'k5', 'live']) }, (snapshot) =>
            ['k1', 'k2', 'k3', 'k4', 'k5', 'live'].filter((key) => snapshot.answer(key) !== null),
          );
        expect(await store.pruneAnswers(NOW, 2)).toBe(2);
        expect(await left()).toEqual(['k1', 'k2', 'k3', 'live']);
        expect(await store.pruneAnswers(NOW, 10)).toBe(3);
        expect(await store.pruneAnswers(NOW, 10)).toBe(0);
        expect(await left()).toEqual(['live']);
      });
    });

    describe('short-lived values', () => {
      const put = (key: string, before: string | null, value: string, lifetime = 10, now = NOW) =>
        store.replaceShortLived(key, { before, value, expiresAt: NOW + lifetime, now });

      it('are read until they expire', async () => {
        expect(await store.shortLived('k', NOW)).toBeNull();
        expect(await put('k', null, 'é\n"🦊"')).toBe(true);
        await reopen();
        expect(await store.shortLived('k', NOW + 9)).toBe('é\n"🦊"');
        expect(await store.shortLived('K', NOW + 9)).toBeNull();
        expect(await store.shortLived('k', NOW + 10)).toBeNull();
      });

      it('are written only over what the writer has seen', async () => {
        await put('k', null, 'a');
        expect(await put('k', null, 'b')).toBe(false);
        expect(await put('k', 'b', 'c')).toBe(false);
        expect(await put('other', 'a', 'c')).toBe(false);
        expect(await store.shortLived('k', NOW)).toBe('a');
        expect(await put('k', 'a', 'b', 20)).toBe(true);
        expect(await store.shortLived('k', NOW + 19)).toBe('b');
      });

      it('that have expired are no longer there to replace, and their key is free', async () => {
        await put('k', null, 'a');
        expect(await put('k', 'a', 'b', 20, NOW + 10)).toBe(false);
        expect(await put('k', null, 'b', 20, NOW + 9)).toBe(false);
        expect(await put('k', null, 'b', 20, NOW + 10)).toBe(true);
        expect(await store.shortLived('k', NOW + 10)).toBe('b');
      });

      it('let one of many writers win', async () => {
        const first = await Promise.all(['1', '2', '3', '4'].map((value) => put('k', null, value)));
        expect(first.filter((won) => won)).toHaveLength(1);
        const before = await store.shortLived('k', NOW);
        const next = await Promise.all(['5', '6', '7', '8'].map((value) => put('k', before, value)));
        expect(next.filter((won) => won)).toHaveLength(1);
      });

      it('are pruned once they have expired, from the oldest on, a few at a time', async () => {
        for (const lifetime of [5, 1, 3, 9]) await put(`k${lifetime}`, null, 'v', lifetime);
        const left = async () => {
          const values = await Promise.all([1, 3, 5, 9].map((lifetime) => store.shortLived(`k${lifetime}`, NOW)));
          return values.map((value) => value !== null);
        };
        expect(await store.pruneShortLived(NOW + 5, 2)).toBe(2);
        expect(await left()).toEqual([false, false, true, true]);
        expect(await store.pruneShortLived(NOW + 5, 10)).toBe(1);
        expect(await store.pruneShortLived(NOW + 5, 10)).toBe(0);
        expect(await left()).toEqual([false, false, false, true]);
      });
    });

    describe('deferred work', () => {
      it('waits in order until it is settled, and its number is never given twice', async () => {
        await write({ deferred: ['1', '2', '3'].map((payload) => ({ queue: 'q', payload })) });
        await reopen();
        const waiting = await store.deferredWork();
        expect(waiting.map(({ queue, payload }) => [queue, payload])).toEqual([
          ['q', '1'],
          ['q', '2'],
          ['q', '3'],
        ]);
        expect(await store.deferredWork('q')).toEqual(waiting);
        expect(await store.deferredWork('p')).toEqual([]);
        const ids = waiting.map(({ id }) => id);
        const deferred = new Map(ids.map((id) => [id, 'q']));
        const areDeferred = () => look({ deferred }, (snapshot) => ids.map((id) => snapshot.isDeferred(id)));
        expect(await areDeferred()).toEqual([true, true, true]);
        await write({ settled: waiting });
        expect(await areDeferred()).toEqual([false, false, false]);
        await write({ settled: waiting });
        expect(await store.deferredWork()).toEqual([]);
        await write({ deferred: [{ queue: 'q', payload: '4' }] });
        const [next] = await store.deferredWork();
        expect(next?.id).toBeGreaterThan(waiting.at(-1)?.id ?? 0);
      });
    });

    describe('the feed', () => {
      it('tells every event once, in order per user, from any position on', async () => {
        const users = ['a', 'b'].map((id) => ({ user: record({ id }), isNew: true }));
        await write({ users, events: ['a', 'b'].map((userId) => ({ ...happened(1), userId })) });
        await write({ events: [2, 3].flatMap((at) => ['b', 'a'].map((userId) => ({ ...happened(at), userId }))) });
        const told: string[] = [];
        let position: string | null = null;
        // Events may be told a little later: not before older transactions have ended, whosever they are.
        const read = async (count: number) => {
          const deadline = Date.now() + 10_000;
          while (told.length < count && Date.now() < deadline) {
            const page = await store.feed(position, 2);
            expect(page.length).toBeLessThanOrEqual(2);
            told.push(...page.map(({ event }) => `${event.userId}${event.sequence}`));
            position = page.at(-1)?.position ?? position;
            if (page.length === 0) await sleep(10);
          }
        };
        await read(6);
        expect(told.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
        expect(told.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
        await reopen();
        expect(await store.feed(position, 2)).toEqual([]);
        await write({ events: [{ ...happened(4), userId: 'a' }] });
        await read(7);
        expect(told.at(-1)).toBe('a4');
        expect(told).toHaveLength(7);
      });
    });

    describe('settings and the configuration', () => {
      it('settings are kept, replaced and removed', async () => {
        await store.saveSettings(new Map(Object.entries({ a: '1', b: '2' })));
        await store.saveSettings(new Map(Object.entries({ a: '3', b: null, c: null })));
        await reopen();
        expect(await Promise.all(['a', 'b', 'c'].map((name) => store.setting(name)))).toEqual(['3', null, null]);
      });

      it('the configuration grows by revisions, which every batch is told of', async () => {
        const revision = () => look({}, (snapshot) => snapshot.revision);
        expect(await revision()).toBe(0);
        const organizations = ['o2', 'o1'].map((id) => ({ id, settings: '{}' }));
        await store.configure({ organizations, instance: '{"x":1}' });
        expect(await revision()).toBe(1);
        await store.configure({ organizations: [{ id: 'o2', settings: '{"x":2}' }] });
        expect(await revision()).toBe(2);
        await reopen();
        expect(await revision()).toBe(2);
        expect((await store.state()).revision).toBe(2);
        expect(await store.configuration()).toEqual({
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
        expect(await store.configure({ organizations, claimsOf: () => ['same'] })).toEqual(['same']);
        expect(await store.configuration()).toEqual({ revision: 0, organizations: [], instance: null });
      });

      it('a change made for another configuration than the one in force is not taken', async () => {
        const adding = (id: string, expectedRevision: number) =>
          store.configure({ organizations: [{ id, settings: '{}' }], instance: `"${id}"`, expectedRevision });
        // When
        const racing = await Promise.all(['o1', 'o2', 'o3'].map((id) => adding(id, 0)));
        // Then
        expect(racing.filter((clashes) => clashes !== null)).toEqual([[]]);
        const { revision, organizations } = await store.configuration();
        expect([revision, organizations.length]).toEqual([1, 1]);
        expect(await adding('o4', 0)).toBeNull();
        expect(await adding('o4', 2)).toBeNull();
        expect(await adding('o4', 1)).toEqual([]);
        expect(await store.configuration()).toMatchObject({ revision: 2, instance: '"o4"' });
      });

      it('a change is not taken from who is not as it was judged, and keeps its answer with it', async () => {
        await write({ users: [{ user: record({ sequence: 3 }), isNew: true }] });
        const answer = { key: 'k', fingerprint: 'f', payload: '{}', sealed: true, expiresAt: NOW + 1 };
        const kept = () => look({ answers: new Set(['k']) }, (snapshot) => snapshot.answer('k'));
        const asked = (userId: string, sequence: number, payload = '{}') =>
          store.configure({
            organizations: [{ id: 'o', settings: payload }],
            expectedRevision: 0,
            asker: { userId, sequence },
            answer: { ...answer, payload },
          });
        expect([await asked(USER, 2), await asked('nobody', 3)]).toEqual([null, null]);
        expect([await kept(), (await store.configuration()).revision]).toEqual([null, 0]);
        expect(await asked(USER, 3)).toEqual([]);
        expect(await kept()).toEqual(answer);
        // In the place of an answer that was kept before.
        const again = { organizations: [], answer: { ...answer, payload: '"again"' } };
        await store.configure(again);
        expect(await kept()).toEqual(again.answer);
        expect((await store.configuration()).revision).toBe(2);
      });

      it('no number is given to two processes', async () => {
        const numbers = await Promise.all([1, 2, 3].map(() => store.nextProcessNumber()));
        expect(numbers.sort()).toEqual([0, 1, 2]);
        await reopen();
        expect(await store.nextProcessNumber()).toBe(3);
      });
    });

    describe('under the application', () => {
      it('refuses a stale precondition, and lets one of two writers through', async () => {
        const { submit } = createWorld({ store });
        await submit(createUser());
        const writers = ['a', 'b'].map((username) =>
          submit({ type: 'update-user', username }, { ifMatch: { versions: [1] } }),
        );
        expect(outcomes(await Promise.allSettled(writers))).toEqual(['2/1/a', 'version_conflict']);
      });

      it('lets one of many claimants win, again after the winner gave way', async () => {
        const { submit } = createWorld({ store, executor: { batchSize: 7 } });
        const claimants = () =>
          Promise.allSettled(
            Array.from({ length: 50 }, (_, index) =>
              submit(createUser({ userId: `${index}-${Math.random()}`, username: 'prize' })),
            ),
          );
        const winners = (results: Awaited<ReturnType<typeof claimants>>) =>
          outcomes(results).filter((outcome) => outcome !== 'username_taken');
        expect(winners(await claimants())).toEqual(['1/1/prize']);
        const holder = await store.userByClaim('username:*:prize');
        await submit({ type: 'delete-user' }, { target: { id: holder?.id ?? '' } });
        expect(winners(await claimants())).toEqual(['1/1/prize']);
      });

      it('replays an answer after it was opened again', async () => {
        const idempotency = { key: 'k', fingerprint: 'f', secret: true };
        const first = await createWorld({ store }).submit(createUser(), { idempotency });
        await reopen();
        const second = await createWorld({ store }).submit(createUser({ userId: 'other' }), { idempotency });
        expect(second).toEqual({ answer: first.answer, replayed: true });
        expect(await store.user('other')).toBeNull();
      });

      it('takes ten thousand commands at once', async () => {
        const world = createWorld({ store, executor: { batchSize: 10_000, queueLimit: 20_000 } });
        const ids = Array.from({ length: 2_000 }, (_, index) => `${index}`);
        await Promise.all(ids.map((userId) => world.submit(createUser({ userId, username: `u${userId}` }))));
        const rounds = [1, 2, 3, 4, 5].flatMap((round) =>
          ids.map((id) =>
            world.submit({ type: 'update-user', extra: { customField1: `${round}` } }, { target: { id } }),
          ),
        );
        expect(rounds).toHaveLength(10_000);
        await Promise.all(rounds);
        for (const id of ['0', '999', '1999']) {
          const events = await store.events(id);
          expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
          expect(replay(events)).toEqual(await store.user(id));
          expect((await store.user(id))?.extra.customField1).toBe('5');
        }
        const user = await store.user('7');
        const [claim] = user === null ? [] : claimsOf(user, world.users.directory);
        expect((await store.userByClaim(claim ?? ''))?.id).toBe('7');
      });
    });
  });
}

function record(more: Partial<User> = {}): User {
  const times = { createdAt: NOW, changedAt: NOW, sequence: 1, version: 1 };
  return { ...EMPTY_USER, id: USER, organizationId: ORG, kind: 'human', ...times, ...more };
}

function happened(sequence: number, changes: UserEvent['changes'] = {}): UserEvent {
  return {
    userId: USER,
    organizationId: ORG,
    kind: 'human',
    sequence,
    type: sequence === 1 ? 'user.created' : 'user.profile_changed',
    schema: EVENT_SCHEMA,
    at: NOW + sequence,
    origin: { actor: 'user:1', dialect: 'zitadel', client: 'token', requestId: 'r-1' },
    changes,
  };
}

function answer(key: string): StoredAnswer {
  return { key, fingerprint: 'f', payload: '{"status":200}', sealed: false, expiresAt: NOW + 5 };
}

function message(userId: string): BatchChanges['messages'][number]['message'] {
  const to = 'a@a.test';
  return {
    kind: 'verify_email',
    channel: 'email',
    userId,
    organizationId: ORG,
    to,
    sealedCode: 's',
    urlTemplate: null,
  };
}
