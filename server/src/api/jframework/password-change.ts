import type { Caller } from '../../app/callers.ts';
import { completePasswordChange, NOT_MADE } from '../../app/passwords.ts';
import type { TargetRef } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { PasswordProof, SetPassword } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { checkLevel } from '../../core/values/password-policy.ts';
import type { Brand } from './brands.ts';
import type { Context } from './services.ts';

/** Failed password checks after which a user is locked, at every policy level. */
const LOCK_AFTER = 10;

/** After how many failed checks the brand locks; the organization's own policy may be stricter. */
export function lockAfter({ organization }: Brand): number {
  return Math.min(LOCK_AFTER, organization.maxPasswordAttempts || LOCK_AFTER);
}

/** A new password as a call asks for it. */
export interface WantedPassword {
  readonly plain: string;
  /** The current password, where the call has to know it. */
  readonly current?: string;
  /** Why it may be set, for the record as it is. */
  readonly proofOf: (user: User) => PasswordProof;
}

/**
 * The command that sets a password by the brand's level, and the record it was made for. Nothing is hashed for a caller
 * who may not set it.
 *
 * @throws DomainError `user_not_found`, and what the policy refuses
 */
export async function passwordCommand(
  { plain, current, proofOf }: WantedPassword,
  caller: Caller,
  target: TargetRef,
  brand: Brand,
  context: Context,
): Promise<{ readonly command: SetPassword; readonly user: User }> {
  const { users } = context;
  const user = await users.find(target);
  if (user === null) throw new DomainError('user_not_found');
  const change = {
    secret: NOT_MADE,
    changeRequired: false,
    proof: proofOf(user),
    unchanged: false,
    lockAfter: lockAfter(brand),
  };
  await users.checkPermission(caller, { type: 'set-password', password: change }, user);
  const check = (password: string): void => checkLevel(password, brand.section.passwordPolicyLevel, user.email.value);
  const password = await completePasswordChange({ change, plain, current: current ?? null, check }, user, context);
  return { command: { type: 'set-password', password }, user };
}
