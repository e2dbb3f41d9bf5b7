import { DomainError } from '../errors.ts';
import type { ApplyReferral } from './commands.ts';
import { type Decision, oneChange } from './decision.ts';
import type { User } from './user.ts';

/** The same referrer again changes nothing. */
export function decideApplyReferral({ referrer }: ApplyReferral, user: User): Decision {
  if (referrer === null || referrer === user.id) throw new DomainError('referral_invalid');
  const before = user.membership.referrer;
  if (before === referrer) return { events: [], messages: [] };
  if (before !== null) throw new DomainError('referral_applied', { field: 'membership.referrer' });
  return oneChange('user.membership_changed', 'membership.referrer', before, referrer);
}
