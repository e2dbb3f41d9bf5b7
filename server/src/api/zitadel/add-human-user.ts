import type { SetHumanProfile } from '@zitadel/proto/zitadel/user/v2/user_pb';
import { type AddHumanUserRequest, AddHumanUserResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { prepareSecret } from '../../app/passwords.ts';
import { DomainError } from '../../core/errors.ts';
import type { Directory, Organization } from '../../core/organization.ts';
import type { CreateUser, ProfilePatch } from '../../core/user/commands.ts';
import { parseLanguage } from '../../core/values/language.ts';
import { checkHash } from '../../core/values/password-hash.ts';
import { checkComplexity } from '../../core/values/password-policy.ts';
import { newEmail, newPhone } from './contacts.ts';
import { writeDetails } from './details.ts';
import {
  answerWith,
  type HandlerOf,
  type MethodCall,
  type PermitOf,
  resultOf,
  secretly,
  type ZitadelServices,
} from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { SECTION } from './section.ts';
import { refusal, StatusError } from './status-error.ts';
import { genderOf } from './user-view.ts';

type Call = MethodCall<AddHumanUserRequest>;

/** For passwords that arrive hashed. */
const READY = { hash: async (hash: string) => hash };

/** The right to create is asked for before the fields are looked at. */
export function permitAddHumanUser({ users }: Pick<ZitadelServices, 'users'>): PermitOf<'addHumanUser'> {
  return async ({ caller, message, organizationId }) => {
    // An unknown organization is told only to those who may create users everywhere.
    const wanted = organizationOf(message, organizationId, users.directory) ?? '';
    await users.checkPermission(
      caller,
      { type: 'create-user', userId: '', organizationId: wanted, kind: 'human' },
      null,
    );
  };
}

/** Creates an active user. The username defaults to the e-mail address, the display name to both names. */
export function addHumanUser(services: ZitadelServices): HandlerOf<'addHumanUser'> {
  const { users, codes, nextId } = services;
  return async (call) => {
    const { message, caller, requestId, ifMatch, idempotency } = call;
    const { profile, email, phone } = message;
    if (profile === undefined || email === undefined) throw new Error('the field rules require profile and email');
    refuseUnsupported(message);
    const organization = existingOrganization(call, users.directory);
    const userId = message.userId ?? nextId();
    const preparedEmail = newEmail(email, userId, codes);
    const preparedPhone = phone && phone.phone !== '' ? newPhone(phone, userId, codes) : undefined;
    const command: CreateUser = {
      type: 'create-user',
      userId,
      organizationId: organization.id,
      kind: 'human',
      username: message.username?.trim() || email.email,
      profile: profileOf(profile),
      email: preparedEmail.contact,
      ...(preparedPhone && { phone: preparedPhone.contact }),
      extra: { metadata: metadataOf(message) },
      ...(await passwordOf(message, organization, services)),
    };
    const emailCode = preparedEmail.returned;
    const phoneCode = preparedPhone?.returned ?? null;
    const receipt = await users.submit({
      type: 'command',
      caller,
      dialect: SECTION,
      requestId,
      target: { id: userId },
      command,
      // Nothing exists yet that could match; a record that has the id already must not be told apart by its version.
      ifMatch: ifMatch && { versions: [] },
      idempotency: emailCode === null && phoneCode === null ? idempotency : secretly(idempotency),
      answer: (outcome) =>
        answerWith(
          AddHumanUserResponseSchema,
          {
            userId: outcome.user.id,
            details: writeDetails(outcome),
            ...(emailCode !== null && { emailCode }),
            ...(phoneCode !== null && { phoneCode }),
          },
          outcome.user.version,
        ),
    });
    return resultOf(receipt);
  };
}

/** Named by id or verified domain, else the one the caller acts in. */
function organizationOf(
  { organization }: AddHumanUserRequest,
  contextId: string,
  directory: Directory,
): string | undefined {
  switch (organization?.org.case) {
    case 'orgId':
      return organization.org.value;
    case 'orgDomain':
      return directory.domainOwner(organization.org.value.toLowerCase());
    default:
      return contextId;
  }
}

function existingOrganization({ message, organizationId }: Call, directory: Directory): Organization {
  const id = organizationOf(message, organizationId, directory);
  const organization = id === undefined ? undefined : directory.organization(id);
  if (organization?.sections[SECTION] === undefined) throw new DomainError('organization_not_found');
  return organization;
}

function refuseUnsupported({ idpLinks, totpSecret }: AddHumanUserRequest): void {
  if (idpLinks.length > 0) {
    throw refusal(STATUS_CODES.failedPrecondition, 'COMMAND-39nf2', 'Identity provider not found');
  }
  if (totpSecret !== undefined) {
    throw new StatusError({ code: STATUS_CODES.unimplemented, message: 'totp_secret is not implemented' });
  }
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

function metadataOf({ metadata }: AddHumanUserRequest): Record<string, string> {
  const entries = metadata.map(({ key, value }): [string, string] => {
    const name = key.trim();
    if (name === '') throw refusal(STATUS_CODES.invalidArgument, 'USER-Drght', 'Metadata is invalid');
    return [name, Buffer.from(value).toString('base64')];
  });
  return Object.fromEntries(entries);
}

/** A password that is refused is told in its turn: after an id that is taken and a domain that is reserved. */
async function passwordOf(
  { passwordType }: AddHumanUserRequest,
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
