import { type AuthMethod, authMethodsOf } from '../../core/user/factors.ts';
import { etag } from '../shared/conditional.ts';
import { listDetails } from './details.ts';
import { type HandlerOf, readResult, type ZitadelServices } from './method.ts';
import { AuthenticationMethodType, ListAuthenticationMethodTypesResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';

const TYPES: Readonly<Record<AuthMethod, number>> = {
  password: AuthenticationMethodType.PASSWORD,
  passkey: AuthenticationMethodType.PASSKEY,
  idp: AuthenticationMethodType.IDP,
  totp: AuthenticationMethodType.TOTP,
  u2f: AuthenticationMethodType.U2F,
  otp_sms: AuthenticationMethodType.OTP_SMS,
  otp_email: AuthenticationMethodType.OTP_EMAIL,
  recovery_code: AuthenticationMethodType.RECOVERY_CODE,
};

/**
 * The ways in which the user can prove itself. A domain narrows passkeys and security keys to those made for it, as no
 * other is of use there; what knows no domains is of use everywhere.
 */
export function listAuthenticationMethodTypes({
  users,
  clock,
}: Pick<ZitadelServices, 'users' | 'clock'>): HandlerOf<'listAuthenticationMethodTypes'> {
  return async ({ caller, message }) => {
    const user = await users.read(caller, { id: message.userId, section: SECTION });
    const { domainQuery } = message;
    const domain = domainQuery?.domain.toLowerCase();
    const methods = authMethodsOf(user, ({ rpId }) => {
      if (domain === undefined) return true;
      return rpId === '' ? domainQuery?.includeWithoutDomain === true : rpId.toLowerCase() === domain;
    });
    const response = {
      details: listDetails(methods.length, user.sequence, clock()),
      authMethodTypes: methods.map((method) => TYPES[method]),
    };
    return readResult(ListAuthenticationMethodTypesResponseSchema, response, etag(user.version));
  };
}
