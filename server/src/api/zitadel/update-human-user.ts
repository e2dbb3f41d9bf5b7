import type { SetHumanProfile } from '@zitadel/proto/zitadel/user/v2/user_pb';
import {
  type UpdateHumanUserRequest,
  UpdateHumanUserResponseSchema,
} from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import type { Codes } from '../../app/codes.ts';
import type { Answer, CommandSubmission, Outcome, TargetRef } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { ProfilePatch, UpdateUser } from '../../core/user/commands.ts';
import type { EventType } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { parseLanguage } from '../../core/values/language.ts';
import { emailChange, phoneChange } from './contacts.ts';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, type MethodCall, resultOf, secretly, type ZitadelServices } from './method.ts';
import { completeChange, draftChange, type WantedPassword, wantedPassword } from './password-change.ts';
import { SECTION } from './section.ts';
import { genderOf, shownLanguage } from './user-view.ts';

type Call = MethodCall<UpdateHumanUserRequest>;

/** What the request asks for without its password, and the codes the caller may get. */
interface Prepared {
  readonly command: UpdateUser;
  readonly emailCode: string | null;
  readonly phoneCode: string | null;
}

/** Changes the parts that are present: a merge, although the verb is PUT. */
export function updateHumanUser(services: ZitadelServices): HandlerOf<'updateHumanUser'> {
  const { users, codes } = services;
  return async (call) => {
    const prepared = prepare(call.message, codes);
    const { password } = call.message;
    if (password === undefined) return resultOf(await users.submit(submissionOf(call, prepared, prepared.command)));
    const wanted = wantedPassword(password);
    return resultOf(
      await users.submitChecked(async () =>
        submissionOf(call, prepared, await withPassword(call, prepared.command, wanted, services)),
      ),
    );
  };
}

function targetOf({ message }: Call): TargetRef {
  return { id: message.userId, kind: 'human', section: SECTION };
}

function prepare({ userId, username, profile, email, phone }: UpdateHumanUserRequest, codes: Codes): Prepared {
  const preparedEmail = email && emailChange(email, userId, codes);
  const preparedPhone = phone && phoneChange(phone, userId, codes);
  return {
    command: {
      type: 'update-user',
      ...(username !== undefined && { username }),
      ...(profile && { profile: profilePatch(profile) }),
      ...(preparedEmail && { email: preparedEmail.contact }),
      ...(preparedPhone && { phone: preparedPhone.contact }),
    },
    emailCode: preparedEmail?.returned ?? null,
    phoneCode: preparedPhone?.returned ?? null,
  };
}

/** Both names are always there; an empty nick or display name clears. */
function profilePatch(profile: SetHumanProfile): ProfilePatch {
  const { givenName, familyName, nickName, displayName, preferredLanguage, gender } = profile;
  return {
    givenName,
    familyName,
    ...(nickName !== undefined && { nickName: nickName || null }),
    ...(displayName !== undefined && { displayName: displayName || null }),
    ...(preferredLanguage !== undefined && { preferredLanguage: parseLanguage(preferredLanguage) }),
    ...(gender !== undefined && { gender: genderOf(gender) }),
  };
}

/** Asks for permission before any password is checked or hashed: both are slow, and not for everybody to cause. */
async function withPassword(
  call: Call,
  command: UpdateUser,
  wanted: WantedPassword,
  services: ZitadelServices,
): Promise<UpdateUser> {
  const { users } = services;
  const user = await users.find(targetOf(call));
  const organization = user && users.directory.organization(user.organizationId);
  if (!user || !organization) throw new DomainError('user_not_found');
  const draft = draftChange(wanted, user, organization, services);
  await users.checkPermission(call.caller, { ...command, password: draft }, user);
  return { ...command, password: await completeChange(draft, wanted, user, organization, services) };
}

function submissionOf(call: Call, prepared: Prepared, command: UpdateUser): CommandSubmission {
  const { caller, requestId, ifMatch, idempotency } = call;
  const returnsCode = prepared.emailCode !== null || prepared.phoneCode !== null;
  return {
    type: 'command',
    caller,
    dialect: SECTION,
    requestId,
    target: targetOf(call),
    command: (user) => withoutShown(command, user),
    ifMatch,
    idempotency: returnsCode ? secretly(idempotency) : idempotency,
    answer: (outcome) => answerOf(outcome, prepared),
  };
}

/** What a reader was shown in place of a missing value is not a value to set. */
function withoutShown(command: UpdateUser, user: User): UpdateUser {
  const { username, profile, ...others } = command;
  const keepsName = user.username === null && username === user.id;
  const keepsLanguage = user.profile.preferredLanguage === null && profile?.preferredLanguage === shownLanguage(user);
  if (!keepsName && !keepsLanguage) return command;
  return {
    ...others,
    ...(username !== undefined && !keepsName && { username }),
    ...(profile && { profile: keepsLanguage ? { ...profile, preferredLanguage: null } : profile }),
  };
}

function answerOf(outcome: Outcome, { emailCode, phoneCode }: Prepared): Answer {
  const has = (type: EventType) => outcome.events.some((event) => event.type === type);
  return answerWith(
    UpdateHumanUserResponseSchema,
    {
      details: writeDetails(outcome),
      ...(emailCode !== null && has('user.email_code_added') && { emailCode }),
      ...(phoneCode !== null && has('user.phone_code_added') && { phoneCode }),
    },
    outcome.user.version,
  );
}
