import type { SetPassword } from '@zitadel/proto/zitadel/user/v2/password_pb';
import { callerName } from '../../app/callers.ts';
import { completePasswordChange, NOT_MADE, passwordTries, UNCHECKED } from '../../app/passwords.ts';
import { submitLimited } from '../../app/sending.ts';
import type { CommandSubmission, Receipt } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { Organization } from '../../core/organization.ts';
import type { Command, PasswordChange, PasswordProof } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { checkHash } from '../../core/values/password-hash.ts';
import { checkComplexity } from '../../core/values/password-policy.ts';
import type { MethodCall, ZitadelServices } from './method.ts';
import { SECTION } from './section.ts';

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

/** The change as far as it follows from the request: enough to ask for permission. */
function draftChange(
  wanted: WantedPassword,
  user: User,
  organization: Organization,
  { codes }: Pick<ZitadelServices, 'codes'>,
): PasswordChange {
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

/** A call that changes a password, and the command that holds the change. */
export interface PasswordCall<C extends Command> {
  readonly call: Pick<MethodCall<{ readonly userId: string }>, 'message' | 'caller' | 'idempotency'>;
  readonly wanted: WantedPassword;
  readonly commandOf: (change: PasswordChange) => C;
}

interface PermittedChange {
  readonly change: PasswordChange;
  readonly user: User;
  readonly organization: Organization;
}

/**
 * Submits a change of a password. Tries of the current one are limited, whoever makes them; who may not try uses up none.
 *
 * @param submissionOf what is submitted with the command once it is complete
 * @throws DomainError `user_not_found`, `rate_limited`, `hash_unsupported`, `hash_malformed`, `hash_out_of_bounds`, and
 *   what the policy refuses
 */
export async function submitPasswordChange<C extends Command>(
  asked: PasswordCall<C>,
  submissionOf: (command: C) => CommandSubmission,
  services: ZitadelServices,
): Promise<Receipt> {
  const { call, wanted, commandOf } = asked;
  const prepare = async (): Promise<CommandSubmission> =>
    submissionOf(commandOf(await completeChange(asked, services)));
  const submit = (): Promise<Receipt> => services.users.submitChecked(prepare);
  if (wanted.proof.kind !== 'current') return submit();
  await permittedChange(asked, services);
  const { message, caller, idempotency } = call;
  const by = { user: passwordTries(message.userId, caller), address: callerName(caller) };
  return submitLimited('signIn', by, idempotency, submit, services);
}

/** Refused for whoever may not make the change, before anything is told of the user or of its organization. */
async function permittedChange(
  { call, wanted, commandOf }: PasswordCall<Command>,
  services: ZitadelServices,
): Promise<PermittedChange> {
  const { users } = services;
  const user = await users.find({ id: call.message.userId, kind: 'human', section: SECTION });
  const organization = user && users.directory.organization(user.organizationId);
  if (!user || !organization) throw new DomainError('user_not_found');
  const change = draftChange(wanted, user, organization, services);
  await users.checkPermission(call.caller, commandOf(change), user);
  return { change, user, organization };
}

/** Checking and hashing are slow, and not for everybody to cause. */
async function completeChange(asked: PasswordCall<Command>, services: ZitadelServices): Promise<PasswordChange> {
  const { change, user, organization } = await permittedChange(asked, services);
  const { plain, hash, proof } = asked.wanted;
  if (hash !== null) checkHash(hash, organization.passwordHashes);
  const current = proof.kind === 'current' ? proof.value : null;
  const check = (text: string): void => checkComplexity(text, organization.complexity);
  return completePasswordChange({ change, plain, current, check }, user, services);
}
