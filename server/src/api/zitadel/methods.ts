import { addHumanUser, permitAddHumanUser } from './add-human-user.ts';
import { deleteUserMetadata, setUserMetadata } from './change-metadata.ts';
import { resendEmailCode, resendPhoneCode, sendEmailCode } from './contact-code.ts';
import { createUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import { getUserById } from './get-user-by-id.ts';
import { humanMfaInitSkipped } from './human-mfa-init-skipped.ts';
import { createInviteCode, resendInviteCode, verifyInviteCode } from './invite-code.ts';
import { listKeys, listPersonalAccessTokens } from './list-credentials.ts';
import { listUserMetadata } from './list-user-metadata.ts';
import { addKey, removeKey } from './machine-key.ts';
import { addSecret, removeSecret } from './machine-secret.ts';
import type { HandlerOf, MethodName, PermitOf, ZitadelServices } from './method.ts';
import { passwordReset } from './password-reset.ts';
import { addPersonalAccessToken, removePersonalAccessToken } from './personal-access-token.ts';
import { removePhone } from './remove-phone.ts';
import { setEmail, setPhone } from './set-contact.ts';
import { setPassword } from './set-password.ts';
import { updateHumanUser } from './update-human-user.ts';
import { updateUser } from './update-user.ts';
import { deactivateUser, lockUser, reactivateUser, unlockUser } from './user-state.ts';
import { verifyEmail } from './verify-email.ts';
import { verifyPhone } from './verify-phone.ts';

/** The methods that are built; all others of the service answer that they are not. */
export type MethodTable = { readonly [Name in MethodName]?: HandlerOf<Name> };

/** Permissions that are asked for before the fields of a request are looked at. */
export type PermitTable = { readonly [Name in MethodName]?: PermitOf<Name> };

export function methodTable(services: ZitadelServices): MethodTable {
  return {
    addHumanUser: addHumanUser(services),
    addKey: addKey(services),
    addPersonalAccessToken: addPersonalAccessToken(services),
    addSecret: addSecret(services),
    createInviteCode: createInviteCode(services),
    createUser: createUser(services),
    deactivateUser: deactivateUser(services),
    deleteUser: deleteUser(services),
    deleteUserMetadata: deleteUserMetadata(services),
    getUserByID: getUserById(services),
    humanMFAInitSkipped: humanMfaInitSkipped(services),
    listKeys: listKeys(services),
    listPersonalAccessTokens: listPersonalAccessTokens(services),
    listUserMetadata: listUserMetadata(services),
    lockUser: lockUser(services),
    passwordReset: passwordReset(services),
    reactivateUser: reactivateUser(services),
    removeKey: removeKey(services),
    removePersonalAccessToken: removePersonalAccessToken(services),
    removePhone: removePhone(services),
    removeSecret: removeSecret(services),
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
    verifyPhone: verifyPhone(services),
  };
}

export function permitTable(services: ZitadelServices): PermitTable {
  return { addHumanUser: permitAddHumanUser(services) };
}
