import type { SetHumanProfile } from '@zitadel/proto/zitadel/user/v2/user_pb';
import type { ProfilePatch } from '../../core/user/commands.ts';
import { parseLanguage } from '../../core/values/language.ts';
import { changeHuman } from './change-human.ts';
import { emailChange, phoneChange } from './contacts.ts';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, type ZitadelServices } from './method.ts';
import { UpdateHumanUserResponseSchema } from './protocol/user-service.ts';
import { genderOf } from './user-view.ts';

/** Changes the parts that are present: a merge, although the verb is PUT. */
export function updateHumanUser(services: ZitadelServices): HandlerOf<'updateHumanUser'> {
  const { codes } = services;
  return async (call) => {
    const { userId, username, profile, email, phone, password } = call.message;
    const preparedEmail = email && emailChange(email, userId, codes);
    const preparedPhone = phone && phoneChange(phone, userId, codes);
    const change = {
      command: {
        type: 'update-user',
        ...(username !== undefined && { username }),
        ...(profile && { profile: profilePatch(profile) }),
        ...(preparedEmail && { email: preparedEmail.contact }),
        ...(preparedPhone && { phone: preparedPhone.contact }),
      },
      password,
      emailCode: preparedEmail?.returned ?? null,
      phoneCode: preparedPhone?.returned ?? null,
    } as const;
    const schema = UpdateHumanUserResponseSchema;
    return changeHuman(
      call,
      {
        ...change,
        answer: (outcome, added) =>
          answerWith(schema, { details: writeDetails(outcome), ...added }, outcome.user.version),
      },
      services,
    );
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
