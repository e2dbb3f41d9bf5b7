import { addHumanUser, permitAddHumanUser } from './add-human-user.ts';
import { addOtpEmail, addOtpSms } from './add-otp.ts';
import { deleteUserMetadata, setUserMetadata } from './change-metadata.ts';
import { resendEmailCode, resendPhoneCode, sendEmailCode } from './contact-code.ts';
import { createUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import { generateRecoveryCodes } from './generate-recovery-codes.ts';
import { getUserById } from './get-user-by-id.ts';
import { humanMfaInitSkipped } from './human-mfa-init-skipped.ts';
import { addIdpLink, listIdpLinks, removeIdpLink } from './idp-link.ts';
import { createInviteCode, resendInviteCode, verifyInviteCode } from './invite-code.ts';
import { listAuthenticationFactors } from './list-auth-factors.ts';
import { listAuthenticationMethodTypes } from './list-auth-methods.ts';
import { listKeys, listPersonalAccessTokens } from './list-credentials.ts';
import { listPasskeys } from './list-passkeys.ts';
import { listUserMetadata } from './list-user-metadata.ts';
import { listUsers } from './list-users.ts';
import { addKey, removeKey } from './machine-key.ts';
import { addSecret, removeSecret } from './machine-secret.ts';
import type { HandlerOf, MethodName, PermitOf, ZitadelServices } from './method.ts';
import { createPasskeyRegistrationLink, permitPasskeyLink } from './passkey-link.ts';
import { passwordReset } from './password-reset.ts';
import { addPersonalAccessToken, removePersonalAccessToken } from './personal-access-token.ts';
import { registerPasskey, verifyPasskeyRegistration } from './register-passkey.ts';
import { registerTotp, verifyTotpRegistration } from './register-totp.ts';
import { registerU2f, verifyU2fRegistration } from './register-u2f.ts';
import { removeOtpEmail, removeOtpSms, removeRecoveryCodes, removeTotp } from './remove-factor.ts';
import { removePhone } from './remove-phone.ts';
import { removePasskey, removeU2f } from './remove-webauthn.ts';
import { setEmail, setPhone } from './set-contact.ts';
import { setPassword } from './set-password.ts';
import { updateHumanUser } from './update-human-user.ts';
import { updateUser } from './update-user.ts';
import { deactivateUser, lockUser, reactivateUser, unlockUser } from './user-state.ts';
import { verifyEmail, verifyPhone } from './verify-contact.ts';

/** The methods that are built; all others of the service answer that they are not. */
export type MethodTable = { readonly [Name in MethodName]?: HandlerOf<Name> };

/** Permissions that are asked for before the fields of a request are looked at. */
export type PermitTable = { readonly [Name in MethodName]?: PermitOf<Name> };

export function methodTable(services: ZitadelServices): MethodTable {
  return {
    addHumanUser: addHumanUser(services),
    addIDPLink: addIdpLink(services),
    addKey: addKey(services),
    addOTPEmail: addOtpEmail(services),
    addOTPSMS: addOtpSms(services),
    addPersonalAccessToken: addPersonalAccessToken(services),
    addSecret: addSecret(services),
    createInviteCode: createInviteCode(services),
    createPasskeyRegistrationLink: createPasskeyRegistrationLink(services),
    createUser: createUser(services),
    deactivateUser: deactivateUser(services),
    deleteUser: deleteUser(services),
    deleteUserMetadata: deleteUserMetadata(services),
    generateRecoveryCodes: generateRecoveryCodes(services),
    getUserByID: getUserById(services),
    humanMFAInitSkipped: humanMfaInitSkipped(services),
    listAuthenticationFactors: listAuthenticationFactors(services),
    listAuthenticationMethodTypes: listAuthenticationMethodTypes(services),
    listIDPLinks: listIdpLinks(services),
    listKeys: listKeys(services),
    listPersonalAccessTokens: listPersonalAccessTokens(services),
    listPasskeys: listPasskeys(services),
    listUserMetadata: listUserMetadata(services),
    listUsers: listUsers(services),
    lockUser: lockUser(services),
    passwordReset: passwordReset(services),
    registerPasskey: registerPasskey(services),
    registerU2F: registerU2f(services),
    reactivateUser: reactivateUser(services),
    registerTOTP: registerTotp(services),
    removeIDPLink: removeIdpLink(services),
    removeKey: removeKey(services),
    removeOTPEmail: removeOtpEmail(services),
    removeOTPSMS: removeOtpSms(services),
    removePasskey: removePasskey(services),
    removePersonalAccessToken: removePersonalAccessToken(services),
    removePhone: removePhone(services),
    removeRecoveryCodes: removeRecoveryCodes(services),
    removeSecret: removeSecret(services),
    removeTOTP: removeTotp(services),
    removeU2F: removeU2f(services),
    resendEmailCode: resendEmailCode(services),
    resendInviteCode: resendInviteCode(services),
    resendPhoneCode: resendPhoneCode(services),
    sendEmailCode: sendEmailCode(services),
    setEmail: setEmail(services),
    setPassword: setPassword(services),
    setPhone: setPhone(services),
    setUserMetadata: setUserMetadata(services),
    unlockUser: unlockUser(services),
    updateHumanUser: updateHumanUser(services),
    updateUser: updateUser(services),
    verifyEmail: verifyEmail(services),
    verifyInviteCode: verifyInviteCode(services),
    verifyPasskeyRegistration: verifyPasskeyRegistration(services),
    verifyPhone: verifyPhone(services),
    verifyU2FRegistration: verifyU2fRegistration(services),
    verifyTOTPRegistration: verifyTotpRegistration(services),
  };
}

export function permitTable(services: ZitadelServices): PermitTable {
  return {
    addHumanUser: permitAddHumanUser(services),
    createPasskeyRegistrationLink: permitPasskeyLink(services),
  };
}
