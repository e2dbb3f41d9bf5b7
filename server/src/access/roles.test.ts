import { describe, expect, it } from 'vitest';
import { createUser, given, ORG, organization } from '../../test/support/given.ts';
import type { User } from '../core/user/user.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import { grantsOf, grantsOfRoles, mayDeleteSelf } from './roles.ts';

const withRoles = (...roles: string[]) => given(createUser({ membership: { roles } })).user as User;
const role = (code: string, ...permissions: string[]) => ({
  id: '1',
  guid: '1',
  code,
  name: code,
  description: null,
  tags: null,
  builtIn: false,
  permissions,
});

describe('what roles allow', () => {
  it('reaches over the instance from the built-in organization only', () => {
    expect(grantsOfRoles(['IAM_OWNER'], BUILT_IN_ORGANIZATION.id, undefined)).toMatchObject([{ organizationId: '*' }]);
    expect(grantsOfRoles(['IAM_OWNER'], ORG, undefined)).toEqual([]);
    const impostor = organization(ORG, { roles: [role('IAM_OWNER', 'USER.DELETE')] });
    expect(grantsOf(withRoles('IAM_OWNER'), impostor)).toEqual([]);
  });

  it('stays within the organization of the holder', () => {
    for (const name of ['ORG_OWNER', 'ORG_USER_MANAGER', 'SUPER_ADMIN', 'ADMIN']) {
      expect(grantsOf(withRoles(name), undefined)).toMatchObject([{ organizationId: ORG }]);
    }
  });

  it('follows from the permissions of a custom role', () => {
    const acme = organization(ORG, { roles: [role('CLERK', 'USER.READ', 'USER.UPDATE', 'INVOICE.READ')] });
    expect(grantsOf(withRoles('CLERK'), acme)).toEqual([
      { organizationId: ORG, capabilities: new Set(['read', 'profile', 'contact']) },
    ]);
  });

  it('is nothing for unknown roles, also those named like what every object has', () => {
    const acme = organization(ORG, { roles: [role('toString', 'constructor', 'valueOf')] });
    expect(grantsOf(withRoles('constructor', '__proto__', 'hasOwnProperty', 'NONE'), acme)).toEqual([]);
    expect(grantsOf(withRoles('toString'), acme)).toEqual([{ organizationId: ORG, capabilities: new Set() }]);
  });
});

it('some roles let their holder delete itself, and nothing more', () => {
  for (const name of ['SELF_MANAGEMENT_GLOBAL', 'ORG_USER_SELF_MANAGER']) {
    expect(mayDeleteSelf(withRoles(name))).toBe(true);
    expect(grantsOf(withRoles(name), undefined).flatMap(({ capabilities }) => [...capabilities])).toEqual([]);
  }
  expect(mayDeleteSelf(withRoles('ORG_OWNER'))).toBe(false);
});
