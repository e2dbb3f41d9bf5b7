import type { SetPassword } from '@zitadel/proto/zitadel/user/v2/password_pb';
import type { Caller } from '../../app/callers.ts';
import { completePasswordChange, NOT_MADE, UNCHECKED } from '../../app/passwords.ts';
import type { TargetRef } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { Organization } from '../../core/organization.ts';
import type { Command, PasswordChange, PasswordProof } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { checkHash } from '../../core/values/password-hash.ts';
import { checkComplexity } from '../../core/values/password-policy.ts';
import type { ZitadelServices } from './method.ts';

/** What a request asks for: a plain password or a ready-made hash, and why the caller may set it. */
export interface WantedPassword {
  readonly plain: string | null;
  readonly hash: string | null;
  readonly changeRequired: boolean;
  readonly proof: { readonly kind: 'right' } | { readonly kind: 'code' | 'current'; readonly value: string };
}

/** @throws DomainError `password_missing` when there is no new password */
export function wantedPassword({
  passwordType,
  verification,
}: Pick<SetPassword, 'passwordType' | 'verification'>): WantedPassword {
  if (passwordType.case === undefined) throw new DomainError('password_missing', { field: 'password' });
  const { changeRequired } = passwordType.value;
  const secret =
    passwordType.case === 'password'
      ? { plain: passwordType.value.password, hash: null }
      : { plain: null, hash: passwordType.value.hash };
  switch (verification.case) {
    case undefined:
      return { ...secret, changeRequired, proof: { kind: 'right' } };
    case 'currentPassword':
      return { ...secret, changeRequired, proof: { kind: 'current', value: verification.value } };
    case 'verificationCode':
      return { ...secret, changeRequired, proof: { kind: 'code', value: verification.value } };
  }
}

/**
 * The change as far as it needs no costly work: enough to ask for permission.
 *
 * @throws DomainError `hash_unsupported`, `hash_malformed`, `hash_out_of_bounds`
 */
function draftChange(
  wanted: WantedPassword,
  user: User,
  organization: Organization,
  { codes }: Pick<ZitadelServices, 'codes'>,
): PasswordChange {
  if (wanted.hash !== null) checkHash(wanted.hash, organization.passwordHashes);
  const { proof, changeRequired } = wanted;
  return {
    secret: wanted.hash === null ? NOT_MADE : { hash: wanted.hash },
    changeRequired,
    proof: proof.kind === 'right' ? null : proofOf(proof.kind, proof.value, user, codes),
    unchanged: false,
    lockAfter: organization.maxPasswordAttempts,
    hidesFailures: organization.hidesFailedAttempts ?? false,
  };
}

function proofOf(kind: 'code' | 'current', value: string, user: User, codes: ZitadelServices['codes']): PasswordProof {
  if (kind === 'current') return { kind, check: UNCHECKED };
  return { kind, digest: codes.digest(user.id, 'password', value) };
}

/**
 * The change, made once the caller is known to have the right: checking and hashing are slow, and not for everybody to
 * cause.
 *
 * @param commandOf the command that holds the change
 * @throws DomainError as `draftChange` does, `user_not_found`, and what the policy refuses
 */
export async function permittedChange(
  wanted: WantedPassword,
  caller: Caller,
  target: TargetRef,
  commandOf: (change: PasswordChange) => Command,
  services: ZitadelServices,
): Promise<PasswordChange> {
  const { users } = services;
  const user = await users.find(target);
  const organization = user && users.directory.organization(user.organizationId);
  if (!user || !organization) throw new DomainError('user_not_found');
  const change = draftChange(wanted, user, organization, services);
  await users.checkPermission(caller, commandOf(change), user);
  const { plain, proof } = wanted;
  const current = proof.kind === 'current' ? proof.value : null;
  const check = (text: string): void => checkComplexity(text, organization.complexity);
  return completePasswordChange({ change, plain, current, check }, user, services);
}
