import type { SetHumanEmail } from '@zitadel/proto/zitadel/user/v2/email_pb';
import type { SetHumanPhone } from '@zitadel/proto/zitadel/user/v2/phone_pb';
import type { SetHumanProfile } from '@zitadel/proto/zitadel/user/v2/user_pb';
import type { LiveDirectory } from '../../app/live-directory.ts';
import { prepareSecret } from '../../app/passwords.ts';
import { recipientsOf, submitMessages } from '../../app/sending.ts';
import type { Receipt } from '../../app/submission.ts';
import { answered } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import type { Organization } from '../../core/organization.ts';
import type { CreateUser, ProfilePatch } from '../../core/user/commands.ts';
import { parseLanguage } from '../../core/values/language.ts';
import { checkHash } from '../../core/values/password-hash.ts';
import { checkComplexity } from '../../core/values/password-policy.ts';
import { creationAsSetUp } from './as-set-up.ts';
import { newEmail, newPhone } from './contacts.ts';
import { linkOf } from './idp-link.ts';
import { newMetadata } from './metadata.ts';
import { type MethodCall, type MethodResult, resultOf, secretly, type ZitadelServices } from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import type { AddHumanUserRequest, Metadata } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { invalid, refusal } from './status-error.ts';
import { parseTotpSecret } from './totp.ts';
import { genderOf } from './user-view.ts';
import { codeAs, type Write } from './write-on.ts';

/** A human user as a request describes it. */
export interface NewHuman {
  readonly username?: string | undefined;
  /** The field rules require it, and the e-mail address. */
  readonly profile?: SetHumanProfile | undefined;
  readonly email?: SetHumanEmail | undefined;
  readonly phone?: SetHumanPhone | undefined;
  readonly metadata: readonly Pick<Metadata, 'key' | 'value'>[];
  readonly passwordType: AddHumanUserRequest['passwordType'];
  readonly idpLinks: AddHumanUserRequest['idpLinks'];
  readonly totpSecret?: string | undefined;
}

/** A creation but for its password, and the codes that the caller gets. */
export interface HumanCreation {
  readonly command: CreateUser;
  readonly codes: { readonly emailCode?: string; readonly phoneCode?: string };
}

/** For passwords that arrive hashed. */
const READY = { hash: async (hash: string) => hash };

/**
 * An active user. The username defaults to the e-mail address, the display name to both names.
 *
 * @throws StatusError for blank names and metadata, and a TOTP secret that is none
 * @throws DomainError `email_invalid`, `phone_invalid`, `url_template_invalid`
 */
export function draftHuman(
  human: NewHuman,
  userId: string,
  organizationId: string,
  { codes, secrets }: Pick<ZitadelServices, 'codes' | 'secrets'>,
): HumanCreation {
  const { profile, email, phone } = human;
  if (profile === undefined || email === undefined) throw new Error('the field rules require profile and email');
  const preparedEmail = newEmail(email, userId, codes);
  const preparedPhone = phone && phone.phone !== '' ? newPhone(phone, userId, codes) : undefined;
  return {
    command: {
      type: 'create-user',
      userId,
      organizationId,
      kind: 'human',
      username: human.username?.trim() || email.email.trim(),
      profile: profileOf(profile),
      email: preparedEmail.contact,
      ...(preparedPhone && { phone: preparedPhone.contact }),
      extra: { metadata: newMetadata(human.metadata) },
      ...(human.idpLinks.length > 0 && { idpLinks: human.idpLinks.map(linkOf) }),
      ...totpOf(human.totpSecret, secrets),
    },
    codes: {
      ...codeAs('emailCode', preparedEmail.returned),
      ...codeAs('phoneCode', preparedPhone?.returned ?? null),
    },
  };
}

/** The organization of a new user. @throws DomainError `organization_not_found` */
export async function existingOrganization(id: string | undefined, directory: LiveDirectory): Promise<Organization> {
  const organization = id === undefined ? undefined : await answered(directory.find(id));
  if (organization?.sections[SECTION] === undefined) throw new DomainError('organization_not_found');
  return organization;
}

/** A password that is refused is told in its turn: after an id that is taken and a domain that is reserved. */
export async function newPassword(
  { passwordType }: Pick<NewHuman, 'passwordType'>,
  { complexity, passwordHashes }: Organization,
  { hasher }: Pick<ZitadelServices, 'hasher'>,
): Promise<Pick<CreateUser, 'password'>> {
  if (passwordType.case === undefined) return {};
  const { changeRequired } = passwordType.value;
  const secret =
    passwordType.case === 'hashedPassword'
      ? await prepareSecret(READY, passwordType.value.hash, (hash) => checkHash(hash, passwordHashes))
      : await prepareSecret(hasher, passwordType.value.password, (text) => checkComplexity(text, complexity));
  return { password: { secret, changeRequired } };
}

/**
 * Submits a creation for a caller who is known to have the right.
 *
 * @param holdsCode whether the answer holds a code
 */
export async function submitCreation(
  { caller, requestId, ifMatch, idempotency }: MethodCall<unknown>,
  command: CreateUser,
  holdsCode: boolean,
  answer: Write['answer'],
  services: Pick<ZitadelServices, 'users' | 'limits' | 'repeats'>,
): Promise<MethodResult> {
  const { users } = services;
  const submit = (): Promise<Receipt> =>
    users.submit({
      type: 'command',
      caller,
      dialect: SECTION,
      requestId,
      target: { id: command.userId },
      command: creationAsSetUp(command, users.directory),
      // Nothing exists yet that could match; a record that has the id already must not be told apart by its version.
      ifMatch: ifMatch && { versions: [] },
      idempotency: holdsCode ? secretly(idempotency) : idempotency,
      answer,
    });
  return resultOf(await submitMessages(recipientsOf(command, null), idempotency, submit, services));
}

/** @throws StatusError when it is no secret */
function totpOf(
  secret: string | undefined,
  { seal }: Pick<ZitadelServices['secrets'], 'seal'>,
): Pick<CreateUser, 'sealedTotpSecret'> {
  if (secret === undefined) return {};
  const parsed = parseTotpSecret(secret);
  if (parsed === null) throw invalid('TOTP secret is invalid');
  return { sealedTotpSecret: seal(parsed) };
}

function profileOf(profile: SetHumanProfile): ProfilePatch {
  const givenName = profile.givenName.trim();
  const familyName = profile.familyName.trim();
  const { invalidArgument } = STATUS_CODES;
  if (givenName === '') throw refusal(invalidArgument, 'USER-UCej2', 'First name in profile is empty');
  if (familyName === '') throw refusal(invalidArgument, 'USER-4hB7d', 'Last name in profile is empty');
  const { nickName, displayName, preferredLanguage, gender } = profile;
  return {
    givenName,
    familyName,
    displayName: displayName || `${givenName} ${familyName}`,
    ...(nickName && { nickName }),
    ...(preferredLanguage !== undefined && { preferredLanguage: parseLanguage(preferredLanguage) }),
    ...(gender !== undefined && { gender: genderOf(gender) }),
  };
}
