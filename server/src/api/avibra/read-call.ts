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

/** How the body of an operation is read. */
export interface Operation<T> {
  readonly name: string;
  readonly read: (body: unknown) => T;
  readonly commandOf: (info: T, partner: Partner) => UserCall['command'];
}

/** The members by which every call names its user. */
interface UserName {
  readonly userid: string;
  readonly partnername: string;
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
  const info = read(body);
  const command = commandOf(info, partner);
  if (info.partnername !== partner.name) throw new DomainError('user_not_found');
  const { organizationId, name: partnerName } = partner;
  return { partner, headers, idempotency, call: { organizationId, partnerName, userid: info.userid, command } };
}
