import { describe, expect, it } from 'vitest';
import { createUser, directory, given, NOW, ORG, organization, USER } from '../../test/support/given.ts';
import { DomainError } from '../core/errors.ts';
import type { Organization } from '../core/organization.ts';
import { actorOf, type Caller } from './callers.ts';

function outcomeOf(caller: Caller, current: readonly Organization[]): string {
  const token = { digest: 't', createdAt: NOW, expiresAt: null, source: 'setup' } as const;
  const { user } = given(createUser({ tokens: [token] }));
  try {
    return actorOf(caller, caller.kind === 'user' ? user : null, directory(current), NOW).name;
  } catch (error) {
    return error instanceof DomainError ? error.reason : String(error);
  }
}

/** A caller that is what the section says of its secret. */
function holderOf(kind: 'client' | 'anonymous', secret: string): Caller {
  const isCurrent = (current: Organization | undefined) => current?.sections.api === secret;
  return { kind, clientId: 'c', organizationId: ORG, grants: [], isCurrent };
}

describe('the actor behind a caller', () => {
  it.each(['client', 'anonymous'] as const)('%s is what the settings say at this moment', (kind) => {
    const caller = holderOf(kind, 'old');
    expect(outcomeOf(caller, [organization(ORG, { sections: { api: 'old' } })])).toMatch(`${kind}:`);
    expect(outcomeOf(caller, [organization(ORG, { sections: { api: 'new' } })])).toBe('unauthenticated');
    expect(outcomeOf(caller, [organization(ORG, { sections: {} })])).toBe('unauthenticated');
    expect(outcomeOf(caller, [organization('other', { sections: { api: 'old' } })])).toBe('unauthenticated');
  });

  it('a machine calls with an access token for as long as token and key or secret are good', () => {
    const HOUR = 3_600_000;
    const { user } = given(
      createUser({ kind: 'machine' }),
      { type: 'add-key', id: 'k', publicKey: 'PEM', expiresAt: NOW + HOUR },
      { type: 'set-secret', id: 's', digest: 'd' },
    );
    const outcome = (kind: 'key' | 'secret', id: string, expiresAt: number, now: number): string => {
      const caller: Caller = { kind: 'user', userId: USER, credential: { kind, id, expiresAt } };
      try {
        return actorOf(caller, user, directory(), now).name;
      } catch (error) {
        return error instanceof DomainError ? error.reason : String(error);
      }
    };
    expect(outcome('key', 'k', NOW + 1, NOW)).toBe(`user:${USER}`);
    expect(outcome('key', 'k', NOW, NOW)).toBe('unauthenticated');
    expect(outcome('key', 'other', NOW + 1, NOW)).toBe('unauthenticated');
    // The token never outlives the key, whatever it says.
    expect(outcome('key', 'k', NOW + 2 * HOUR, NOW + HOUR - 1)).toBe(`user:${USER}`);
    expect(outcome('key', 'k', NOW + 2 * HOUR, NOW + HOUR)).toBe('unauthenticated');
    expect(outcome('secret', 's', NOW + 1, NOW)).toBe(`user:${USER}`);
    expect(outcome('secret', 's', NOW, NOW)).toBe('unauthenticated');
    expect(outcome('secret', 'k', NOW + 1, NOW)).toBe('unauthenticated');
  });

  it('a user calls through a dialect for as long as it is switched on in its organization', () => {
    const caller: Caller = { kind: 'user', userId: USER, credential: { kind: 'token', digest: 't' }, section: 'api' };
    expect(outcomeOf(caller, [organization(ORG, { sections: { api: {} } })])).toBe(`user:${USER}`);
    expect(outcomeOf(caller, [organization(ORG, { sections: {} })])).toBe('unauthenticated');
    expect(outcomeOf(caller, [])).toBe('unauthenticated');
  });

  describe('that is a user by a link', () => {
    const grant = { organizationId: ORG, capabilities: new Set(['profile', 'contact'] as const) };
    const giver: Caller = { ...(holderOf('client', 'old') as Extract<Caller, { kind: 'client' }>), grants: [grant] };
    const known = [organization(ORG, { sections: { api: 'old' } })];
    const actorBy = (
      by: Caller,
      {
        roles = [],
        now = NOW,
        organizations = known,
      }: { roles?: string[]; now?: number; organizations?: Organization[] } = {},
    ) => {
      const { user } = given(createUser({ membership: { roles } }));
      const caller: Caller = {
        kind: 'user',
        userId: USER,
        credential: { kind: 'link', expiresAt: NOW + 1, giver: by },
      };
      return actorOf(caller, user, directory(organizations), now);
    };

    it('has nothing of its roles', () => {
      expect(actorBy(giver, { roles: ['ORG_USER_SELF_MANAGER'] })).toEqual({
        name: `user:${USER}`,
        userId: USER,
        organizationId: ORG,
        grants: [],
        deleteSelf: false,
      });
    });

    it('is nobody when the link has expired, or its giver is not what it was', () => {
      expect(() => actorBy(giver, { now: NOW + 1 })).toThrow('unauthenticated');
      expect(() => actorBy(giver, { organizations: [organization(ORG, { sections: { api: 'new' } })] })).toThrow(
        'unauthenticated',
      );
    });

    it('may do nothing when it may do more than the giver, or the giver belongs elsewhere', () => {
      expect(() => actorBy(giver, { roles: ['ORG_OWNER'] })).toThrow('no_permission');
      expect(() => actorBy({ ...giver, grants: [] })).toThrow('no_membership');
    });
  });
});
