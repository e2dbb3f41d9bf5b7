import { expect, it } from 'vitest';
import { NOW, ORG, USER } from '../../test/support/given.ts';
import type { PasswordChange, PasswordProof } from '../core/user/commands.ts';
import { EMPTY_USER, type User } from '../core/user/user.ts';
import { completePasswordChange, NOT_MADE, UNCHECKED } from './passwords.ts';
import type { PasswordHasher } from './ports/password-hasher.ts';

const EXISTING: User = {
  ...EMPTY_USER,
  ...{ id: USER, organizationId: ORG, kind: 'human', sequence: 1, version: 1, createdAt: NOW, changedAt: NOW },
  password: { ...EMPTY_USER.password, hash: 'hash of right' },
};

/** What a change takes of the hasher, in order. */
async function workOf(user: User, proof: PasswordProof, current: string | null): Promise<string[]> {
  const work: string[] = [];
  const hasher: PasswordHasher = {
    hash: async (password) => {
      work.push('hash');
      return `hash of ${password}`;
    },
    verify: async (password, hash) => {
      work.push('verify');
      return hash === `hash of ${password}`;
    },
    verifyDummy: async () => false,
    needsRehash: () => false,
  };
  const change: PasswordChange = { secret: NOT_MADE, changeRequired: false, proof, unchanged: false, lockAfter: 0 };
  await completePasswordChange({ change, plain: 'new', current, check: () => {} }, user, { hasher, clock: () => NOW });
  return work;
}

it('a wrong current password takes the same work as the right one', async () => {
  const proof: PasswordProof = { kind: 'current', check: UNCHECKED };
  const right = await workOf(EXISTING, proof, 'right');
  expect(right).toEqual(['verify', 'hash']);
  expect(await workOf(EXISTING, proof, 'wrong')).toEqual(right);
});

it.each(['locked', 'suspended'] as const)('of a %s user nothing is checked', async (state) => {
  expect(await workOf({ ...EXISTING, state }, { kind: 'current', check: UNCHECKED }, 'right')).toEqual([]);
});

it('a code that does not fit takes none', async () => {
  expect(await workOf(EXISTING, { kind: 'code', digest: 'guess' }, null)).toEqual([]);
});
