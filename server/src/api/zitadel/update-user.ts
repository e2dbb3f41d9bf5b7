import type { SetHumanPhone } from '@zitadel/proto/zitadel/user/v2/phone_pb';
import type { Codes } from '../../app/codes.ts';
import type { Outcome } from '../../app/submission.ts';
import type { ContactChange, ProfilePatch, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { parseLanguage } from '../../core/values/language.ts';
import { asSetUp } from './as-set-up.ts';
import { changeHuman, type HumanChange } from './change-human.ts';
import { emailChange, type Prepared, phoneChange } from './contacts.ts';
import { writtenAt } from './details.ts';
import { metadataPatch } from './metadata.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import {
  type UpdateUserRequest,
  type UpdateUserRequest_Human,
  type UpdateUserRequest_Human_Profile,
  type UpdateUserRequest_Machine,
  UpdateUserResponseSchema,
} from './protocol/user-service.ts';
import { refusal, StatusError } from './status-error.ts';
import { genderOf, shownMachineName, shownUsername, tokenTypeOf } from './user-view.ts';
import { writeOn } from './write-on.ts';

/** Changes the parts that are present, of a human or a machine. */
export function updateUser(services: ZitadelServices): HandlerOf<'updateUser'> {
  const { users, codes } = services;
  return async (call) => {
    const { message } = call;
    const { userType } = message;
    switch (userType.case) {
      case 'human':
        return changeHuman(call, humanChange(message, userType.value, codes), services);
      case 'machine': {
        const command = asSetUp(machineChange(message, userType.value), users.directory);
        const answer = (outcome: Outcome) => answerOf(outcome, {});
        return resultOf(await users.submit(writeOn(call, { kind: 'machine', command, answer })));
      }
      case undefined:
        throw new StatusError({ code: STATUS_CODES.unimplemented, message: 'user type is not implemented ()' });
    }
  };
}

function answerOf(outcome: Outcome, codes: object) {
  return answerWith(UpdateUserResponseSchema, { changeDate: writtenAt(outcome), ...codes }, outcome.user.version);
}

function humanChange(request: UpdateUserRequest, human: UpdateUserRequest_Human, codes: Codes): HumanChange {
  const { profile, email, phone, password } = human;
  const preparedEmail = email && emailChange(email, request.userId, codes);
  const preparedPhone = phone && phoneOf(phone, request.userId, codes);
  return {
    command: {
      ...commonChange(request),
      ...(profile && { profile: profilePatch(profile) }),
      ...(preparedEmail && { email: preparedEmail.contact }),
      ...(preparedPhone && { phone: preparedPhone.contact }),
    },
    password,
    emailCode: preparedEmail?.returned ?? null,
    phoneCode: preparedPhone?.returned ?? null,
    answer: answerOf,
  };
}

/** What both kinds of users have. */
function commonChange({ username, metadata }: UpdateUserRequest): UpdateUser {
  return {
    type: 'update-user',
    ...(username !== undefined && { username }),
    ...(metadata.length > 0 && { metadata: metadataPatch(metadata) }),
  };
}

/** An empty number removes the stored one. */
function phoneOf(phone: SetHumanPhone, userId: string, codes: Codes): Prepared<ContactChange> {
  if (phone.phone !== '') return phoneChange(phone, userId, codes);
  if (phone.verification.case !== undefined) {
    throw refusal(STATUS_CODES.invalidArgument, 'USERv2-4f3d6', 'Verifying phone removal is not supported');
  }
  return { contact: { value: null }, returned: null };
}

/** The rules let no field be empty. */
function profilePatch(profile: UpdateUserRequest_Human_Profile): ProfilePatch {
  const { givenName, familyName, nickName, displayName, preferredLanguage, gender } = profile;
  return {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
    ...(nickName !== undefined && { nickName }),
    ...(displayName !== undefined && { displayName }),
    ...(preferredLanguage !== undefined && { preferredLanguage: parseLanguage(preferredLanguage) }),
    ...(gender !== undefined && { gender: genderOf(gender) }),
  };
}

/** A name or username that only stands for a missing one is not set. */
function machineChange(request: UpdateUserRequest, machine: UpdateUserRequest_Machine): (user: User) => UpdateUser {
  const { username, ...common } = commonChange(request);
  const { name, description, accessTokenType } = machine;
  return (user) => ({
    ...common,
    ...(username !== undefined && !(user.username === null && username === shownUsername(user)) && { username }),
    profile: {
      ...(name !== undefined &&
        !(user.profile.displayName === null && name === shownMachineName(user)) && { displayName: name || null }),
      ...(description !== undefined && { description: description || null }),
    },
    ...(accessTokenType !== undefined && { accessTokenType: tokenTypeOf(accessTokenType) }),
  });
}
