import type { FastifyRequest } from 'fastify';
import type { IdempotencyKey, Receipt } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser } from '../../core/user/commands.ts';
import { queryOf } from '../shared/dialect.ts';
import { Fault } from '../shared/faults.ts';
import type { Route } from '../shared/route.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import type { PartnerCaller } from './partners.ts';
import { bodyOf, createUserBody } from './schema.ts';
import type { OwnliServices } from './services.ts';
import { userOf } from './target.ts';
import { createOf } from './user-patch.ts';
import { outcomeAnswer } from './user-view.ts';

/** How often the holder of a contact may vanish between two looks before the conflict is answered after all. */
const ATTEMPTS = 5;

/**
 * `POST /api/users`: a new user, or with `returnExistingUserIfExists=true` the one that has the e-mail address or the
 * phone number already.
 */
export function createUser(services: Pick<OwnliServices, 'users' | 'nextId' | 'authenticate'>): Route {
  const { users, nextId, authenticate } = services;
  return {
    method: 'POST',
    path: '/api/users',
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const returnExisting = returnsExisting(request);
      const body = bodyOf(request, createUserBody);
      const command = createOf(body, nextId(), caller.organizationId);
      const idempotency = idempotencyOf(request, { dialect: 'ownli', name: 'create-user', caller, body });
      const attempt: Attempt = { request, caller, idempotency };
      for (let tries = 1; ; tries += 1) {
        try {
          return answerOf(await create(users, attempt, command));
        } catch (error) {
          if (!returnExisting || !isContactTaken(error)) throw error;
          const existing = await answerExisting(users, attempt, command);
          if (existing !== null) return answerOf(existing);
          if (tries === ATTEMPTS) throw error;
        }
      }
    },
  };
}

interface Attempt {
  readonly request: FastifyRequest;
  readonly caller: PartnerCaller;
  readonly idempotency: IdempotencyKey | undefined;
}

function create(users: Users, { request, caller, idempotency }: Attempt, command: CreateUser): Promise<Receipt> {
  return users.submit({
    type: 'command',
    caller,
    dialect: 'ownli',
    requestId: request.id,
    target: { id: command.userId },
    command,
    ifMatch: ifMatchOf(request),
    idempotency,
    answer: outcomeAnswer,
  });
}

/**
 * Answers the holder of the address or number by an update of nothing, so that the answer is kept under the
 * idempotency key as that of any other success.
 *
 * @returns null when nobody holds them any more
 * @throws DomainError `email_taken` when address and number belong to two users, so that neither is the one meant
 */
async function answerExisting(users: Users, attempt: Attempt, command: CreateUser): Promise<Receipt | null> {
  const { request, caller, idempotency } = attempt;
  const { organizationId } = caller;
  const claims = [
    ...(command.email === undefined ? [] : [claimKeys.email(organizationId, command.email.value)]),
    ...(command.phone === undefined ? [] : [claimKeys.phone(organizationId, command.phone.value)]),
  ];
  const holders = new Map<string, string>();
  for (const claim of claims) {
    const user = await users.find(userOf(organizationId, { claim }));
    if (user !== null) holders.set(user.id, claim);
  }
  if (holders.size > 1) throw new DomainError('email_taken', { field: 'email' });
  for (const claim of holders.values()) {
    try {
      return await users.submit({
        type: 'command',
        caller,
        dialect: 'ownli',
        requestId: request.id,
        target: userOf(organizationId, { claim }),
        command: { type: 'update-user' },
        idempotency,
        answer: outcomeAnswer,
      });
    } catch (error) {
      if (!(error instanceof DomainError && error.reason === 'user_not_found')) throw error;
    }
  }
  return null;
}

function isContactTaken(error: unknown): boolean {
  return error instanceof DomainError && (error.reason === 'email_taken' || error.reason === 'phone_taken');
}

function returnsExisting(request: FastifyRequest): boolean {
  const values = queryOf(request).get('returnExistingUserIfExists');
  if (values === undefined) return false;
  const [value] = values;
  if (values.length > 1 || (value !== 'true' && value !== 'false')) {
    throw new Fault('malformed_query', 'returnExistingUserIfExists must be true or false.');
  }
  return value === 'true';
}
