import { DomainError } from '../errors.ts';
import type { ConsumeQuota } from './commands.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import type { User } from './user.ts';

/** All of the amount, or nothing of it. @throws DomainError `quota_exceeded` */
export function decideConsumeQuota(command: ConsumeQuota, user: User, { now }: Facts): Decision {
  if (command.violation !== undefined) throw command.violation;
  const { feature, amount, period, limit } = command;
  const { quotas } = user.membership;
  const used = usedQuota(user, feature, period) + amount;
  // Beyond it numbers are no longer exact.
  if (used > (limit ?? Number.MAX_SAFE_INTEGER)) throw new DomainError('quota_exceeded');
  const after = { ...quotas, [feature]: { used, period, changedAt: now } };
  return oneChange('user.quota_consumed', 'membership.quotas', quotas, after);
}

/** How much of a feature was used in a period. */
export function usedQuota({ membership: { quotas } }: User, feature: string, period: string): number {
  const count = Object.hasOwn(quotas, feature) ? quotas[feature] : undefined;
  return count?.period === period ? count.used : 0;
}
