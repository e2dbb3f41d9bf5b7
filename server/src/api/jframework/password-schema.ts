import { type Static, Type } from 'typebox';
import { required } from './schema.ts';

/** PUT /users/{id}/change-password */
export const ChangePasswordBody = Type.Object({ newPassword: required(), confirmPassword: required() });
export type ChangePasswordBody = Static<typeof ChangePasswordBody>;

/** PUT /users/change-password */
export const ChangeOwnPasswordBody = Type.Object({
  oldPassword: required(),
  newPassword: required(),
  confirmPassword: required(),
});

/** POST /users/forgot-password. `resetPasswordLink` is the page that the mail opens. */
export const ForgotPasswordBody = Type.Object({ emailAddress: required(), resetPasswordLink: required() });
export type ForgotPasswordBody = Static<typeof ForgotPasswordBody>;

/** POST /users/reset-password */
export const ResetPasswordBody = Type.Object({ emailAddress: required(), token: required(), newPassword: required() });

/** PUT /users/email-address/active */
export const VerifyEmailBody = Type.Object({ token: required() });
