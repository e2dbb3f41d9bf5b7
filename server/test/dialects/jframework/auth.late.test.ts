import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PasswordHasher } from '../../../src/app/ports/password-hasher.ts';
import type { TestResponse } from '../../support/tessera.ts';
import { Client, codes, HIGH, type Member, startClient } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;
const RIGHT = 'R1ght-passw0rd';

let now = Date.now();
/** Right passwords that were found to be so, and what their sign-ins wait for. */
let checked = 0;
let hold: PromiseWithResolvers<void> | null = null;
let client: Client;
beforeAll(async () => {
  client = await startClient({ clock: () => now, onHasher: holding });
});
afterAll(() => client.tessera.stop());

function holding(hasher: PasswordHasher): PasswordHasher {
  return {
    hash: (password) => hasher.hash(password),
    verifyDummy: (password) => hasher.verifyDummy(password),
    needsRehash: (encoded) => hasher.needsRehash(encoded),
    verify: async (password, encoded) => {
      const ok = await hasher.verify(password, encoded);
      if (ok && hold !== null) {
        checked += 1;
        await hold.promise;
      }
      return ok;
    },
  };
}

/** Signs in with the right password, several times at once; the lock falls after it was checked, if it is to. */
async function inFlight(as: Client, person: Member, locks: boolean, signIn: () => Promise<TestResponse>) {
  hold = Promise.withResolvers<void>();
  checked = 0;
  const answers = [signIn(), signIn(), signIn()];
  await expect.poll(() => checked).toBe(answers.length);
  if (locks) {
    await Promise.all(Array.from({ length: 10 }, () => as.signIn(person.username, 'wrong')));
    expect((await client.tessera.user(person.id)).state).toBe('locked');
  }
  hold.resolve();
  hold = null;
  return Promise.all(answers);
}

interface Case {
  readonly told: readonly [number, string];
  readonly as: () => Client;
  /** What a right password meets while nobody is locked. */
  readonly signIn: (as: Client, person: Member) => Promise<() => Promise<TestResponse>>;
}

const CASES: Readonly<Record<string, Case>> = {
  'a precondition that fails': {
    told: [412, 'VersionConflict'],
    as: () => client,
    signIn:
      async (as, { username }) =>
      () =>
        as.signIn(username, RIGHT, { 'if-match': '"0"' }),
  },
  'a key that was used for another request': {
    told: [422, 'IdempotencyKeyReused'],
    as: () => client,
    signIn: async (as, { id, username, emailAddress }) => {
      const headers = { 'idempotency-key': `late-${id}` };
      expect((await as.signIn(emailAddress, RIGHT, headers)).status).toBe(200);
      return () => as.signIn(username, RIGHT, headers);
    },
  },
  'a password that has expired': {
    told: [403, 'PasswordExpired'],
    as: () => new Client(client.tessera, HIGH),
    signIn: async (as, { username }) => {
      now += 91 * DAY;
      return () => as.signIn(username, RIGHT);
    },
  },
};

describe.each(Object.entries(CASES))('a right password with %s', (_name, { told, as: brand, signIn }) => {
  it.each([
    [true, [403, 'UserLocked']],
    [false, told],
  ] as const)('given a lock that falls after it was checked: %s, then it is told %j', async (locks, expected) => {
    const as = brand();
    const person = await as.member({ password: RIGHT });
    const answers = await inFlight(as, person, locks, await signIn(as, person));
    for (const answer of answers) expect([answer.status, ...codes(answer)]).toEqual(expected);
  });
});
