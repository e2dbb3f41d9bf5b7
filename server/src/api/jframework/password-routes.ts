import type { Route } from '../shared/route.ts';
import { changeOwnPassword, changePassword } from './change-password.ts';
import { operationsOf } from './documentation/operation.ts';
import { forgotPassword } from './forgot-password.ts';
import {
  ChangeOwnPasswordBody,
  ChangePasswordBody,
  ForgotPasswordBody,
  ResetPasswordBody,
  VerifyEmailBody,
} from './password-schema.ts';
import { resetPassword } from './reset-password.ts';
import type { Context } from './services.ts';
import { readReturnUrl, sendVerification, verifyEmail } from './verify-email.ts';

const users = '/api/v1/users';
const password = operationsOf('Passwords');
const verification = operationsOf('Verification');
const BY_MAIL = { access: 'anybody', refusals: [403, 429] } as const;

/** Passwords, and the verification of e-mail addresses. */
export function passwordRoutes(context: Context): Route[] {
  return [
    {
      method: 'PUT',
      path: `${users}/change-password`,
      handler: changeOwnPassword(context),
      operation: password('changeOwnPassword', "Changes the caller's password; every session of the caller ends", {
        body: ChangeOwnPasswordBody,
        refusals: [429],
      }),
    },
    {
      method: 'PUT',
      path: `${users}/:id/change-password`,
      handler: changePassword(context),
      operation: password('changePassword', 'Sets the password of a user; every session of the user ends', {
        body: ChangePasswordBody,
      }),
    },
    {
      method: 'POST',
      path: `${users}/forgot-password`,
      handler: forgotPassword(context),
      operation: password('forgotPassword', 'Mails a link with a token that sets a password', {
        ...BY_MAIL,
        body: ForgotPasswordBody,
      }),
    },
    {
      method: 'POST',
      path: `${users}/reset-password`,
      handler: resetPassword(context),
      operation: password('resetPassword', 'Sets a password by the token of a mail', {
        ...BY_MAIL,
        body: ResetPasswordBody,
      }),
    },
    {
      method: 'POST',
      path: `${users}/:id/email-address/verify/send`,
      handler: sendVerification(context),
      operation: verification('sendVerification', 'Mails a link that verifies the e-mail address of a user', {
        ...BY_MAIL,
        query: readReturnUrl,
      }),
    },
    {
      method: 'PUT',
      path: `${users}/email-address/active`,
      handler: verifyEmail(context),
      operation: verification('verifyEmail', 'Verifies an e-mail address by the token of a mail', {
        ...BY_MAIL,
        body: VerifyEmailBody,
      }),
    },
  ];
}
