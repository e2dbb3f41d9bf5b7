import { EMPTY_USER, type User } from '../../src/core/user/user.ts';

/** Somebody of whom nothing is known, as lists are made from. */
export const NOBODY_YET: User = {
  ...EMPTY_USER,
  id: '1',
  organizationId: 'o',
  kind: 'human',
  sequence: 1,
  version: 1,
  createdAt: 5,
  changedAt: 5,
};
