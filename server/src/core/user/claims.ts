import type { Reason } from '../errors.ts';
import type { Directory } from '../organization.ts';
import { emailKey } from '../values/email.ts';
import { policyKey } from '../values/policy-number.ts';
import { usernameKey } from '../values/username.ts';
import type { User } from './user.ts';

/**
 * Unique values: a claim is held by at most one user, by the database's constraint. Its key starts with its kind; what
 * a user holds is a function of the record, so rows and claims cannot drift.
 */
export type ClaimKind =
  | 'username'
  | 'email'
  | 'phone'
  | 'policy'
  | 'external'
  | 'token'
  | 'referral'
  | 'webauthn'
  | 'idp'
  | 'enrolment';

export const CLAIM_TAKEN: Readonly<Record<ClaimKind, Reason>> = {
  username: 'username_taken',
  email: 'email_taken',
  phone: 'phone_taken',
  policy: 'policy_taken',
  external: 'external_id_taken',
  token: 'token_taken',
  referral: 'referral_invalid',
  webauthn: 'credential_taken',
  idp: 'idp_link_taken',
  enrolment: 'enrolment_requested',
};

/** Ids of organizations may hold any character; in a key they must not run into what follows. */
function scope(organizationId: string): string {
  return organizationId.replaceAll('%', '%25').replaceAll(':', '%3A');
}

/** Whether a username of this organization is one that nobody else may have in the whole instance. */
export function isUniqueAnywhere(directory: Directory, organizationId: string): boolean {
  return (
    directory.usernameScope === 'instance' && directory.organization(organizationId)?.userLoginMustBeDomain !== true
  );
}

export const claimKeys = {
  username: (directory: Directory, organizationId: string, username: string): string =>
    `username:${isUniqueAnywhere(directory, organizationId) ? '*' : scope(organizationId)}:${usernameKey(username)}`,
  email: (organizationId: string, address: string): string => `email:${scope(organizationId)}:${emailKey(address)}`,
  phone: (organizationId: string, number: string): string => `phone:${scope(organizationId)}:${number}`,
  /** Who contributes the users of an organization is the organization itself, so its scope says that too. */
  policy: (organizationId: string, phone: string, number: string): string =>
    `policy:${scope(organizationId)}:${JSON.stringify([phone, policyKey(number)])}`,
  external: (organizationId: string, client: string, id: string): string =>
    `external:${scope(organizationId)}:${JSON.stringify([client, id])}`,
  token: (digest: string): string => `token:${digest}`,
  referral: (organizationId: string, code: string): string => `referral:${scope(organizationId)}:${code}`,
  webauthn: (credentialId: string): string => `webauthn:${credentialId}`,
  /** Providers have ids of their own in the whole instance. */
  idp: (idpId: string, userId: string): string => `idp:${JSON.stringify([idpId, userId])}`,
  /** A request that stands, by the digest of its key. */
  enrolment: (requestKey: string): string => `enrolment:${requestKey}`,
};

/** Every claim the record holds. A deleted user holds none. */
export function claimsOf(user: User, directory: Directory): string[] {
  if (user.state === 'deleted') return [];
  const organization = directory.organization(user.organizationId);
  const keys: string[] = [];
  if (user.username !== null) keys.push(claimKeys.username(directory, user.organizationId, user.username));
  const { policy, email, phone } = user;
  if (email.value !== null && organization?.unique.email && !policy.isIdentity) {
    keys.push(claimKeys.email(user.organizationId, email.value));
  }
  if (phone.value !== null && organization?.unique.phone && !policy.isIdentity) {
    keys.push(claimKeys.phone(user.organizationId, phone.value));
  }
  if (phone.value !== null && policy.number !== null) {
    keys.push(claimKeys.policy(user.organizationId, phone.value, policy.number));
  }
  for (const [client, id] of Object.entries(user.extra.externalIds)) {
    keys.push(claimKeys.external(user.organizationId, client, id));
  }
  for (const token of user.credentials.tokens) keys.push(claimKeys.token(token.digest));
  for (const { credential } of [...user.factors.passkeys, ...user.factors.u2f]) {
    if (credential !== null) keys.push(claimKeys.webauthn(credential.id));
  }
  for (const { idpId, userId } of user.factors.idpLinks) keys.push(claimKeys.idp(idpId, userId));
  if (user.membership.referralCode !== null) {
    keys.push(claimKeys.referral(user.organizationId, user.membership.referralCode));
  }
  for (const { requestKey } of user.membership.benefits) {
    if (requestKey !== null) keys.push(claimKeys.enrolment(requestKey));
  }
  return keys;
}

/** Fields whose change can change a claim; others need no comparison. */
export function touchesClaims(changes: object): boolean {
  return (
    'username' in changes ||
    'state' in changes ||
    'email.value' in changes ||
    'phone.value' in changes ||
    'policy.number' in changes ||
    'policy.isIdentity' in changes ||
    'extra.externalIds' in changes ||
    'credentials.tokens' in changes ||
    'factors.passkeys' in changes ||
    'factors.u2f' in changes ||
    'factors.idpLinks' in changes ||
    'membership.referralCode' in changes ||
    'membership.benefits' in changes
  );
}

export function kindOfClaim(key: string): ClaimKind {
  return key.slice(0, key.indexOf(':')) as ClaimKind;
}
