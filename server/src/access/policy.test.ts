import { describe, expect, it } from 'vitest';
import { ORG, OTHER_ORG, organization } from '../../test/support/given.ts';
import { DomainError } from '../core/errors.ts';
import { CAPABILITIES, type Capability } from '../core/user/fields.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import {
  type Actor,
  authorize,
  authorizeFounding,
  authorizeGranting,
  authorizeRoleChanges,
  isVisible,
  SYSTEM,
  type Target,
} from './policy.ts';
import { type Grant, grantsOfRoles } from './roles.ts';

const custom = (code: string, ...permissions: string[]) => ({
  id: code,
  guid: code,
  code,
  name: code,
  description: null,
  tags: null,
  builtIn: false,
  permissions,
});
const acme = organization(ORG, { roles: [custom('CLERK', 'USER.READ', 'USER.UPDATE'), custom('IDLE')] });

function holder(userId: string, organizationId: string, ...roles: string[]): Actor {
  const grants = grantsOfRoles(roles, organizationId, organizationId === ORG ? acme : undefined);
  const deleteSelf = roles.includes('SELF_MANAGEMENT_GLOBAL');
  return { name: `user:${userId}`, userId, organizationId, grants, deleteSelf };
}

function asTarget({ userId, organizationId, grants }: Actor): Target {
  return { userId: userId ?? '', organizationId: organizationId ?? '', grants };
}

const clientGrants: Grant[] = [
  {
    organizationId: ORG,
    capabilities: new Set<Capability>(['read', 'create', 'profile', 'contact', 'assert_verified']),
  },
];
const ACTORS = {
  system: SYSTEM,
  'instance admin': holder('root', BUILT_IN_ORGANIZATION.id, 'IAM_OWNER'),
  owner: holder('owner', ORG, 'ORG_OWNER'),
  manager: holder('manager', ORG, 'ORG_USER_MANAGER'),
  viewer: holder('viewer', ORG, 'ORG_OWNER_VIEWER'),
  clerk: holder('clerk', ORG, 'CLERK'),
  idle: holder('idle', ORG, 'IDLE'),
  person: holder('person', ORG),
  leaver: holder('leaver', ORG, 'SELF_MANAGEMENT_GLOBAL'),
  'owner elsewhere': holder('other-owner', OTHER_ORG, 'ORG_OWNER'),
  client: { name: 'client:c', userId: null, organizationId: ORG, grants: clientGrants, deleteSelf: false },
  anonymous: {
    name: 'anonymous:o',
    userId: null,
    organizationId: ORG,
    grants: [{ organizationId: ORG, capabilities: new Set<Capability>(['create']) }],
    deleteSelf: false,
  },
} satisfies Record<string, Actor>;
type Name = keyof typeof ACTORS;

function outcome(actor: Actor, target: Target, ...capabilities: Capability[]): string {
  try {
    authorize(actor, target, capabilities);
    return 'allowed';
  } catch (error) {
    return (error as DomainError).reason;
  }
}

/** Making organizations is about no person. */
const ALL = CAPABILITIES.filter((capability) => capability !== 'found');
const WRITES: Capability[] = [
  'profile',
  'contact',
  'assert_verified',
  'policy',
  'credential',
  'keys',
  'factor',
  'passkey_link',
  'state',
  'metadata',
  'benefits',
];
const ONES_OWN: Capability[] = ['read', 'profile', 'contact', 'keys', 'factor', 'enrolment'];

/** What each actor may do to a person of ORG who holds nothing; everything else is refused for the reason given. */
const ON_A_PERSON: readonly [Name, allowed: readonly Capability[], otherwise: string][] = [
  ['system', ALL, ''],
  ['instance admin', ALL, ''],
  ['owner', ALL, ''],
  ['manager', ['create', 'read', 'delete', ...WRITES, 'role_read', 'package_read'], 'no_permission'],
  ['viewer', ['read'], 'no_permission'],
  ['clerk', ['read', 'profile', 'contact'], 'no_permission'],
  ['idle', [], 'no_permission'],
  ['leaver', [], 'no_membership'],
  ['owner elsewhere', [], 'no_membership'],
  ['client', ['read', 'create', 'profile', 'contact', 'assert_verified'], 'no_permission'],
  ['anonymous', ['create'], 'no_permission'],
];

describe('on a person', () => {
  it.each(ON_A_PERSON)('%s may exactly what it holds', (name, allowed, otherwise) => {
    const target = asTarget(ACTORS.person);
    for (const capability of ALL) {
      const expected = allowed.includes(capability) ? 'allowed' : otherwise;
      expect(outcome(ACTORS[name], target, capability), capability).toBe(expected);
    }
  });
});

/** What each may do to its own record. */
const ON_ITSELF: readonly [Name, allowed: readonly Capability[], otherwise: string][] = [
  ['person', ONES_OWN, 'no_membership'],
  ['viewer', ONES_OWN, 'no_permission'],
  ['leaver', [...ONES_OWN, 'delete'], 'no_membership'],
  ['clerk', ONES_OWN, 'no_permission'],
  ['owner', ALL, ''],
];

describe('on itself', () => {
  it.each(ON_ITSELF)('%s may change what is its own, never more than it holds', (name, allowed, otherwise) => {
    for (const capability of ALL) {
      const expected = allowed.includes(capability) ? 'allowed' : otherwise;
      expect(outcome(ACTORS[name], asTarget(ACTORS[name]), capability), capability).toBe(expected);
    }
  });
});

describe('on who holds more', () => {
  it.each(['contact', 'assert_verified', 'credential', 'keys', 'factor', 'passkey_link', 'state', 'delete'] as const)(
    'a manager may not use %s on an owner',
    (capability) => {
      expect(outcome(ACTORS.manager, asTarget(ACTORS.owner), capability)).toBe('no_permission');
      expect(outcome(ACTORS.owner, asTarget(ACTORS.manager), capability)).toBe('allowed');
    },
  );

  it('what cannot take over an account stays possible', () => {
    expect(outcome(ACTORS.manager, asTarget(ACTORS.owner), 'read', 'profile', 'metadata')).toBe('allowed');
  });

  it('a client counts by what it holds', () => {
    expect(outcome(ACTORS.client, asTarget(ACTORS.owner), 'contact')).toBe('no_permission');
    expect(outcome(ACTORS.client, asTarget(ACTORS.person), 'contact')).toBe('allowed');
  });

  it('equals may act on each other', () => {
    expect(outcome(ACTORS.owner, { ...asTarget(ACTORS.owner), userId: 'second' }, ...ALL)).toBe('allowed');
  });
});

describe('several capabilities', () => {
  it('are all needed', () => {
    expect(outcome(ACTORS.viewer, asTarget(ACTORS.person), 'read', 'profile')).toBe('no_permission');
    expect(outcome(ACTORS.person, asTarget(ACTORS.person), 'profile', 'assert_verified')).toBe('no_membership');
    expect(outcome(ACTORS.person, asTarget(ACTORS.viewer))).toBe('allowed');
  });
});

describe('granting', () => {
  const grants = (actor: Actor, roles: string[], organizationId: string = ORG): string => {
    try {
      authorizeGranting(actor, grantsOfRoles(roles, organizationId, acme));
      return 'allowed';
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      return (error as DomainError).reason;
    }
  };

  it('reaches as far as what the granter holds', () => {
    expect(grants(ACTORS.owner, ['ORG_OWNER', 'ADMIN', 'CLERK'])).toBe('allowed');
    expect(grants(ACTORS.manager, ['ORG_OWNER_VIEWER', 'CLERK'])).toBe('allowed');
    expect(grants(ACTORS.manager, ['ORG_OWNER'])).toBe('no_permission');
    expect(grants(ACTORS.owner, ['IAM_OWNER'], BUILT_IN_ORGANIZATION.id)).toBe('no_permission');
    expect(grants(ACTORS['owner elsewhere'], ['ORG_OWNER_VIEWER'])).toBe('no_permission');
    expect(grants(ACTORS['instance admin'], ['IAM_OWNER'], BUILT_IN_ORGANIZATION.id)).toBe('allowed');
    expect(grants(SYSTEM, ['IAM_OWNER'], BUILT_IN_ORGANIZATION.id)).toBe('allowed');
  });

  it('needs nothing for what allows nothing', () => {
    expect(grants(ACTORS.person, ['IDLE', 'no such role', 'IAM_OWNER'])).toBe('allowed');
  });
});

describe('making organizations', () => {
  it('is for those who may do it in the whole instance', () => {
    const may = (Object.keys(ACTORS) as Name[]).filter((name) => {
      try {
        authorizeFounding(ACTORS[name]);
        return true;
      } catch (error) {
        expect((error as DomainError).reason).toBe('no_permission');
        return false;
      }
    });
    expect(may).toEqual(['system', 'instance admin']);
  });
});

describe('a refusal', () => {
  it.each([
    ['who may read the person', 'viewer', undefined],
    ['who holds a role there, but may not read', 'idle', true],
    ['who holds nothing there', 'owner elsewhere', true],
  ] as const)('says of somebody %s whether it is unseen', (_who, name, unseen) => {
    const idle = holder('600', ORG, 'ORG_USER_SELF_MANAGER');
    const actor = name === 'idle' ? idle : ACTORS[name];
    const details = (target: Target): unknown => {
      try {
        return authorize(actor, target, ['state']);
      } catch (error) {
        return (error as DomainError).details.unseen;
      }
    };
    expect(details(asTarget(ACTORS.person))).toBe(unseen);
    // Everybody knows of itself.
    expect(details(asTarget(actor))).toBeUndefined();
  });
});

describe('visibility', () => {
  it('ends at the organization, unless a grant reaches further', () => {
    const target = asTarget(ACTORS.person);
    const seeing = (Object.keys(ACTORS) as Name[]).filter((name) => isVisible(ACTORS[name], target));
    expect(seeing).toEqual(Object.keys(ACTORS).filter((name) => name !== 'owner elsewhere'));
  });
});

describe('authorizeRoleChanges', () => {
  const clerk = custom('CLERK', 'USER.READ', 'USER.UPDATE');
  const boss = custom('BOSS', 'USER.DELETE');
  const app = custom('APP', 'BOOK.OPEN');
  const mayChange = (actor: Actor, before: readonly (typeof clerk)[], after: readonly (typeof clerk)[]) => {
    try {
      authorizeRoleChanges(actor, organization(ORG, { roles: before }), organization(ORG, { roles: after }));
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  };

  it('lets nobody make, change or end a role that allows more than they may', () => {
    expect(mayChange(ACTORS.clerk, [], [clerk])).toBe(true);
    expect(mayChange(ACTORS.clerk, [clerk], [])).toBe(true);
    expect(mayChange(ACTORS.clerk, [clerk], [{ ...clerk, name: 'Other' }])).toBe(true);
    expect(mayChange(ACTORS.clerk, [], [boss])).toBe(false);
    expect(mayChange(ACTORS.clerk, [boss], [])).toBe(false);
    expect(mayChange(ACTORS.clerk, [clerk], [{ ...clerk, permissions: ['USER.READ', 'USER.DELETE'] }])).toBe(false);
    expect(mayChange(ACTORS.clerk, [boss], [{ ...boss, permissions: ['USER.READ'] }])).toBe(false);
    expect(mayChange(ACTORS.owner, [boss, clerk], [app])).toBe(true);
    expect(mayChange(ACTORS.system, [], [boss])).toBe(true);
  });

  it('asks nothing of roles that stay as they are', () => {
    expect(mayChange(ACTORS.person, [boss, clerk], [clerk, boss])).toBe(true);
  });

  it('lets what only applications know be handed on by its holders, and by those who own the organization', () => {
    const withApp = organization(ORG, { roles: [app] });
    const grants = grantsOfRoles(['APP'], ORG, withApp);
    const user: Actor = { name: 'user:a', userId: 'a', organizationId: ORG, grants, deleteSelf: false };
    expect(mayChange(user, [], [{ ...app, name: 'Another' }])).toBe(true);
    expect(mayChange(user, [], [custom('X', 'BOOK.CLOSE')])).toBe(false);
    expect(mayChange(ACTORS.manager, [], [app])).toBe(false);
    expect(mayChange(ACTORS.owner, [], [app])).toBe(true);
    expect(mayChange(ACTORS['owner elsewhere'], [], [app])).toBe(false);
  });
});
