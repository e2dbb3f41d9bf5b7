import type { Outcome } from '../../app/submission.ts';
import type { Address, User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { policyView } from './policy.ts';
import { utcTime } from './utc-time.ts';

/** A successful answer that shows a user, with its version as entity tag. */
interface UserAnswer {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The user object: every member is always there, `null` when it is not set; only that of a policy comes and goes with it. */
export function userView(user: User) {
  const { profile, email, phone, extra } = user;
  return {
    id: user.id,
    firstName: profile.givenName,
    lastName: profile.familyName,
    email: email.value,
    phone: phone.value,
    adminNote: extra.adminNote,
    customField1: extra.customField1,
    customField2: extra.customField2,
    customField3: extra.customField3,
    customField4: extra.customField4,
    customField5: extra.customField5,
    address: addressView(user.address),
    tosAnswer: extra.tosAnswer,
    partnerCode: extra.partnerCode,
    dateRegistered: utcTime(user.createdAt),
    updated: utcTime(user.changedAt),
    emailVerified: email.verified,
    phoneVerified: phone.verified,
    fraud: extra.fraud,
    ...(user.policy.number === null ? {} : { policyInfo: policyView(user.policy) }),
  };
}

export function addressView({ line1, line2, city, state, country, postalCode }: Address) {
  return { addressLine1: line1, addressLine2: line2, city, state, country, zip: postalCode };
}

export function userAnswer(user: User): UserAnswer {
  return { status: 200, headers: { etag: etag(user.version) }, body: JSON.stringify(userView(user)) };
}

/** The answer of a write: the user as the write left it. */
export function outcomeAnswer({ user }: Outcome): UserAnswer {
  return userAnswer(user);
}
