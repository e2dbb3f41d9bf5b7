import type { IncomingHttpHeaders } from 'node:http';
import type { Caller, UserCredential } from '../../app/callers.ts';
import { DomainError } from '../../core/errors.ts';
import type { Organization } from '../../core/organization.ts';
import type { Capability } from '../../core/user/fields.ts';
import { header } from '../shared/headers.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { Refusal } from './errors.ts';
import type { Context } from './services.ts';

export type UserCaller = Extract<Caller, { kind: 'user' }> & {
  readonly credential: Extract<UserCredential, { kind: 'session' }>;
};

const REQUIRED = [{ code: 'AuthKeyRequired', message: 'The header Auth-Key is required.' }];
const CREATE: ReadonlySet<Capability> = new Set(['create']);

/**
 * The user whose `Auth-Key` the call carries. Whether the key still holds is asked again when a command is decided.
 *
 * @throws Refusal without a key; DomainError `unauthenticated` for a key that does not hold, or not for this brand
 */
export async function authenticate(headers: IncomingHttpHeaders, brand: Brand, context: Context): Promise<UserCaller> {
  const text = authKeyOf(headers);
  if (text === undefined) throw new Refusal('unauthenticated', 401, REQUIRED);
  return readKey(text, brand, context);
}

/** @throws DomainError `unauthenticated` for a key that does not hold, or not for this brand */
export async function readKey(text: string, brand: Brand, context: Context): Promise<UserCaller> {
  const key = context.sessionKeys.read('auth', text);
  if (key === null) throw new DomainError('unauthenticated');
  const { userId, sessionId, digest } = key;
  const credential = { kind: 'session', id: sessionId, digest } as const;
  const caller: UserCaller = { kind: 'user', userId, credential, section: JFRAMEWORK };
  const actor = await context.users.actor(caller);
  if (actor.organizationId !== brand.organization.id) throw new DomainError('unauthenticated');
  return caller;
}

/** Whether a call that needs no key carries one. */
export function hasAuthKey(headers: IncomingHttpHeaders): boolean {
  return authKeyOf(headers) !== undefined;
}

function authKeyOf(headers: IncomingHttpHeaders): string | undefined {
  return header(headers, 'auth-key') ?? header(headers, 'authkey');
}

/** Whoever calls without a key: may become a user of the brand, and nothing else. */
export function anonymous({ organization: { id } }: Brand): Caller {
  const grants = [{ organizationId: id, capabilities: CREATE }];
  return { kind: 'anonymous', organizationId: id, grants, isCurrent: isBrand };
}

function isBrand(organization: Organization | undefined): boolean {
  return organization?.sections[JFRAMEWORK] !== undefined;
}
