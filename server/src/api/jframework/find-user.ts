import { claimKeys } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parsePhone } from '../../core/values/phone.ts';
import type { Brand } from './brands.ts';
import { type Context, inBrand } from './services.ts';

/** Looks up whom a text names. A contact names somebody only where the organization keeps it unique. */
export type FindUser = (text: string, brand: Brand, context: Context) => Promise<User | null>;

export const userOfUsername: FindUser = async (text, brand, { users }) =>
  users.find(inBrand(brand, { claim: claimKeys.username(users.directory, brand.organization.id, text) }));

export const userOfAddress: FindUser = async (text, brand, { users }) => {
  const { id, unique } = brand.organization;
  if (!unique.email || parseEmail(text) === null) return null;
  return users.find(inBrand(brand, { claim: claimKeys.email(id, text) }));
};

export const userOfPhone: FindUser = async (text, brand, { users }) => {
  const { id, unique } = brand.organization;
  const phone = unique.phone ? parsePhone(text) : null;
  return phone === null ? null : users.find(inBrand(brand, { claim: claimKeys.phone(id, phone) }));
};
