import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  AccessTokenType,
  Gender,
  type HumanUserSchema,
  type MachineUserSchema,
  type UserSchema,
  UserState,
} from '@zitadel/proto/zitadel/user/v2/user_pb';
import type { Directory } from '../../core/organization.ts';
import { loginNamesOf } from '../../core/user/login-names.ts';
import * as core from '../../core/user/user.ts';
import { UNDETERMINED } from '../../core/values/language.ts';
import { readDetails } from './details.ts';

const STATES: Readonly<Record<core.UserState, UserState>> = {
  active: UserState.ACTIVE,
  inactive: UserState.INACTIVE,
  locked: UserState.LOCKED,
  suspended: UserState.LOCKED,
  initial: UserState.INITIAL,
  deleted: UserState.DELETED,
};

/** The states of users that are shown in this one; none for those that are not defined. */
export function statesShownAs(shown: UserState): core.UserState[] {
  return core.USER_STATES.filter((state) => STATES[state] === shown);
}

const GENDERS: Readonly<Record<core.Gender, Gender>> = {
  female: Gender.FEMALE,
  male: Gender.MALE,
  diverse: Gender.DIVERSE,
};

/** A user without a username shows its id. */
export function shownUsername(user: core.User): string {
  return user.username ?? user.id;
}

/** A user who never chose a language shows an undetermined one. */
export function shownLanguage(user: core.User): string {
  return user.profile.preferredLanguage ?? UNDETERMINED;
}

/** Gender of the record; `null` for unspecified and for numbers that name none. */
export function genderOf(wire: Gender): core.Gender | null {
  return core.GENDERS.find((gender) => GENDERS[gender] === wire) ?? null;
}

const TOKEN_TYPES: Readonly<Record<core.AccessTokenType, AccessTokenType>> = {
  opaque: AccessTokenType.BEARER,
  jwt: AccessTokenType.JWT,
};

/** The field rules let no other numbers pass. */
export function tokenTypeOf(wire: AccessTokenType): core.AccessTokenType {
  return wire === AccessTokenType.JWT ? 'jwt' : 'opaque';
}

/** A machine without a name shows its username. */
export function shownMachineName(user: core.User): string {
  return user.profile.displayName ?? shownUsername(user);
}

export function userView(user: core.User, directory: Directory): MessageInitShape<typeof UserSchema> {
  const loginNames = loginNamesOf(user, directory.organization(user.organizationId));
  return {
    userId: user.id,
    details: readDetails(user),
    state: STATES[user.state],
    username: shownUsername(user),
    loginNames: [...loginNames],
    preferredLoginName: loginNames[0],
    type:
      user.kind === 'human' ? { case: 'human', value: humanView(user) } : { case: 'machine', value: machineView(user) },
  };
}

/** Fields declared optional appear even when the record has no value for them. */
function humanView(user: core.User): MessageInitShape<typeof HumanUserSchema> {
  const { profile, email, phone, password } = user;
  const { mfaInitSkippedAt } = user.credentials;
  return {
    profile: {
      givenName: profile.givenName ?? '',
      familyName: profile.familyName ?? '',
      nickName: profile.nickName ?? '',
      displayName: profile.displayName ?? '',
      preferredLanguage: shownLanguage(user),
      gender: profile.gender === null ? Gender.UNSPECIFIED : GENDERS[profile.gender],
      avatarUrl: profile.avatarUrl ?? '',
    },
    email: { email: email.value ?? '', isVerified: email.verified },
    phone: { phone: phone.value ?? '', isVerified: phone.verified },
    passwordChangeRequired: password.changeRequired,
    ...(password.changedAt === null ? {} : { passwordChanged: timestampFromMs(password.changedAt) }),
    ...(mfaInitSkippedAt === null ? {} : { mfaInitSkipped: timestampFromMs(mfaInitSkippedAt) }),
  };
}

function machineView(user: core.User): MessageInitShape<typeof MachineUserSchema> {
  return {
    name: shownMachineName(user),
    description: user.profile.description ?? '',
    hasSecret: user.credentials.secret !== null,
    accessTokenType: TOKEN_TYPES[user.credentials.accessTokenType],
  };
}
