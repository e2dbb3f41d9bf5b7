import { describe, expect, it } from 'vitest';
import { happen, nameOf, pass, REFUSED, ScriptedSender, usingWorkers } from '../../../test/support/delivery-worker.ts';
import { NOW } from '../../../test/support/given.ts';
import type { Outbox } from '../ports/outbox.ts';
import { StoreUnavailable } from '../ports/store.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const here = usingWorkers();

describe('several processes', () => {
  it('given one at a receiver, then no other sends to it, until its claim is over', async () => {
    const [ours, theirs] = [new ScriptedSender(), new ScriptedSender()];
    // One that hangs: it renews nothing, and its timers are those of nobody.
    await happen(here.store, ['a1', 'a2']);
    await here.store.outbox.claim('crm', { holder: 'hanging', now: NOW, until: NOW + 10 * SECOND });
    here.start({ crm: ours });
    here.start({ crm: theirs }, { holder: 'them' });
    await pass(9 * SECOND);
    expect([...ours.tried, ...theirs.tried]).toEqual([]);
    await pass(2 * SECOND);
    expect([...ours.tried, ...theirs.tried]).toEqual(['a1', 'a2']);
    await happen(here.store, ['a3']);
    await pass(600);
    expect([...ours.tried, ...theirs.tried]).toEqual(['a1', 'a2', 'a3']);
    expect([ours.tried.length, theirs.tried.length]).toContain(3);
  });

  it('given that another has claimed it, then it is not asked for with every change', async () => {
    await happen(here.store, ['a1']);
    await here.store.outbox.claim('crm', { holder: 'them', now: NOW, until: NOW + HOUR });
    let claims = 0;
    const claim: Outbox['claim'] = (...asked) => {
      claims += 1;
      return here.store.outbox.claim(...asked);
    };
    const outbox = new Proxy(here.store.outbox, {
      get(target, name) {
        const value: unknown = name === 'claim' ? claim : Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { worker } = here.start({ crm: new ScriptedSender() }, { outbox });
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
    await happen(here.store, ['a1', 'b1']);
    here.start({ crm });
    await pass(300);
    expect(crm.tried).toEqual(['a1']);
    // Another process takes over, as if this one had hung for longer than it may.
    await here.store.outbox.retry('crm', Date.now(), 1);
    await here.store.outbox.claim('crm', { holder: 'them', now: Date.now(), until: Date.now() + HOUR });
    crm.letGo();
    await pass(20 * SECOND);
    expect(crm.tried.length).toBeLessThanOrEqual(2);
    const tried = crm.tried.length;
    await pass(60 * SECOND);
    expect(crm.tried).toHaveLength(tried);
    expect(await here.summary()).toMatchObject({ waiting: 2 - tried });
  });
});

describe('dead letters that are asked for again', () => {
  it('given a process that has newer ones of a user under way, then another does not send them beside', async () => {
    const [ours, theirs] = [new ScriptedSender(), new ScriptedSender()];
    ours.answer = (delivery) => (nameOf(delivery) === 'a1' ? REFUSED : { type: 'delivered' });
    await happen(here.store, ['a1']);
    const { worker } = here.start({ crm: ours });
    await pass(300);
    ours.hold();
    await happen(here.store, ['a2']);
    worker.tell(['crm']);
    await pass(300);
    expect(ours.tried).toEqual(['a1', 'a2']);
    // From now on it hangs, but what it has begun goes on.
    const outbox = here.store.outbox;
    const claimedUntil = NOW + 5 * SECOND;
    await outbox.retry('crm', Date.now(), 100);
    const { worker: other } = here.start({ crm: theirs }, { holder: 'them' });
    other.tell(['crm']);
    await pass(claimedUntil - Date.now() - 100);
    expect(theirs.tried).toEqual([]);
    ours.letGo();
    await pass(10 * SECOND);
    expect([...ours.tried, ...theirs.tried].slice(2)).toEqual(['a1']);
  });
});

describe('the end of a server', () => {
  /** The first of two deliveries to one user, which does not end yet. */
  async function oneUnderWay() {
    const crm = new ScriptedSender(1);
    crm.hold();
    await happen(here.store, ['a1', 'a2']);
    const { worker } = here.start({ crm });
    await pass(300);
    return { crm, worker };
  }

  it('given a delivery under way, then it is waited for, and nothing more is begun', async () => {
    const { crm, worker } = await oneUnderWay();
    const stopped = worker.stop();
    await pass(500);
    crm.letGo();
    await stopped;
    expect(crm.tried).toEqual(['a1']);
    expect(await here.summary()).toMatchObject({ waiting: 1, failures: 0, answer: null });
    expect(await here.store.outbox.waiting('them', Date.now())).toEqual(['crm']);
  });

  it('given one that does not end, then it is cut off, and is as if it had not been tried', async () => {
    const { crm, worker } = await oneUnderWay();
    const stopped = worker.stop();
    await pass(1_000);
    await stopped;
    expect(await here.summary()).toMatchObject({ waiting: 2, failures: 0, answer: null });
    const { deliveries } = await here.store.outbox.due('crm', { now: Date.now(), limit: 9, busy: new Set() });
    expect(deliveries.map(({ attempts }) => attempts)).toEqual([0, 0]);
    worker.tell(['crm']);
    await pass(1_000);
    expect(crm.tried).toEqual(['a1']);
  });
});

describe('a database that is away', () => {
  function failing(): { outbox: Outbox; fail(what: (keyof Outbox)[]): void } {
    const broken = new Set<keyof Outbox>();
    const outbox = new Proxy(here.store.outbox, {
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
    await happen(here.store, ['a1', 'b1']);
    fail(['settle']);
    const { log } = here.start({ crm }, { outbox });
    await pass(2 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1']);
    expect(await here.summary()).toMatchObject({ waiting: 2 });
    fail([]);
    await pass(500);
    expect(await here.summary()).toMatchObject({ waiting: 0 });
    await pass(2 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1']);
    expect(log.filter((line) => line.includes('database'))).toHaveLength(1);
  });

  it('given that nothing can be read, then it goes on when it is back, and says so once', async () => {
    const { outbox, fail } = failing();
    const crm = new ScriptedSender();
    fail(['waiting', 'claim', 'due']);
    const { worker, log } = here.start({ crm }, { outbox });
    await happen(here.store, ['a1']);
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
