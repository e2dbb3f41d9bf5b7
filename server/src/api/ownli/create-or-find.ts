import type { FastifyRequest } from 'fastify';
import type { IdempotencyKey, Receipt } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import { DomainError, type Reason } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser } from '../../core/user/commands.ts';
import { type Answer, queryOf } from '../shared/dialect.ts';
import { Fault } from '../shared/faults.ts';
import { single } from '../shared/fields.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import type { PartnerCaller } from './partners.ts';
import { userOf } from './target.ts';
import { outcomeAnswer } from './user-view.ts';

/** How often the holder of an identity may vanish between two looks before the conflict is answered after all. */
const ATTEMPTS = 5;

/** Refusals of a create because somebody has what tells the user from others. */
const TAKEN: ReadonlySet<Reason> = new Set<Reason>(['email_taken', 'phone_taken', 'policy_taken']);

/** A request to create a user. */
export interface Creation {
  readonly request: FastifyRequest;
  readonly caller: PartnerCaller;
  /** Name of the operation, for idempotency keys. */
  readonly operation: string;
  readonly body: unknown;
  readonly command: CreateUser;
}

/**
 * Creates a user. With `returnExistingUserIfExists=true` the one that is there already is answered in its place: the
 * create is tried first, and the holder looked for when it is refused.
 *
 * @throws DomainError `email_taken`, `phone_taken`, `policy_taken` and what else refuses a create
 */
export async function createOrFind(users: Users, creation: Creation): Promise<Answer> {
  const { request, caller, operation: name, body } = creation;
  const returnExisting = returnsExisting(request);
  const idempotency = idempotencyOf(request, { dialect: 'ownli', name, caller, body });
  for (let tries = 1; ; tries += 1) {
    try {
      return answerOf(await create(users, creation, idempotency));
    } catch (error) {
      if (!returnExisting || !(error instanceof DomainError && TAKEN.has(error.reason))) throw error;
      const existing = await answerExisting(users, creation, idempotency);
      if (existing !== null) return answerOf(existing);
      if (tries === ATTEMPTS) throw error;
    }
  }
}

/** @throws Fault `malformed_query` */
function returnsExisting(request: FastifyRequest): boolean {
  const value = single(queryOf(request), 'returnExistingUserIfExists');
  if (value === undefined) return false;
  if (value !== 'true' && value !== 'false') {
    throw new Fault('malformed_query', 'returnExistingUserIfExists must be true or false.');
  }
  return value === 'true';
}

function create(
  users: Users,
  { request, caller, command }: Creation,
  idempotency: IdempotencyKey | undefined,
): Promise<Receipt> {
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
 * Answers the holder of the identity by an update of nothing, so that the answer is kept under the idempotency key as
 * that of any other success.
 *
 * @returns null when nobody holds it any more
 * @throws DomainError `email_taken` when address and number belong to two users, so that neither is the one meant
 */
async function answerExisting(
  users: Users,
  { request, caller, command }: Creation,
  idempotency: IdempotencyKey | undefined,
): Promise<Receipt | null> {
  const holders = new Map<string, string>();
  for (const claim of identityOf(command)) {
    const user = await users.find(userOf(caller.organizationId, { claim }));
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
        target: userOf(caller.organizationId, { claim }),
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

/** The claims by which the new user would be told from others. */
function identityOf({ organizationId, email, phone, policy }: CreateUser): string[] {
  if (policy !== undefined) {
    return phone === undefined ? [] : [claimKeys.policy(organizationId, phone.value, policy.number)];
  }
  return [
    ...(email === undefined ? [] : [claimKeys.email(organizationId, email.value)]),
    ...(phone === undefined ? [] : [claimKeys.phone(organizationId, phone.value)]),
  ];
}
