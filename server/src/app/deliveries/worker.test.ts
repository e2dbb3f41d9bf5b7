import { describe, expect, it } from 'vitest';
import {
  FAILED,
  happen,
  nameOf,
  pass,
  REFUSED,
  ScriptedSender,
  usingWorkers,
} from '../../../test/support/delivery-worker.ts';
import { NOW } from '../../../test/support/given.ts';
import type { Sender } from '../ports/sender.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const here = usingWorkers();

describe('deliveries to a receiver', () => {
  it('given changes, when it is told of them, then they are sent at once and leave the outbox', async () => {
    const crm = new ScriptedSender();
    const { worker } = here.start({ crm });
    await pass(1);
    await happen(here.store, ['a1', 'b1', 'a2']);
    worker.tell(['crm']);
    await pass(1);
    expect(crm.tried).toEqual(['a1', 'b1', 'a2']);
    await pass(50);
    expect(await here.summary()).toMatchObject({ waiting: 0, dead: 0, failures: 0 });
    await pass(5 * SECOND);
    expect(crm.tried).toHaveLength(3);
  });

  it('given changes of which nobody told it, then they are found within half a second', async () => {
    const crm = new ScriptedSender();
    here.start({ crm });
    await pass(1);
    await happen(here.store, ['a1']);
    await pass(500);
    expect(crm.tried).toEqual(['a1']);
  });

  it('given one user, then one delivery is under way, and others are not held up', async () => {
    const crm = new ScriptedSender(2);
    const { worker } = here.start({ crm });
    await happen(here.store, ['a1', 'a2', 'b1', 'c1']);
    crm.hold();
    worker.tell(['crm']);
    await pass(1);
    expect(crm.tried).toEqual(['a1', 'b1']);
    await happen(here.store, ['a3']);
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
    await happen(here.store, names);
    here.start({ crm });
    await pass(2 * SECOND);
    for (const user of users) {
      expect(crm.tried.filter((name) => name.startsWith(user))).toEqual(names.filter((name) => name.startsWith(user)));
    }
    expect(await here.summary()).toMatchObject({ waiting: 0 });
  });

  it('given a failure, then it is tried again ever later, and what comes after it waits', async () => {
    const crm = new ScriptedSender();
    crm.answer = (delivery) => (nameOf(delivery) === 'a1' && crm.tried.length < 6 ? FAILED : { type: 'delivered' });
    await happen(here.store, ['a1', 'a2', 'b1']);
    here.start({ crm });
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
    await happen(here.store, ['a1']);
    here.start({ crm });
    await pass(29 * SECOND);
    expect(crm.tried).toEqual(['a1']);
    await pass(2 * SECOND);
    expect(crm.tried).toEqual(['a1', 'a1']);
  });

  it('given three days in vain, then it is a dead letter with the last answer, and the next has its turn', async () => {
    const crm = new ScriptedSender();
    crm.answer = (delivery) => (nameOf(delivery) === 'a1' ? FAILED : { type: 'delivered' });
    await happen(here.store, ['a1', 'a2']);
    here.start({ crm }, { interval: 60 * SECOND });
    await pass(71 * HOUR);
    expect(await here.summary()).toMatchObject({ waiting: 2, dead: 0 });
    await pass(1 * HOUR + 61 * SECOND);
    expect(crm.tried.at(-1)).toBe('a2');
    const [letter] = await here.store.outbox.deadLetters('crm', 10);
    expect(letter).toMatchObject({ userId: 'a', answer: 'HTTP 500', attempts: crm.tried.length - 2 });
    expect(letter?.diedAt).toBeGreaterThanOrEqual(NOW + 72 * HOUR);
    expect(crm.tried.length).toBeGreaterThan(70);
    expect(await here.summary()).toMatchObject({ waiting: 0, dead: 1 });
  });

  it('given a refusal, then it is a dead letter at once, and the next follows', async () => {
    const mail = new ScriptedSender();
    mail.answer = (delivery) => (nameOf(delivery) === 'a1' ? REFUSED : { type: 'delivered' });
    await happen(here.store, ['a1', 'a2'], ['email']);
    here.start({ email: mail });
    await pass(100);
    expect(mail.tried).toEqual(['a1', 'a2']);
    expect(await here.store.outbox.deadLetters('email', 10)).toMatchObject([{ answer: '550 no such mailbox' }]);
  });

  it('given a receiver that nobody knows, then its deliveries are dead letters that say so', async () => {
    await happen(here.store, ['a1', 'b1'], ['who']);
    const refreshed: number[] = [];
    const refresh = async () => void refreshed.push(1);
    here.start({}, { refresh });
    await pass(300);
    expect(await here.store.outbox.deadLetters('who', 10)).toMatchObject([
      { userId: 'b', answer: 'no such receiver' },
      { userId: 'a', answer: 'no such receiver' },
    ]);
    expect(refreshed.length).toBeGreaterThan(0);
  });

  it('given a receiver that another process has added, then it is known before anything is given up', async () => {
    const crm = new ScriptedSender();
    const senders: Record<string, Sender> = {};
    await happen(here.store, ['a1']);
    here.start(senders, {
      refresh: async () => {
        senders.crm = crm;
      },
    });
    await pass(300);
    expect(crm.tried).toEqual(['a1']);
    expect(await here.summary()).toMatchObject({ waiting: 0, dead: 0 });
  });

  it('given a sender that throws or never ends, then it counts as a failure', async () => {
    const crm = new ScriptedSender();
    crm.answer = (delivery) => {
      if (crm.tried.length > 2) return { type: 'delivered' };
      if (nameOf(delivery) === 'a1') throw new Error('a fault of ours');
      return new Promise(() => {});
    };
    await happen(here.store, ['a1', 'b1']);
    const { log } = here.start({ crm });
    await pass(62 * SECOND);
    expect(crm.tried).toEqual(['a1', 'b1', 'a1', 'b1']);
    expect(log).toContain('a delivery could not be tried');
    expect(await here.summary()).toMatchObject({ waiting: 0, dead: 0 });
  });
});
