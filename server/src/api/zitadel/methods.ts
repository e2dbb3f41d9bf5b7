import { addHumanUser, permitAddHumanUser } from './add-human-user.ts';
import { deleteUser } from './delete-user.ts';
import { getUserById } from './get-user-by-id.ts';
import type { HandlerOf, MethodName, PermitOf, ZitadelServices } from './method.ts';
import { passwordReset } from './password-reset.ts';
import { updateHumanUser } from './update-human-user.ts';
import { verifyEmail } from './verify-email.ts';
import { verifyPhone } from './verify-phone.ts';

/** The methods that are built; all others of the service answer that they are not. */
export type MethodTable = { readonly [Name in MethodName]?: HandlerOf<Name> };

/** Permissions that are asked for before the fields of a request are looked at. */
export type PermitTable = { readonly [Name in MethodName]?: PermitOf<Name> };

export function methodTable(services: ZitadelServices): MethodTable {
  return {
    addHumanUser: addHumanUser(services),
    deleteUser: deleteUser(services),
    getUserByID: getUserById(services),
    passwordReset: passwordReset(services),
    updateHumanUser: updateHumanUser(services),
    verifyEmail: verifyEmail(services),
    verifyPhone: verifyPhone(services),
  };
}

export function permitTable(services: ZitadelServices): PermitTable {
  return { addHumanUser: permitAddHumanUser(services) };
}
