import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.ts';
import { jsonBody } from '../shared/body.ts';
import { idempotencyOf } from '../shared/submit.ts';
import type { Authenticate } from './authenticate.ts';
import { readCallHeaders } from './call-headers.ts';
import type { Partner } from './partners.ts';
import type { IncomingCall } from './run-call.ts';
import { AVIBRA } from './section.ts';
import type { UserCall } from './user-call.ts';

/** How a call of one kind is read. */
export interface Operation<T> {
  readonly name: string;
  /** @param params those of the path */
  readonly read: (body: unknown, params: Readonly<Record<string, string>>) => T;
  /** @param key digest of the idempotency key, if there is one */
  readonly commandOf: (info: T, partner: Partner, key: string | null) => UserCall['command'];
}

/** The members by which a call names its user. */
interface UserName {
  readonly userid: string;
  /** The partner's own unless given. */
  readonly partnername?: string;
}

/**
 * Reads a call in the order in which its refusals are told: caller, headers, body, values, and whose user it is about.
 *
 * @throws DomainError `unauthenticated`, `user_not_found` for another partner's name, or about a value; Fault
 */
export async function readCall<T extends UserName>(
  request: FastifyRequest,
  authenticate: Authenticate,
  { name, read, commandOf }: Operation<T>,
): Promise<IncomingCall> {
  const partner = await authenticate(request);
  const headers = readCallHeaders(request);
  const body = jsonBody(request);
  const idempotency = idempotencyOf(request, { dialect: AVIBRA, name, caller: partner.caller, body });
  const info = read(body, request.params as Record<string, string>);
  const command = commandOf(info, partner, idempotency?.key ?? null);
  const { organizationId, name: partnerName } = partner;
  if ((info.partnername ?? partnerName) !== partnerName) throw new DomainError('user_not_found');
  return { partner, headers, idempotency, call: { organizationId, partnerName, userid: info.userid, command } };
}
