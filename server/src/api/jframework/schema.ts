import { type Static, Type } from 'typebox';

/** Absent, null or text; what an absent or null member means is the operation's to say. */
export const text = () => Type.Optional(Type.Union([Type.String(), Type.Null()]));
export const required = () => Type.String({ minLength: 1 });

/**
 * PUT /users/{id}. `username` and `emailAddress` are required when the brand says so; lengths and formats are judged
 * against the record, because a value that a read has shown may always be sent back.
 */
export const UpdateUserBody = Type.Object({
  username: text(),
  emailAddress: text(),
  nickName: text(),
  firstName: text(),
  lastName: text(),
  languageCode: text(),
  countryCode: text(),
  timeZoneId: text(),
  phoneNumber: text(),
  avatar: text(),
  bio: text(),
  website: text(),
  /** Taken from old clients and ignored: there is no second phone number. */
  phoneNumber1: Type.Optional(Type.Unknown({ deprecated: true })),
});
export type UpdateUserBody = Static<typeof UpdateUserBody>;

/** POST /users/register */
export const RegisterBody = Type.Object({
  password: required(),
  emailAddress: required(),
  username: text(),
  phoneNumber: text(),
  firstName: text(),
  lastName: text(),
  nickName: text(),
  referralCode: text(),
});
export type RegisterBody = Static<typeof RegisterBody>;

const registration = {
  password: required(),
  confirmPassword: text(),
  firstName: text(),
  lastName: text(),
  nickName: text(),
  referralCode: text(),
};

/** POST /users/register/email-address */
export const RegisterByEmailBody = Type.Object({ ...registration, emailAddress: required() });

/** POST /users/register/phone-number */
export const RegisterByPhoneBody = Type.Object({ ...registration, phoneNumber: required() });

/** POST /users/auth. `username` may also be the e-mail address or the phone number. */
export const AuthBody = Type.Object({ username: required(), password: required() });
export type AuthBody = Static<typeof AuthBody>;
export const EmailAuthBody = Type.Object({ emailAddress: required(), password: required() });

/** POST /users/auth/refresh-auth-key */
export const RefreshBody = Type.Object({ refreshAuthKey: required() });
export type RefreshBody = Static<typeof RefreshBody>;
