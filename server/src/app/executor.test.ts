import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createUser, ORG, OTHER_ORG, organization } from '../../test/support/given.ts';
import { createWorld, memoryStore, outcomes, refusalOf } from '../../test/support/world.ts';
import type { Caller } from './callers.ts';
import { type BatchChanges, BatchFailed, type Store, StoreUnavailable } from './ports/store.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => createUser({ userId: `${index}` }));

/** A batch that no slow moment of the machine cuts short. */
const UNHURRIED = { batchMilliseconds: 10_000 };

/** A store that looks at what a batch would write, just before it is written. */
function watching(onWrite: (changes: BatchChanges) => void): Store & { commits: number } {
  const store = memoryStore();
  const commit = store.commit.bind(store);
  return Object.assign(store, {
    commits: 0,
    commit(this: { commits: number }, ...[wants, decide]: Parameters<Store['commit']>) {
      this.commits += 1;
      return commit(wants, (snapshot) => {
        const changes = decide(snapshot);
        if (changes !== null) onWrite(changes);
        return changes;
      });
    },
  });
}

describe('the executor', () => {
  it('takes what waits at the same moment in one transaction', async () => {
    const store = watching(() => {});
    const { submit } = createWorld({ store, executor: UNHURRIED });
    await Promise.all(numbered(100).map((command) => submit(command)));
    expect(store.commits).toBe(1);
    await submit(createUser({ userId: 'alone' }));
    expect(store.commits).toBe(2);
  });

  it('bounds a batch', async () => {
    const sizes: number[] = [];
    const store = watching(({ users }) => sizes.push(users.length));
    const { submit } = createWorld({ store, executor: { ...UNHURRIED, batchSize: 40 } });
    await Promise.all(numbered(100).map((command) => submit(command)));
    expect(sizes).toEqual([40, 40, 20]);
  });

  it('bounds the time of a batch, and leaves nobody behind', async () => {
    const sizes: number[] = [];
    const store = watching(({ users }) => sizes.push(users.length));
    const { submit } = createWorld({ store, executor: { batchMilliseconds: -1 } });
    await Promise.all(numbered(5).map((command) => submit(command)));
    expect(sizes).toEqual([1, 1, 1, 1, 1]);
  });

  it('keeps the order of arrival over batches', async () => {
    const { submit, store } = createWorld({ executor: { batchSize: 3 } });
    await submit(createUser());
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await Promise.all(names.map((username) => submit({ type: 'update-user', username })));
    const events = await store.events(createUser().userId);
    expect(events.slice(1).map(({ changes }) => changes.username?.after)).toEqual(names);
  });

  it('answers nobody before the transaction is through', async () => {
    let committed = false;
    const store = watching(() => {});
    const { commit } = store;
    store.commit = async (...args) => {
      await commit.apply(store, args);
      await new Promise((resolve) => setTimeout(resolve, 20));
      committed = true;
    };
    const { submit } = createWorld({ store });
    await submit(createUser());
    expect(committed).toBe(true);
  });

  it('refuses beyond its queue, and takes work again afterwards', async () => {
    const { submit, executor } = createWorld({ executor: { queueLimit: 2 } });
    const results = await Promise.allSettled(numbered(3).map((command) => submit(command)));
    expect(outcomes(results)).toEqual(['1/1/null', '1/1/null', 'overloaded']);
    expect((results[2] as PromiseRejectedResult).reason.details).toEqual({ retryAfter: 1 });
    await executor.drained();
    await submit(createUser({ userId: 'later' }));
  });

  it('refuses what has waited too long behind a store that stalls, and whoever comes after it', async () => {
    const store = memoryStore();
    const commit = store.commit.bind(store);
    const stalled = Promise.withResolvers<void>();
    store.commit = (...args) => stalled.promise.then(() => commit(...args));
    const { submit, executor } = createWorld({ store, executor: { patience: 250 } });
    const [first = createUser(), second = createUser(), third = createUser()] = numbered(3);
    const under = submit(first);
    await new Promise(setImmediate);
    const waiting = submit(second);
    await sleep(300);
    expect(outcomes(await Promise.allSettled([submit(third)]))).toEqual(['overloaded']);
    stalled.resolve();
    expect(outcomes(await Promise.allSettled([under, waiting]))).toEqual(['1/1/null', 'overloaded']);
    await executor.drained();
    await submit(createUser({ userId: 'later' }));
  });

  it('is drained when everything has its outcome', async () => {
    const { submit, executor } = createWorld({ executor: { batchSize: 2 } });
    const done: string[] = [];
    const all = numbered(5).map((command) => submit(command).then(() => done.push(command.userId)));
    await executor.drained();
    await Promise.all(all);
    expect(done).toHaveLength(5);
    await executor.drained();
  });
});

describe('a store that others work for', () => {
  /** Batches reach the database at once, and are through when the test says so. */
  function remote(concurrency: number) {
    const store = memoryStore();
    const commit = store.commit.bind(store);
    const arrived: { size: number; finish(): void }[] = [];
    const log: string[] = [];
    Object.assign(store, { concurrency, isRemote: true });
    store.commit = async (wants, decide) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      // A connection pool takes a moment to lend a connection.
      await new Promise<void>((lent) => process.nextTick(lent));
      arrived.push({ size: wants.users.size, finish: resolve });
      log.push('sent');
      await promise;
      return commit(wants, decide);
    };
    return { store, arrived, log };
  }
  const turn = () => new Promise(setImmediate);

  it('is given the next batch before those of the last one are told', async () => {
    const { store, arrived, log } = remote(1);
    const { submit, executor } = createWorld({ store });
    const [first = createUser(), second = createUser()] = numbered(2);
    void submit(first).then(() => log.push('told'));
    await turn();
    void submit(second).then(() => log.push('told'));
    await turn();
    arrived[0]?.finish();
    await expect.poll(() => arrived.length).toBe(2);
    arrived[1]?.finish();
    await executor.drained();
    expect(log).toEqual(['sent', 'sent', 'told', 'told']);
  });

  it('is given another batch beside one under way only when as many wait', async () => {
    const { store, arrived } = remote(2);
    const { submit, executor } = createWorld({ store, executor: UNHURRIED });
    const [a, b, c, d, e] = numbered(5).map((command) => () => void submit(command));
    for (const go of [a, b]) go?.();
    await turn();
    c?.();
    await turn();
    expect(arrived.map(({ size }) => size)).toEqual([2]);
    d?.();
    await turn();
    expect(arrived.map(({ size }) => size)).toEqual([2, 2]);
    e?.();
    await turn();
    expect(arrived).toHaveLength(2);
    arrived[0]?.finish();
    await expect.poll(() => arrived.length).toBe(3);
    for (const { finish } of arrived) finish();
    await executor.drained();
  });
});

describe('a configuration that changes', () => {
  const change = (name: string) => {
    const organizations = [ORG, OTHER_ORG].map((id) => organization(id, { name }));
    return { organizations: organizations.map((entry) => ({ id: entry.id, settings: JSON.stringify(entry) })) };
  };
  /** A client for as long as its organization is called this. */
  const clientWhile = (name: string): Caller => ({
    kind: 'client',
    clientId: 'c',
    organizationId: ORG,
    grants: [{ organizationId: ORG, capabilities: new Set(['create']) }],
    isCurrent: (current) => current?.name === name,
  });

  it('is what the batch is decided under, though the process has not heard of it', async () => {
    const { submit, store, users } = createWorld();
    await submit(createUser({ userId: '1' }), { caller: clientWhile(ORG) });
    await store.configure(change('renamed'));
    const results = await Promise.allSettled([
      submit(createUser({ userId: '2' }), { caller: clientWhile(ORG) }),
      submit(createUser({ userId: '3' }), { caller: clientWhile('renamed') }),
      submit(createUser({ userId: '4' })),
    ]);
    expect(outcomes(results)).toEqual(['unauthenticated', '1/1/null', '1/1/null']);
    expect(await store.user('2')).toBeNull();
    expect(users.directory.organization(ORG)?.name).toBe('renamed');
  });

  it('is the same to the answers given before: they are not given again', async () => {
    const { submit, store } = createWorld();
    const idempotency = { key: 'k', fingerprint: 'f', secret: false };
    const again = () => submit(createUser(), { caller: clientWhile(ORG), idempotency });
    await again();
    expect((await again()).replayed).toBe(true);
    await store.configure(change('renamed'));
    expect(await refusalOf(again())).toBe('unauthenticated');
  });

  it('is waited for a few times, then the command is refused', async () => {
    let refreshes = 0;
    const refresh = async () => {
      refreshes += 1;
    };
    const { submit, store } = createWorld({ executor: { refresh } });
    await store.configure(change('renamed'));
    expect(await refusalOf(submit(createUser()))).toBe('store_unavailable');
    expect(refreshes).toBeGreaterThan(2);
    expect(await store.user(createUser().userId)).toBeNull();
  });
});

describe('a poisoned command', () => {
  const poison = new BatchFailed(new Error('this row cannot be written'));
  const poisonedBy = (...ids: string[]) =>
    watching(({ events }) => {
      if (events.some(({ userId }) => ids.includes(userId))) throw poison;
    });

  it.each([0, 3, 6])('fails alone, at place %i of seven', async (place) => {
    const { submit, store } = createWorld({ store: poisonedBy(`${place}`) });
    const results = await Promise.allSettled(numbered(7).map((command) => submit(command)));
    const expected = numbered(7).map((_, index) => (index === place ? 'error: BatchFailed' : '1/1/null'));
    expect(outcomes(results)).toEqual(expected);
    expect(await store.user(`${place}`)).toBeNull();
    expect(await store.user(`${(place + 1) % 7}`)).not.toBeNull();
  });

  it('whose value the database cannot take is refused as such', async () => {
    const tooLong = new BatchFailed(new Error('index row size 6624 exceeds maximum'), true);
    const store = watching(({ events }) => {
      if (events.some(({ userId }) => userId === '1')) throw tooLong;
    });
    const { submit } = createWorld({ store });
    const results = await Promise.allSettled(numbered(3).map((command) => submit(command)));
    expect(outcomes(results)).toEqual(['1/1/null', 'value_invalid', '1/1/null']);
  });

  it('does not take another with it', async () => {
    const { submit } = createWorld({ store: poisonedBy('1', '2') });
    const results = await Promise.allSettled(numbered(4).map((command) => submit(command)));
    expect(outcomes(results)).toEqual(['1/1/null', 'error: BatchFailed', 'error: BatchFailed', '1/1/null']);
  });

  it('does not make a duplicate happen twice', async () => {
    const { submit, store } = createWorld({ store: poisonedBy('0') });
    const idempotency = { key: 'k', fingerprint: 'f', secret: false };
    const [bad, ...twins] = numbered(4).map((command, index) => submit(command, index === 0 ? {} : { idempotency }));
    const results = await Promise.allSettled([bad as Promise<never>, ...twins]);
    expect(outcomes(results)).toEqual(['error: BatchFailed', '1/1/null', '1/1/null', '1/1/null']);
    expect([await store.user('2'), await store.user('3')]).toEqual([null, null]);
  });
});

describe('a store that is not available', () => {
  it('refuses the whole batch, and works again when it is', async () => {
    let broken = true;
    const store = watching(() => {
      if (broken) throw new StoreUnavailable('full', new Error('disk full'));
    });
    const { submit } = createWorld({ store });
    const results = await Promise.allSettled(numbered(3).map((command) => submit(command)));
    expect(outcomes(results)).toEqual(['store_unavailable', 'store_unavailable', 'store_unavailable']);
    expect(store.commits).toBe(1);
    broken = false;
    await submit(createUser());
  });

  it('while it is read refuses the whole batch as well', async () => {
    const store = memoryStore();
    const { submit, users } = createWorld({ store });
    await submit(createUser());
    const unreadable = () => Promise.reject(new StoreUnavailable('damaged', null));
    const commit = store.commit.bind(store);
    store.commit = (wants, decide) =>
      commit(wants, (snapshot) =>
        decide({
          ...snapshot,
          user: () => {
            throw new StoreUnavailable('damaged', null);
          },
        }),
      );
    expect(await refusalOf(submit({ type: 'update-user', username: 'a' }))).toBe('store_unavailable');
    Object.assign(store, { user: unreadable, userByClaim: unreadable });
    expect(await refusalOf(users.find({ id: '1' }))).toBe('store_unavailable');
    expect(await refusalOf(users.find({ claim: 'c' }))).toBe('store_unavailable');
  });
});
