import type { FastifyRequest } from 'fastify';
import { type LimitedBy, recipient } from '../../app/rate-limits.ts';
import { parseEmail } from '../../core/values/email.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { usernameKey } from '../../core/values/username.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Brand } from './brands.ts';

/** Nothing that names a user is longer, in UTF-16 units. */
export const LONGEST_NAME = 512;

/** A sign-in at a brand under a name, known or not, however it is spelled. */
export function signInAs(name: string, brand: Brand, request: FastifyRequest): LimitedBy {
  const user = name.length > LONGEST_NAME ? 'nobody' : spelledOnce(name);
  return { user: `${JSON.stringify(brand.organization.id)} ${user}`, address: addressBlockOf(request) };
}

function spelledOnce(name: string): string {
  if (parseEmail(name) !== null) return recipient('email', name);
  const phone = parsePhone(name);
  return phone === null ? `username ${usernameKey(name)}` : recipient('phone', phone);
}
