import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  DOWN,
  FAILED,
  GONE,
  happen,
  nameOf,
  REFUSED,
  ScriptedSender,
  workerOn,
} from '../../../test/support/delivery-worker.ts';
import { NOW } from '../../../test/support/given.ts';
import { memoryStore } from '../../../test/support/world.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Sender } from '../ports/sender.ts';
import { StoreUnavailable } from '../ports/store.ts';
import type { DeliveryWorker, DeliveryWorkerOptions } from './worker.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

let store: ReturnType<typeof memoryStore>;
let started: DeliveryWorker[];
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  store = memoryStore();
  started = [];
});
afterEach(async () => {
  const stopped = Promise.all(started.map((worker) => worker.stop()));
  await pass(2 * SECOND);
  await stopped;
  await store.close();
  vi.useRealTimers();
});

function start(senders: Readonly<Record<string, Sender>>, more: Partial<DeliveryWorkerOptions> = {}) {
  const made = workerOn(store.outbox, senders, more);
  started.push(made.worker);
  made.worker.start();
  return made;
}

async function summary(id = 'crm') {
  return (await store.outbox.receivers()).find((receiver) => receiver.id === id);
}

describe('deliveries to a receiver', () => {
  it('given changes, when it is told of them, then they are sent at once and leave the outbox', async () => {
    const crm = new ScriptedSender();
    const { worker } = start({ crm });
    await pass(1);
    await happen(store, ['a1', 'b1', 'a2']);
    worker.tell(['crm']);
    await pass(1);
    expect(crm.tried).toEqual(['a1', 'b1', 'a2']);
    await pass(50);
    expect(await summary()).toMatchObject({ waiting: 0, dead: 0, failures: 0 });
    await pass(5 * SECOND);
    expect(crm.tried).toHaveLength(3);
  });

  it('given changes of which nobody told it, then they are found within half a second', async () => {
    const crm = new ScriptedSender();
    start({ crm });
    await pass(1);
    await happen(store, ['a1']);
    await pass(500);
    expect(crm.tried).toEqual(['a1']);
  });

  it('given one user, then one delivery is under way, and others are not held up', async () => {
    const crm = new ScriptedSender(2);
    const { worker } = start({ crm });
    await happen(store, ['a1', 'a2', 'b1', 'c1']);
    crm.hold();
    worker.tell(['crm']);
    await pass(1);
    expect(crm.tried).toEqual(['a1', 'b1']);
    await happen(store, ['a3']);
    worker.tell(['crm']);
    crm.letGo();
    await pass(100);
    expect(crm.tried.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(crm.tried).toContain('c1');
  });

  it('given more than is loaded at once, then all of it is sent, in order', async () => {
    const crm = new ScriptedSender(8);
    const users = ['a', 'b', 'c', 'd'];
    const names = Array.from({ length: 300 }, (_, n) => users.map((user) => `${user}${n + 1}`)).flat();
    await happen(store, names);
    start({ crm });
    await pass(2 * SECOND);
    for (const user of users) {
      expect(crm.tried.filter((name) => name.startsWith(user))).toEqual(names.filter((name) => name.startsWith(user)));
    }
    expect(await summary()).toMatchObject({ waiting: 0 });
  });

  it('given a failure, then it is tried again ever later, and what comes after it waits', async () => {
    const crm = new ScriptedSender();
    crm.answer = (delivery) => (nameOf(delivery) === 'a1' && crm.tried.length < 6 ? FAILED : { type: 'delivered' });
    await happen(store, ['a1', 'a2', 'b1']);
    start({ crm });
    await pass(60 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1', 'a1', 'a1', 'a1', 'a1', 'a2']);
    const tries = crm.times.filter(([name]) => name === 'a1').map(([, at]) => at);
    const waits = tries.slice(1).map((at, n) => at - (tries[n] ?? 0));
    for (const [n, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(SECOND * 2 ** n);
      expect(wait).toBeLessThan(SECOND * 2 ** n + 500);
    }
  });

  it('given a wait that the receiver asks for, then it has it', async () => {
    const crm = new ScriptedSender();
    crm.answer = () => (crm.tried.length === 1 ? { ...FAILED, retryAfter: 30 * SECOND } : { type: 'delivered' });
    await happen(store, ['a1']);
    start({ crm });
    await pass(29 * SECOND);
    expect(crm.tried).toEqual(['a1']);
    await pass(2 * SECOND);
    expect(crm.tried).toEqual(['a1', 'a1']);
  });

  it('given three days in vain, then it is a dead letter with the last answer, and the next has its turn', async () => {
    const crm = new ScriptedSender();
    crm.answer = (delivery) => (nameOf(delivery) === 'a1' ? FAILED : { type: 'delivered' });
    await happen(store, ['a1', 'a2']);
    start({ crm }, { interval: 60 * SECOND });
    await pass(71 * HOUR);
    expect(await summary()).toMatchObject({ waiting: 2, dead: 0 });
    await pass(1 * HOUR + 61 * SECOND);
    expect(crm.tried.at(-1)).toBe('a2');
    const [letter] = await store.outbox.deadLetters('crm', 10);
    expect(letter).toMatchObject({ userId: 'a', answer: 'HTTP 500', attempts: crm.tried.length - 2 });
    expect(letter?.diedAt).toBeGreaterThanOrEqual(NOW + 72 * HOUR);
    expect(crm.tried.length).toBeGreaterThan(70);
    expect(await summary()).toMatchObject({ waiting: 0, dead: 1 });
  });

  it('given a refusal, then it is a dead letter at once, and the next follows', async () => {
    const mail = new ScriptedSender();
    mail.answer = (delivery) => (nameOf(delivery) === 'a1' ? REFUSED : { type: 'delivered' });
    await happen(store, ['a1', 'a2'], ['email']);
    start({ email: mail });
    await pass(100);
    expect(mail.tried).toEqual(['a1', 'a2']);
    expect(await store.outbox.deadLetters('email', 10)).toMatchObject([{ answer: '550 no such mailbox' }]);
  });

  it('given a receiver that nobody knows, then its deliveries are dead letters that say so', async () => {
    await happen(store, ['a1', 'b1'], ['who']);
    const refreshed: number[] = [];
    const refresh = async () => void refreshed.push(1);
    start({}, { refresh });
    await pass(300);
    expect(await store.outbox.deadLetters('who', 10)).toMatchObject([
      { userId: 'b', answer: 'no such receiver' },
      { userId: 'a', answer: 'no such receiver' },
    ]);
    expect(refreshed.length).toBeGreaterThan(0);
  });

  it('given a receiver that another process has added, then it is known before anything is given up', async () => {
    const crm = new ScriptedSender();
    const senders: Record<string, Sender> = {};
    await happen(store, ['a1']);
    start(senders, {
      refresh: async () => {
        senders.crm = crm;
      },
    });
    await pass(300);
    expect(crm.tried).toEqual(['a1']);
    expect(await summary()).toMatchObject({ waiting: 0, dead: 0 });
  });

  it('given a sender that throws or never ends, then it counts as a failure', async () => {
    const crm = new ScriptedSender();
    crm.answer = (delivery) => {
      if (crm.tried.length > 2) return { type: 'delivered' };
      if (nameOf(delivery) === 'a1') throw new Error('a fault of ours');
      return new Promise(() => {});
    };
    await happen(store, ['a1', 'b1']);
    const { log } = start({ crm });
    await pass(62 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1', 'a1', 'b1']);
    expect(log).toContain('a delivery could not be tried');
    expect(await summary()).toMatchObject({ waiting: 0, dead: 0 });
  });
});

describe('a receiver that is down', () => {
  it('given failures that say so, then it rests, is probed with one delivery, and has all when it is back', async () => {
    const crm = new ScriptedSender(4);
    let isDown = true;
    crm.answer = () => (isDown ? DOWN : { type: 'delivered' });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((user) => `${user}1`);
    await happen(store, names);
    const { log } = start({ crm });
    await pass(900);
    const first = crm.tried.length;
    expect(first).toBe(6);
    expect(await summary()).toMatchObject({ failures: 3, answer: 'HTTP 503', waiting: 7 });
    await pass(14 * SECOND);
    const probes = crm.tried.slice(first);
    expect(probes.length).toBeGreaterThanOrEqual(3);
    expect(probes.length).toBeLessThanOrEqual(4);
    // Not the same one each time.
    expect(new Set(probes).size).toBe(probes.length);
    isDown = false;
    await pass(20 * SECOND);
    expect(new Set(crm.tried.slice(first + probes.length))).toEqual(new Set(names));
    expect(await summary()).toMatchObject({ failures: 0, dueAt: 0, waiting: 0, dead: 0 });
    expect(log).toEqual(['a receiver cannot be reached', 'a receiver can be reached again']);
  });

  it('given a long time down, then no delivery has used up its tries', async () => {
    const crm = new ScriptedSender(1);
    let isDown = true;
    crm.answer = () => (isDown ? DOWN : { type: 'delivered' });
    await happen(store, ['a1', 'b1']);
    start({ crm });
    await pass(HOUR);
    const probes = crm.tried.length;
    expect(probes).toBeGreaterThan(12);
    expect(probes).toBeLessThan(30);
    const { deliveries } = await store.outbox.due('crm', { now: NOW + 9 * HOUR, limit: 9, busy: new Set() });
    expect(Math.max(...deliveries.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
    isDown = false;
    await pass(301 * SECOND);
    expect(await summary()).toMatchObject({ waiting: 0 });
  });

  it('given three days, then what is older is given up, and what is younger is not', async () => {
    const crm = new ScriptedSender();
    crm.answer = () => DOWN;
    await happen(store, ['a1', 'b1', 'c1', 'd1']);
    start({ crm }, { interval: 60 * SECOND });
    await pass(71 * HOUR);
    await happen(store, ['e1']);
    await pass(1.2 * HOUR);
    expect(await summary()).toMatchObject({ dead: 4, waiting: 1 });
    expect(await store.outbox.deadLetters('crm', 1)).toMatchObject([{ answer: 'HTTP 503' }]);
  });

  it('given others, then those are not held up', async () => {
    const names = ['a', 'b', 'c'].map((user) => `${user}1`);
    const senders = Object.fromEntries(['r0', 'r1', 'r2', 'r3'].map((id) => [id, new ScriptedSender(2)]));
    senders.r0?.hold();
    if (senders.r1 !== undefined) senders.r1.answer = () => DOWN;
    await happen(store, names, Object.keys(senders));
    start(senders);
    await pass(30);
    expect(senders.r2?.tried).toEqual(names);
    expect(senders.r3?.tried).toEqual(names);
    senders.r0?.letGo();
  });

  it('given that only one user fails, however it fails, then the others get theirs', async () => {
    const crm = new ScriptedSender(4);
    crm.answer = ({ userId }) => (userId === 'a' ? DOWN : { type: 'delivered' });
    await happen(store, ['a1']);
    const { worker } = start({ crm });
    await pass(20 * SECOND);
    await happen(store, ['b1', 'c1']);
    worker.tell(['crm']);
    await pass(20 * SECOND);
    expect(crm.tried).toEqual(expect.arrayContaining(['b1', 'c1']));
    expect(await summary()).toMatchObject({ waiting: 1 });
  });
});

describe('a receiver that is gone', () => {
  it('given its word, then what waits and what comes are dead letters, until it is asked for again', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    await happen(store, ['a1', 'a2', 'b1']);
    const { worker } = start({ crm });
    await pass(100);
    expect(crm.tried).toEqual(['a1']);
    expect(await summary()).toMatchObject({ dead: 3, waiting: 0, disabledAddress: 'http://crm.test' });
    await happen(store, ['a3']);
    worker.tell(['crm']);
    await pass(100);
    expect(crm.tried).toEqual(['a1']);
    expect(await store.outbox.deadLetters('crm', 1)).toMatchObject([{ answer: 'HTTP 410' }]);

    crm.answer = () => ({ type: 'delivered' });
    expect(await store.outbox.retry('crm', Date.now(), 100)).toBe(4);
    await pass(500);
    expect(crm.tried.slice(1)).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(await summary()).toMatchObject({ dead: 0, waiting: 0, disabledAt: null });
  });

  it('given more changes before that is written, then it is not forgotten', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    await happen(store, ['a1']);
    const { worker } = start({ crm });
    await pass(1);
    await happen(store, ['a2']);
    worker.tell(['crm']);
    await pass(500);
    expect(crm.tried).toEqual(['a1']);
    expect(await summary()).toMatchObject({ dead: 2, waiting: 0, answer: 'HTTP 410' });
    expect((await summary())?.disabledAt).not.toBeNull();
  });

  it('given another address, then it is in use again', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    await happen(store, ['a1']);
    const { worker } = start({ crm });
    await pass(100);
    crm.answer = () => ({ type: 'delivered' });
    crm.address = 'http://new.test';
    await happen(store, ['a2', 'b1']);
    worker.tell(['crm']);
    await pass(100);
    expect(crm.tried).toEqual(['a1', 'a2', 'b1']);
    expect(await summary()).toMatchObject({ dead: 1, waiting: 0, disabledAt: null });
  });
});

describe('several processes', () => {
  it('given one at a receiver, then no other sends to it, until its claim is over', async () => {
    const [ours, theirs] = [new ScriptedSender(), new ScriptedSender()];
    // One that hangs: it renews nothing, and its timers are those of nobody.
    await happen(store, ['a1', 'a2']);
    await store.outbox.claim('crm', { holder: 'hanging', now: NOW, until: NOW + 10 * SECOND });
    start({ crm: ours });
    start({ crm: theirs }, { holder: 'them' });
    await pass(9 * SECOND);
    expect([...ours.tried, ...theirs.tried]).toEqual([]);
    await pass(2 * SECOND);
    expect([...ours.tried, ...theirs.tried]).toEqual(['a1', 'a2']);
    await happen(store, ['a3']);
    await pass(600);
    expect([...ours.tried, ...theirs.tried]).toEqual(['a1', 'a2', 'a3']);
    expect([ours.tried.length, theirs.tried.length]).toContain(3);
  });

  it('given that another has claimed it, then it is not asked for with every change', async () => {
    await happen(store, ['a1']);
    await store.outbox.claim('crm', { holder: 'them', now: NOW, until: NOW + HOUR });
    let claims = 0;
    const claim: Outbox['claim'] = (...asked) => {
      claims += 1;
      return store.outbox.claim(...asked);
    };
    const outbox = new Proxy(store.outbox, {
      get(target, name) {
        const value: unknown = name === 'claim' ? claim : Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { worker } = start({ crm: new ScriptedSender() }, { outbox });
    for (let n = 0; n < 100; n += 1) {
      worker.tell(['crm']);
      await pass(10);
    }
    expect(claims).toBeGreaterThan(0);
    expect(claims).toBeLessThanOrEqual(6);
  });

  it('given a claim that was lost with deliveries under way, then nothing more is begun', async () => {
    const crm = new ScriptedSender(1);
    crm.hold();
    await happen(store, ['a1', 'b1']);
    start({ crm });
    await pass(300);
    expect(crm.tried).toEqual(['a1']);
    // Another process takes over, as if this one had hung for longer than it may.
    await store.outbox.retry('crm', Date.now(), 1);
    await store.outbox.claim('crm', { holder: 'them', now: Date.now(), until: Date.now() + HOUR });
    crm.letGo();
    await pass(20 * SECOND);
    expect(crm.tried.length).toBeLessThanOrEqual(2);
    const tried = crm.tried.length;
    await pass(60 * SECOND);
    expect(crm.tried).toHaveLength(tried);
    expect(await summary()).toMatchObject({ waiting: 2 - tried });
  });
});

describe('the end of a server', () => {
  it('given a delivery under way, then it is waited for, and nothing more is begun', async () => {
    const crm = new ScriptedSender(1);
    crm.hold();
    await happen(store, ['a1', 'a2']);
    const { worker } = start({ crm });
    await pass(300);
    const stopped = worker.stop();
    await pass(500);
    crm.letGo();
    await stopped;
    expect(crm.tried).toEqual(['a1']);
    expect(await summary()).toMatchObject({ waiting: 1, failures: 0, answer: null });
    expect(await store.outbox.waiting('them', Date.now())).toEqual(['crm']);
  });

  it('given one that does not end, then it is cut off, and is as if it had not been tried', async () => {
    const crm = new ScriptedSender(1);
    crm.hold();
    await happen(store, ['a1', 'a2']);
    const { worker } = start({ crm });
    await pass(300);
    const stopped = worker.stop();
    await pass(1_000);
    await stopped;
    expect(await summary()).toMatchObject({ waiting: 2, failures: 0, answer: null });
    const { deliveries } = await store.outbox.due('crm', { now: Date.now(), limit: 9, busy: new Set() });
    expect(deliveries.map(({ attempts }) => attempts)).toEqual([0, 0]);
    worker.tell(['crm']);
    await pass(1_000);
    expect(crm.tried).toEqual(['a1']);
  });
});

describe('a database that is away', () => {
  function failing(): { outbox: Outbox; fail(what: (keyof Outbox)[]): void } {
    const broken = new Set<keyof Outbox>();
    const outbox = new Proxy(store.outbox, {
      get(target, name) {
        if (broken.has(name as keyof Outbox)) return () => Promise.reject(new StoreUnavailable('away', null));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    return {
      outbox,
      fail(what) {
        broken.clear();
        for (const name of what) broken.add(name);
      },
    };
  }

  it('given what was delivered and could not be written, then it is written later, and not sent twice', async () => {
    const { outbox, fail } = failing();
    const crm = new ScriptedSender();
    await happen(store, ['a1', 'b1']);
    fail(['settle']);
    const { log } = start({ crm }, { outbox });
    await pass(2 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1']);
    expect(await summary()).toMatchObject({ waiting: 2 });
    fail([]);
    await pass(500);
    expect(await summary()).toMatchObject({ waiting: 0 });
    await pass(2 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1']);
    expect(log.filter((line) => line.includes('database'))).toHaveLength(1);
  });

  it('given that nothing can be read, then it goes on when it is back, and says so once', async () => {
    const { outbox, fail } = failing();
    const crm = new ScriptedSender();
    fail(['waiting', 'claim', 'due']);
    const { worker, log } = start({ crm }, { outbox });
    await happen(store, ['a1']);
    for (let n = 0; n < 20; n += 1) {
      worker.tell(['crm']);
      await pass(100);
    }
    expect(crm.tried).toEqual([]);
    fail([]);
    await pass(500);
    expect(crm.tried).toEqual(['a1']);
    expect(log).toEqual(['deliveries wait until the database can be used', 'deliveries go on']);
  });
});
