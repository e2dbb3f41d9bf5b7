import type { NewPolicy, PolicyPatch } from '../../core/user/commands.ts';
import type { FieldPath } from '../../core/user/fields.ts';
import type { InsurancePolicy } from '../../core/user/user.ts';
import type { CreateUserWithPolicyBody, UpdatePolicyBody } from './schema.ts';
import { utcTime } from './utc-time.ts';
import { readPolicyNumber, readTime, refusal } from './values.ts';

/**
 * The policy that a user is created for.
 *
 * @param needsDates whether it must have a start and an end
 * @throws DomainError of code `invalid_argument`
 */
export function newPolicyOf(info: CreateUserWithPolicyBody['policyInfo'], needsDates: boolean): NewPolicy {
  const dateOf = (field: FieldPath, sent: string | null | undefined): number | null => {
    if (sent) return readTime(field, sent);
    if (needsDates) throw refusal('value_required', field);
    return null;
  };
  return inOrder({
    number: readPolicyNumber(info.policyNumber, null),
    startsAt: dateOf('policy.startsAt', info.startDate),
    endsAt: dateOf('policy.endsAt', info.endDate),
  });
}

/** The policy in the place of the one shown, if any. @throws DomainError of code `invalid_argument` */
export function policyOf(body: UpdatePolicyBody, shown: InsurancePolicy): PolicyPatch {
  return inOrder({
    number: readPolicyNumber(body.policyNumber, shown.number),
    startsAt: readTime('policy.startsAt', body.startDate),
    endsAt: readTime('policy.endsAt', body.endDate),
  });
}

export function policyView({ number, startsAt, endsAt }: InsurancePolicy) {
  return {
    policyNumber: number,
    startDate: startsAt === null ? null : utcTime(startsAt),
    endDate: endsAt === null ? null : utcTime(endsAt),
  };
}

/** It may end the moment it starts, not before. */
function inOrder<P extends Pick<InsurancePolicy, 'startsAt' | 'endsAt'>>(policy: P): P {
  const { startsAt, endsAt } = policy;
  if (startsAt !== null && endsAt !== null && endsAt < startsAt) throw refusal('value_invalid', 'policy.endsAt');
  return policy;
}
