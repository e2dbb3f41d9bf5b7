import { describe, expect, it } from 'vitest';
import { createUser, NOW, newCode, USER } from '../../test/support/given.ts';
import { createWorld, outcomes, refusalOf } from '../../test/support/world.ts';
import type { PasswordProof, UpdateUser } from '../core/user/commands.ts';
import { StaleCheck } from '../core/user/decide-credentials.ts';

const HASH = '$current';
const current = (ok: boolean, against = HASH): PasswordProof => ({ kind: 'current', check: { against, ok } });
const code = (digest: string): PasswordProof => ({ kind: 'code', digest });
const key = { key: 'k', fingerprint: 'of this request', secret: false };

function change(proof: PasswordProof, more: Partial<UpdateUser> = {}): UpdateUser {
  const password = { secret: { hash: '$new' }, changeRequired: false, proof, unchanged: false, lockAfter: 3 };
  return { type: 'update-user', password, ...more };
}

/** A world with a user who has a password and an outstanding reset code. */
async function worldWithUser() {
  const world = createWorld();
  await world.submit(
    createUser({ email: { value: 'a@a.test' }, password: { secret: { hash: HASH }, changeRequired: false } }),
  );
  await world.submit({ type: 'request-password-reset', channel: 'email', code: newCode('reset') });
  const tries = async (): Promise<[password: number, code: number | undefined]> => {
    const user = await world.store.user(USER);
    return [user?.password.failedAttempts ?? 0, user?.password.code?.failures];
  };
  return { ...world, tries };
}

/** What else may refuse the command, whatever the proof. */
const OTHERWISE_REFUSED = [
  ['a stale precondition', 'version_conflict', {}, { ifMatch: { versions: [0] } }],
  ['a key that was used', 'key_reused', {}, { idempotency: { ...key, fingerprint: 'another' } }],
  ['a reserved username', 'username_domain_reserved', { username: 'x@org-b.test' }, {}],
] as const;

describe.each(OTHERWISE_REFUSED)('with %s', (_what, reason, more, submission) => {
  async function world() {
    const made = await worldWithUser();
    await made.submit({ type: 'update-user', username: 'first' }, { idempotency: key });
    return made;
  }

  it('a wrong current password is counted, and locks', async () => {
    const { submit, tries, store } = await world();
    const guess = () => submit(change(current(false), more), submission);
    for (const failed of [1, 2, 3]) {
      expect(await refusalOf(guess())).toBe('password_wrong');
      expect(await tries()).toEqual([failed, 0]);
    }
    expect((await store.user(USER))?.state).toBe('locked');
    expect(await refusalOf(guess())).toBe(reason);
  });

  it('a wrong code is counted', async () => {
    const { submit, tries } = await world();
    expect(await refusalOf(submit(change(code('guess'), more), submission))).toBe('code_wrong');
    expect(await tries()).toEqual([0, 1]);
  });

  it('a proof that holds changes nothing', async () => {
    const { submit, store } = await world();
    const before = await store.user(USER);
    expect(await refusalOf(submit(change(current(true), more), submission))).toBe(reason);
    expect(await refusalOf(submit(change(code('reset'), more), submission))).toBe(reason);
    expect(await store.user(USER)).toEqual(before);
  });

  it('a check of an older password is made anew', async () => {
    const { submit } = await world();
    await expect(submit(change(current(false, '$older'), more), submission)).rejects.toBeInstanceOf(StaleCheck);
  });
});

describe('a repetition', () => {
  it('gets its answer although the proof no longer holds', async () => {
    const { submit, tries } = await worldWithUser();
    const first = await submit(change(current(true)), { idempotency: key });
    const again = await submit(change(current(false, '$new')), { idempotency: key });
    expect(again).toEqual({ answer: first.answer, replayed: true });
    expect(await tries()).toEqual([0, undefined]);
  });
});

it('of many wrong ones at once no more are counted than it takes to lock', async () => {
  const { submit, tries, time } = await worldWithUser();
  time.now = NOW + 1;
  const guesses = Array.from({ length: 6 }, () => submit(change(current(false)), { ifMatch: { versions: [0] } }));
  expect(outcomes(await Promise.allSettled(guesses))).toEqual([
    ...['password_wrong', 'password_wrong', 'password_wrong'],
    ...['version_conflict', 'version_conflict', 'version_conflict'],
  ]);
  expect(await tries()).toEqual([3, 0]);
});
