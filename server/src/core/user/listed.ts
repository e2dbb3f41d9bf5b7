import type { FieldPath } from './fields.ts';

const LISTED: readonly FieldPath[] = [
  'username',
  'state',
  'profile.givenName',
  'profile.familyName',
  'profile.nickName',
  'profile.displayName',
  'profile.preferredLanguage',
  'profile.avatarUrl',
  'profile.timeZone',
  'email.value',
  'email.verified',
  'phone.value',
  'phone.verified',
  'extra.fraud',
  'extra.metadata',
  'membership.roles',
  'membership.type',
  'membership.package',
  'membership.referralCode',
  'membership.referrer',
];

/** Whether what lists of keys and tokens show may have changed. */
export function touchesCredentials(changes: object): boolean {
  return 'credentials.keys' in changes || 'credentials.tokens' in changes;
}

/** Whether users are found, or put in order, by one of the fields that changed. */
export function touchesLists(changes: object): boolean {
  return LISTED.some((path) => path in changes);
}
