import type { Route } from '../shared/route.ts';
import { changeOwnPassword, changePassword } from './change-password.ts';
import { forgotPassword } from './forgot-password.ts';
import { resetPassword } from './reset-password.ts';
import type { Context } from './services.ts';
import { sendVerification, verifyEmail } from './verify-email.ts';

/** Passwords, and the verification of e-mail addresses. */
export function passwordRoutes(context: Context): Route[] {
  const users = '/api/v1/users';
  return [
    { method: 'PUT', path: `${users}/change-password`, handler: changeOwnPassword(context) },
    { method: 'PUT', path: `${users}/:id/change-password`, handler: changePassword(context) },
    { method: 'POST', path: `${users}/forgot-password`, handler: forgotPassword(context) },
    { method: 'POST', path: `${users}/reset-password`, handler: resetPassword(context) },
    { method: 'POST', path: `${users}/:id/email-address/verify/send`, handler: sendVerification(context) },
    { method: 'PUT', path: `${users}/email-address/active`, handler: verifyEmail(context) },
  ];
}
