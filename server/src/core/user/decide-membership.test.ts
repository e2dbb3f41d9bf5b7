import { describe, expect, it } from 'vitest';
import { createUser, event, given, ORG, OTHER_ORG } from '../../../test/support/given.ts';
import type { AddMembership } from './commands.ts';
import { MAX_MEMBERSHIPS } from './decide-membership.ts';

const joining = (organizationId: string, ...roles: string[]): AddMembership => ({
  type: 'add-membership',
  organizationId,
  roles,
});
const ELSEWHERE = 'membership.elsewhere';

describe('a membership', () => {
  it('given none there, when it is added, then it stands beside the others', () => {
    const before = [{ organizationId: 'org-c', roles: ['ORG_OWNER'] }];
    const after = [...before, { organizationId: OTHER_ORG, roles: ['ORG_OWNER_VIEWER'] }];
    given(createUser({ membership: { elsewhere: before } }))
      .when(joining(OTHER_ORG, 'ORG_OWNER_VIEWER'))
      .thenEvents(event('user.membership_changed', { [ELSEWHERE]: [before, after] }));
  });

  it('given one there, when roles are added, then it holds both, each once and where it stood', () => {
    const before = [
      { organizationId: OTHER_ORG, roles: ['ORG_OWNER'] },
      { organizationId: 'org-c', roles: ['ORG_OWNER'] },
    ];
    const after = [{ organizationId: OTHER_ORG, roles: ['ORG_OWNER', 'PROJECT_OWNER'] }, before[1]];
    given(createUser({ membership: { elsewhere: before } }))
      .when(joining(OTHER_ORG, 'ORG_OWNER', 'PROJECT_OWNER'))
      .thenEvents(event('user.membership_changed', { [ELSEWHERE]: [before, after] }));
  });

  it('given the roles already, when they are added, then nothing happens', () => {
    const elsewhere = [{ organizationId: OTHER_ORG, roles: ['ORG_OWNER'] }];
    given(createUser({ membership: { elsewhere } }))
      .when(joining(OTHER_ORG, 'ORG_OWNER'))
      .thenEvents();
  });

  it('at home is a role like any other', () => {
    given(createUser({ membership: { roles: ['ADMIN'] } }))
      .when(joining(ORG, 'ORG_OWNER'))
      .thenEvents(event('user.membership_changed', { 'membership.roles': [['ADMIN'], ['ADMIN', 'ORG_OWNER']] }));
  });

  it('in an organization that is not there is refused', () => {
    given(createUser()).when(joining('org-x', 'ORG_OWNER')).thenRefused('organization_not_found');
  });

  it('is one of at most a hundred', () => {
    const elsewhere = Array.from({ length: MAX_MEMBERSHIPS }, (_, index) => ({
      organizationId: `org-${index}`,
      roles: ['ORG_OWNER'],
    }));
    const full = given(createUser({ membership: { elsewhere } }));
    full.when(joining(OTHER_ORG, 'ORG_OWNER')).thenRefused('memberships_full');
    const room = given(createUser({ membership: { elsewhere: elsewhere.slice(1) } }));
    expect(room.when(joining(OTHER_ORG, 'ORG_OWNER')).user.membership.elsewhere).toHaveLength(MAX_MEMBERSHIPS);
  });
});
