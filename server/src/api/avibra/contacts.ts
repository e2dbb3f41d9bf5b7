import type { NewContact, ProfilePatch } from '../../core/user/commands.ts';
import { optional, readEmail, readName, readPhone } from './fields.ts';
import type { UpdateUserInfo } from './schema.ts';

/** Of names, e-mail and phone those that are given. */
export interface GivenContacts {
  readonly profile?: ProfilePatch;
  readonly email?: NewContact;
  readonly phone?: NewContact;
}

/** @throws DomainError `value_required`, `value_invalid`, `email_invalid`, `phone_invalid` */
export function readContacts(info: Omit<UpdateUserInfo, 'userid' | 'partnername'>): GivenContacts {
  const givenName = optional(info.firstname, (text) => readName('firstname', text));
  const familyName = optional(info.lastname, (text) => readName('lastname', text));
  const email = optional(info.email, (text) => readEmail('email', text));
  const phone = optional(info.phone, (text) => readPhone('phone', text));
  const profile = {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
  };
  return {
    ...(Object.keys(profile).length > 0 && { profile }),
    ...(email !== undefined && { email: { value: email } }),
    ...(phone !== undefined && { phone: { value: phone } }),
  };
}
