import { describe, expect, it } from 'vitest';
import { DOWN, GONE, happen, pass, ScriptedSender, usingWorkers } from '../../../test/support/delivery-worker.ts';
import { NOW } from '../../../test/support/given.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const here = usingWorkers();

describe('a receiver that is down', () => {
  it('given failures that say so, then it rests, is probed with one delivery, and has all when it is back', async () => {
    const crm = new ScriptedSender(4);
    let isDown = true;
    crm.answer = () => (isDown ? DOWN : { type: 'delivered' });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((user) => `${user}1`);
    await happen(here.store, names);
    const { log } = here.start({ crm });
    await pass(900);
    const first = crm.tried.length;
    expect(first).toBe(6);
    expect(await here.summary()).toMatchObject({ failures: 3, answer: 'HTTP 503', waiting: 7 });
    await pass(14 * SECOND);
    const probes = crm.tried.slice(first);
    expect(probes.length).toBeGreaterThanOrEqual(3);
    expect(probes.length).toBeLessThanOrEqual(4);
    // Not the same one each time.
    expect(new Set(probes).size).toBe(probes.length);
    isDown = false;
    await pass(20 * SECOND);
    expect(new Set(crm.tried.slice(first + probes.length))).toEqual(new Set(names));
    expect(await here.summary()).toMatchObject({ failures: 0, dueAt: 0, waiting: 0, dead: 0 });
    expect(log).toEqual(['a receiver cannot be reached', 'a receiver can be reached again']);
  });

  it('given some that mean nothing to it, then it stays down for those, and they are done with', async () => {
    const crm = new ScriptedSender(1);
    const nothing = { type: 'delivered', untried: true } as const;
    crm.answer = ({ userId }) => (userId === 'n' ? nothing : DOWN);
    await happen(here.store, ['a1', 'b1', 'c1']);
    const { worker, log } = here.start({ crm });
    await pass(SECOND);
    expect(await here.summary()).toMatchObject({ failures: 3 });
    await happen(here.store, ['n1', 'n2']);
    worker.tell(['crm']);
    await pass(120 * SECOND);
    expect(crm.tried).toEqual(expect.arrayContaining(['n1', 'n2']));
    const { failures, dueAt, waiting } = (await here.summary()) ?? {};
    expect([waiting, dueAt]).toEqual([3, expect.any(Number)]);
    expect(failures).toBeGreaterThan(5);
    expect(dueAt).toBeGreaterThan(Date.now());
    expect(log).toEqual(['a receiver cannot be reached']);
  });

  it('given a long time down, then no delivery has used up its tries', async () => {
    const crm = new ScriptedSender(1);
    let isDown = true;
    crm.answer = () => (isDown ? DOWN : { type: 'delivered' });
    await happen(here.store, ['a1', 'b1']);
    here.start({ crm });
    await pass(HOUR);
    const probes = crm.tried.length;
    expect(probes).toBeGreaterThan(12);
    expect(probes).toBeLessThan(30);
    const { deliveries } = await here.store.outbox.due('crm', { now: NOW + 9 * HOUR, limit: 9, busy: new Set() });
    expect(Math.max(...deliveries.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
    isDown = false;
    await pass(301 * SECOND);
    expect(await here.summary()).toMatchObject({ waiting: 0 });
  });

  it('given three days, then what is older is given up, and what is younger is not', async () => {
    const crm = new ScriptedSender();
    crm.answer = () => DOWN;
    await happen(here.store, ['a1', 'b1', 'c1', 'd1']);
    here.start({ crm }, { interval: 60 * SECOND });
    await pass(71 * HOUR);
    await happen(here.store, ['e1']);
    await pass(1.2 * HOUR);
    expect(await here.summary()).toMatchObject({ dead: 4, waiting: 1 });
    expect(await here.store.outbox.deadLetters('crm', 1)).toMatchObject([{ answer: 'HTTP 503' }]);
  });

  it('given others, then those are not held up', async () => {
    const names = ['a', 'b', 'c'].map((user) => `${user}1`);
    const senders = Object.fromEntries(['r0', 'r1', 'r2', 'r3'].map((id) => [id, new ScriptedSender(2)]));
    senders.r0?.hold();
    if (senders.r1 !== undefined) senders.r1.answer = () => DOWN;
    await happen(here.store, names, Object.keys(senders));
    here.start(senders);
    await pass(30);
    expect(senders.r2?.tried).toEqual(names);
    expect(senders.r3?.tried).toEqual(names);
    senders.r0?.letGo();
  });

  it('given that only one user fails, however it fails, then the others get theirs', async () => {
    const crm = new ScriptedSender(4);
    crm.answer = ({ userId }) => (userId === 'a' ? DOWN : { type: 'delivered' });
    await happen(here.store, ['a1']);
    const { worker } = here.start({ crm });
    await pass(20 * SECOND);
    await happen(here.store, ['b1', 'c1']);
    worker.tell(['crm']);
    await pass(20 * SECOND);
    expect(crm.tried).toEqual(expect.arrayContaining(['b1', 'c1']));
    expect(await here.summary()).toMatchObject({ waiting: 1 });
  });
});

describe('a receiver that is gone', () => {
  it('given its word, then what waits and what comes are dead letters, until it is asked for again', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    await happen(here.store, ['a1', 'a2', 'b1']);
    const { worker } = here.start({ crm });
    await pass(100);
    expect(crm.tried).toEqual(['a1']);
    expect(await here.summary()).toMatchObject({ dead: 3, waiting: 0, disabledAddress: 'http://crm.test' });
    await happen(here.store, ['a3']);
    worker.tell(['crm']);
    await pass(100);
    expect(crm.tried).toEqual(['a1']);
    expect(await here.store.outbox.deadLetters('crm', 1)).toMatchObject([{ answer: 'HTTP 410' }]);

    crm.answer = () => ({ type: 'delivered' });
    expect(await here.store.outbox.retry('crm', Date.now(), 100)).toBe(4);
    await pass(500);
    expect(crm.tried.slice(1)).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect(await here.summary()).toMatchObject({ dead: 0, waiting: 0, disabledAt: null });
  });

  it('given more changes before that is written, then it is not forgotten', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    await happen(here.store, ['a1']);
    const { worker } = here.start({ crm });
    await pass(1);
    await happen(here.store, ['a2']);
    worker.tell(['crm']);
    await pass(500);
    expect(crm.tried).toEqual(['a1']);
    expect(await here.summary()).toMatchObject({ dead: 2, waiting: 0, answer: 'HTTP 410' });
    expect((await here.summary())?.disabledAt).not.toBeNull();
  });

  it('given another address by the time of its word, then it is in use there', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    crm.hold();
    await happen(here.store, ['a1', 'b1']);
    here.start({ crm });
    await pass(100);
    crm.address = 'http://new.test';
    crm.letGo();
    crm.answer = ({ userId }) => (userId === 'a' ? GONE : { type: 'delivered' });
    await pass(500);
    expect(crm.tried).toEqual(['a1', 'b1']);
    expect(await here.summary()).toMatchObject({ dead: 1, waiting: 0, disabledAt: null });
  });

  it('given another address, then it is in use again', async () => {
    const crm = new ScriptedSender(1);
    crm.answer = () => GONE;
    await happen(here.store, ['a1']);
    const { worker } = here.start({ crm });
    await pass(100);
    crm.answer = () => ({ type: 'delivered' });
    crm.address = 'http://new.test';
    await happen(here.store, ['a2', 'b1']);
    worker.tell(['crm']);
    await pass(100);
    expect(crm.tried).toEqual(['a1', 'a2', 'b1']);
    expect(await here.summary()).toMatchObject({ dead: 1, waiting: 0, disabledAt: null });
  });
});
