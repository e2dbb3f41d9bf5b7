import { describe, expect, it } from 'vitest';
import { createUser, newCode, OTHER_ORG, USER } from '../../test/support/given.ts';
import { createCaller, createWorld, outcomes, refusalOf, submission } from '../../test/support/world.ts';
import type { Command, ContactChange, NewCode, UpdateUser } from '../core/user/commands.ts';
import { DEFAULT_RATE_LIMITS } from '../core/values/rate-limits.ts';
import { createSecrets } from '../crypto/secrets.ts';
import type { Caller } from './callers.ts';
import { RateLimits } from './rate-limits.ts';
import { Repeats } from './repeats.ts';
import { recipientsOf, submitSending } from './sending.ts';

const sent = newCode('sent');
const returned: NewCode = { ...sent, delivery: null };
const PERSON = createUser({ email: { value: 'a@a.test', verified: true }, phone: { value: '+41790000001' } });
const key = { key: 'k', fingerprint: 'f', secret: false };

/** A world with a person, in which a recipient gets two messages at once. */
async function limitedWorld() {
  const world = createWorld();
  await world.submit(PERSON);
  const clock = () => world.time.now;
  const message = { user: { burst: 2, perHour: 1 }, address: { burst: 100, perHour: 1 } };
  const limits = new RateLimits(() => ({ ...DEFAULT_RATE_LIMITS, message }), clock);
  const repeats = new Repeats({ store: world.store, secrets: createSecrets(Buffer.alloc(32, 7)), clock });
  const services = { users: world.users, limits, repeats };
  return {
    ...world,
    send: (command: Command, more: Parameters<typeof submission>[1] = {}) =>
      submitSending(submission(command, more), services),
  };
}

const setPhone = (value: string): Command => ({ type: 'update-user', phone: { value, code: sent } });
const sendCode: Command = { type: 'request-contact-code', contact: 'email', again: false, code: sent };

describe('recipientsOf', () => {
  const email = (change: ContactChange): UpdateUser => ({ type: 'update-user', email: change });

  it.each<[string, Command, number]>([
    ['a new address', email({ value: 'b@a.test', code: sent }), 1],
    ['a new address, the code for the caller', email({ value: 'b@a.test', code: returned }), 0],
    ['a new address that is verified', email({ value: 'b@a.test', verified: true, code: sent }), 0],
    ['a new address without a code', email({ value: 'b@a.test' }), 0],
    ['the stored address', email({ value: 'a@a.test', code: sent }), 0],
    ['no address', email({ code: sent }), 0],
    ['both contacts', { ...email({ value: 'b@a.test', code: sent }), phone: { value: '+41790000002', code: sent } }, 2],
    [
      'a creation',
      createUser({ email: { value: 'a@a.test', code: sent }, phone: { value: '+4179', verified: true } }),
      1,
    ],
    ['a code for the stored address', sendCode, 1],
    ['a reset by text message', { type: 'request-password-reset', channel: 'phone', code: sent }, 1],
    ['a reset code for the caller', { type: 'request-password-reset', channel: 'email', code: returned }, 0],
    ['an invitation', { type: 'create-invite', code: sent, applicationName: null }, 1],
    ['a change of names', { type: 'update-user', profile: { nickName: 'x' } }, 0],
  ])('%s', async (_what, command, count) => {
    const { store } = await limitedWorld();
    const user = command.type === 'create-user' ? null : await store.user(USER);
    expect(recipientsOf(command, user)).toHaveLength(count);
  });
});

describe('what sends messages', () => {
  it('is limited for the recipient, whoever changes whichever record', async () => {
    const { send, submit } = await limitedWorld();
    const to = '+41791111111';
    await submit(createUser({ userId: '2', organizationId: OTHER_ORG }));
    await send(setPhone(to));
    const other = { target: { id: '2' } };
    await send(setPhone(to), other);
    await send(setPhone('+41792222222'), other);
    expect(await refusalOf(send(setPhone(to), other))).toBe('rate_limited');
  });

  it('is limited for who changes its own contacts, however many recipients there are', async () => {
    const world = await limitedWorld();
    const person = await createCaller(world, '7', []);
    const admin = await createCaller(world, '8', ['ORG_OWNER']);
    const change = (n: number, caller: Caller) =>
      world.send(setPhone(`+4179200000${n}`), { caller, target: { id: '7' } });
    await change(1, person);
    await change(2, person);
    expect(await refusalOf(change(3, person))).toBe('rate_limited');
    expect((await world.store.user('7'))?.phone.value).toBe('+41792000002');
    // Who may change the records of others may do so for any number of them.
    await change(4, admin);
    await change(5, admin);
    await change(6, admin);
  });

  it('costs nothing where it is refused: who may not ask uses up none', async () => {
    const world = await limitedWorld();
    const stranger = await createCaller(world, '7', []);
    for (let n = 0; n < 3; n += 1) {
      expect(await refusalOf(world.send(setPhone('+41791111111'), { caller: stranger }))).toBe('no_membership');
      const stale = world.send(setPhone('+41791111111'), { ifMatch: { versions: [0] } });
      expect(await refusalOf(stale)).toBe('version_conflict');
    }
    expect((await world.send(setPhone('+41791111111'))).replayed).toBe(false);
  });
});

describe('a repetition', () => {
  it('costs nothing', async () => {
    const { send } = await limitedWorld();
    const receipts = [await send(sendCode, { idempotency: key })];
    for (let n = 0; n < 3; n += 1) receipts.push(await send(sendCode, { idempotency: key }));
    expect(receipts.map(({ replayed }) => replayed)).toEqual([false, true, true, true]);
    expect((await send(sendCode)).replayed).toBe(false);
  });

  it('gets its answer when the limit is used up, and another request does not', async () => {
    const { send } = await limitedWorld();
    const first = await send(sendCode, { idempotency: key });
    await send(sendCode);
    expect(await send(sendCode, { idempotency: key })).toEqual({ ...first, replayed: true });
    const others = [
      send(sendCode),
      send(sendCode, { idempotency: { ...key, key: 'new' } }),
      send(sendCode, { idempotency: { ...key, fingerprint: 'other' } }),
    ];
    expect(outcomes(await Promise.allSettled(others))).toEqual(['rate_limited', 'rate_limited', 'key_reused']);
  });

  it('is not for who lost the right', async () => {
    const world = await limitedWorld();
    const caller = await createCaller(world, '7', ['ORG_OWNER']);
    await world.send(sendCode, { caller, idempotency: key });
    await world.send(sendCode);
    await world.submit({ type: 'update-user', membership: { roles: [] } }, { target: { id: '7' } });
    expect(await refusalOf(world.send(sendCode, { caller, idempotency: key }))).toBe('no_membership');
  });
});
