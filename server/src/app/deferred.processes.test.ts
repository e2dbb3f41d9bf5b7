import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createUser, USER } from '../../test/support/given.ts';
import { createWorld, memoryStore, SYSTEM_CALLER, submission } from '../../test/support/world.ts';
import type { UpdateUser } from '../core/user/commands.ts';
import { DeferredWorker } from './deferred.ts';
import type { DeferredWork, Store } from './ports/store.ts';

const workers: DeferredWorker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

/**
 * A process on the store: an executor and a worker of its own. Work that is `taken` is in the hands of a process that
 * the test plays; `submitted` tells what was brought to the database, in vain or not.
 */
function process(store: Store, taken: Set<string> = new Set()) {
  const submitted: string[] = [];
  const payloads = new Map<number, string>();
  const looks = { count: 0 };
  const lent: Store = new Proxy(store, {
    get(target, name) {
      if (name === 'commit') {
        const commit: Store['commit'] = (wants, decide) =>
          target.commit(wants, (snapshot) =>
            decide({
              revision: snapshot.revision,
              user: (id) => snapshot.user(id),
              claimHolder: (key) => snapshot.claimHolder(key),
              answer: (key) => snapshot.answer(key),
              isDeferred: (id) => !taken.has(payloads.get(id) ?? '') && snapshot.isDeferred(id),
            }),
          );
        return commit;
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const world = createWorld({ store: lent });
  const worker = new DeferredWorker({
    store: {
      deferredWork: async (queue) => {
        looks.count += 1;
        return store.deferredWork(queue);
      },
    },
    users: world.users,
    submissionOf: (work) => {
      submitted.push(work.payload);
      payloads.set(work.id, work.payload);
      const nickName = work.payload;
      const update: UpdateUser = { type: 'update-user', profile: { nickName } };
      return submission(update, { settles: work, target: { id: work.queue } });
    },
    log: { warn: () => {} },
    patience: 2_000,
    interval: 20,
  });
  workers.push(worker);
  const defer = (queue: string, payload: string) =>
    world.users.submit({
      type: 'defer',
      caller: SYSTEM_CALLER,
      dialect: 'test',
      requestId: 'request',
      queue,
      payload,
      answer: { status: 200, body: null },
    });
  const accept = async (queue: string, payload: string): Promise<void> => {
    await defer(queue, payload);
    worker.takeUp(queue);
  };
  return { ...world, worker, submitted, taken, looks, accept, acceptAndDie: defer };
}

/** A store with some users, and what happened to each. */
async function database(...ids: string[]) {
  const store = memoryStore();
  for (const userId of ids) await createWorld({ store }).submit(createUser({ userId, username: null }));
  const names = async (id: string) =>
    (await store.events(id)).slice(1).map(({ changes }) => changes['profile.nickName']?.after);
  return { store, names };
}

/** Ends the transaction of the process that the test plays: the work is applied and gone. */
async function finish(store: Store, taken: Set<string>, work: DeferredWork | undefined): Promise<void> {
  if (work === undefined) throw new Error('there is no such work');
  await createWorld({ store }).submit(
    { type: 'update-user', profile: { nickName: work.payload } },
    { settles: work, target: { id: work.queue } },
  );
  taken.delete(work.payload);
}

describe('two processes on one database', () => {
  it('apply what either accepted once, in the order of acceptance', async () => {
    const ids = Array.from({ length: 8 }, (_, n) => `40000000000000000${n}`);
    const { store, names } = await database(...ids);
    const processes = [process(store), process(store)];
    await Promise.all(processes.map(({ worker }) => worker.start()));
    const expected = Array.from({ length: 30 }, (_, n) => `name ${n}`);
    await Promise.all(
      ids.map(async (id, user) => {
        for (const [n, name] of expected.entries()) await processes[(n + user) % 2]?.accept(id, name);
      }),
    );
    await Promise.all(ids.map((id, n) => processes[n % 2]?.worker.idle(id)));
    for (const id of ids) expect(await names(id)).toEqual(expected);
    expect(await store.deferredWork()).toEqual([]);
  });

  it('do not go on to later work while another is at the earlier', async () => {
    const { store, names } = await database(USER);
    const { worker, accept, taken, submitted } = process(store, new Set(['first']));
    await accept(USER, 'first');
    await accept(USER, 'second');
    await sleep(100);
    expect(new Set(submitted)).toEqual(new Set(['first']));
    expect(await names(USER)).toEqual([]);

    const [first] = await store.deferredWork(USER);
    await finish(store, taken, first);
    await worker.idle(USER);
    expect(await names(USER)).toEqual(['first', 'second']);
  });

  it('wait for work of another with growing pauses, never long', async () => {
    const { store } = await database(USER);
    const { accept, submitted } = process(store, new Set(['held']));
    const before = performance.now();
    await accept(USER, 'held');
    // After 20, 40, 80, 160 and then always 250 milliseconds: the eighth 1,050 after the first.
    await expect.poll(() => submitted.length, { interval: 5, timeout: 5_000 }).toBe(8);
    expect(performance.now() - before).toBeGreaterThan(1_000);
  });

  it('take over, in order, what another held when it died', async () => {
    const { store, names } = await database(USER);
    const { worker, accept, taken } = process(store, new Set(['held']));
    await accept(USER, 'held');
    await accept(USER, 'next');
    await sleep(50);
    taken.clear();
    await worker.idle(USER);
    expect(await names(USER)).toEqual(['held', 'next']);
  });

  it('find within moments what another accepted and left behind', async () => {
    const { store, names } = await database(USER);
    const [one, other] = [process(store), process(store)];
    await other.worker.start();
    await one.acceptAndDie(USER, 'left behind');
    await one.acceptAndDie(USER, 'and this');
    await expect.poll(() => names(USER), { interval: 5 }).toEqual(['left behind', 'and this']);
    expect(other.submitted).toEqual(['left behind', 'and this']);
  });

  it('leave to another what it has only just accepted', async () => {
    const { store } = await database(USER);
    const [one, other] = [process(store), process(store)];
    await other.worker.start();
    for (let n = 0; n < 100; n += 1) {
      await one.accept(USER, `name ${n}`);
      await one.worker.idle(USER);
      await sleep(1);
    }
    expect(other.looks.count).toBeGreaterThan(3);
    expect(other.submitted).toEqual([]);
  });

  it('idle waits for what another accepted and is applying', async () => {
    const { store, names } = await database(USER);
    const one = process(store);
    const other = process(store, new Set(['theirs']));
    await one.acceptAndDie(USER, 'theirs');
    expect(await other.worker.isBusy(USER)).toBe(true);
    let isIdle = false;
    const idle = other.worker.idle(USER).then(() => {
      isIdle = true;
    });
    await sleep(60);
    expect(isIdle).toBe(false);
    const [theirs] = await store.deferredWork(USER);
    await finish(store, other.taken, theirs);
    await idle;
    expect(await names(USER)).toEqual(['theirs']);
    expect(await other.worker.isBusy(USER)).toBe(false);
  });
});
