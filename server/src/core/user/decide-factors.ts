import { DomainError } from '../errors.ts';
import type { AddOtp, AddTotp, RemoveFactor, SetRecoveryCodes, VerifyTotp } from './commands.ts';
import { CODE_TRIES } from './decide-contact.ts';
import { StaleCheck } from './decide-credentials.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import { EMPTY_USER, type Totp, type User } from './user.ts';

/** One that is in use is not replaced: whoever asks might have stolen no more than a session. */
export function decideAddTotp({ sealedSecret }: AddTotp, user: User): Decision {
  const { totp } = user.factors;
  refuseVerified(totp);
  const begun: Totp = { sealedSecret, verifiedAt: null, failures: 0 };
  return oneChange('user.totp_added', 'factors.totp', totp, begun);
}

/** Wrong codes are counted; the last one that is allowed ends the registration, secret and all. */
export function decideVerifyTotp({ check }: VerifyTotp, user: User, { now }: Facts): Decision {
  const { totp } = user.factors;
  if (totp === null) throw new DomainError('factor_not_found', { field: 'factors.totp' });
  refuseVerified(totp);
  if (check.against !== totp.sealedSecret) throw new StaleCheck();
  if (!check.ok) {
    const failures = totp.failures + 1;
    const after = failures >= CODE_TRIES ? null : { ...totp, failures };
    const refusal = new DomainError('code_wrong', { field: 'factors.totp' });
    return { ...oneChange('user.totp_check_failed', 'factors.totp', totp, after), refusal };
  }
  return oneChange('user.totp_verified', 'factors.totp', totp, { ...totp, verifiedAt: now, failures: 0 });
}

/** Codes go only where the user has proved to read them. */
export function decideAddOtp({ factor }: AddOtp, user: User, { now }: Facts): Decision {
  const contact = factor === 'otpSms' ? 'phone' : 'email';
  if (!user[contact].verified) throw new DomainError('contact_unverified', { field: `${contact}.verified` });
  const before = user.factors[factor];
  if (before !== null) return { events: [], messages: [] };
  const type = factor === 'otpSms' ? 'user.otp_sms_added' : 'user.otp_email_added';
  return oneChange(type, `factors.${factor}`, before, { addedAt: now });
}

export function decideSetRecoveryCodes({ digests }: SetRecoveryCodes, user: User): Decision {
  return oneChange('user.recovery_codes_added', 'factors.recoveryCodes', user.factors.recoveryCodes, digests);
}

const REMOVED = {
  totp: 'user.totp_removed',
  otpSms: 'user.otp_sms_removed',
  otpEmail: 'user.otp_email_removed',
  recoveryCodes: 'user.recovery_codes_removed',
} as const;

export function decideRemoveFactor({ factor }: RemoveFactor, user: User): Decision {
  const before = user.factors[factor];
  if (before === null || (Array.isArray(before) && before.length === 0)) {
    throw new DomainError('factor_not_found', { field: `factors.${factor}` });
  }
  return oneChange(REMOVED[factor], `factors.${factor}`, before, EMPTY_USER.factors[factor]);
}

function refuseVerified(totp: Totp | null): void {
  if (totp !== null && totp.verifiedAt !== null) throw new DomainError('factor_exists', { field: 'factors.totp' });
}
