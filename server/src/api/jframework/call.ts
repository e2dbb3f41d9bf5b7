import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../app/callers.ts';
import type { Answer, CommandSubmission, TargetRef } from '../../app/submission.ts';
import type { User } from '../../core/user/user.ts';
import { paramsOf } from '../shared/dialect.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { authenticate, type UserCaller } from './authenticate.ts';
import { type Brand, JFRAMEWORK } from './brands.ts';
import { success } from './envelope.ts';
import { type Context, inBrand } from './services.ts';

/** Which brand is called, and by whom. */
export interface Call {
  readonly brand: Brand;
  readonly caller: UserCaller;
}

/** @throws what naming no brand, and having no good key, is refused with */
export async function callOf(request: FastifyRequest, context: Context): Promise<Call> {
  const brand = context.brands.of(request.headers);
  return { brand, caller: await authenticate(request.headers, brand, context) };
}

/** The id of what the path names. */
export function idOf(request: FastifyRequest): string {
  return paramsOf(request).id ?? '';
}

/** The user that the path names, for whoever may read it. @throws what `Users.read` throws */
export function readUser(
  request: FastifyRequest,
  { users }: Pick<Context, 'users'>,
  { brand, caller }: Call,
): Promise<User> {
  return users.read(caller, inBrand(brand, { id: idOf(request) }));
}

/** What every command of a request says of where it comes from. */
export function commandTo(target: TargetRef, request: FastifyRequest, caller: Caller) {
  return { type: 'command', caller, dialect: JFRAMEWORK, requestId: request.id, target } as const;
}

/** A change of a user. */
export interface UserChange {
  /** Of the operation, for idempotency keys. */
  readonly name: string;
  /** Of the user; the one that the path names unless given. */
  readonly id?: string;
  readonly command: CommandSubmission['command'];
  /** What was read of the body, where something was. */
  readonly body?: unknown;
  /** What is answered; `true` unless given. */
  readonly answer?: (user: User) => Answer;
}

/** Makes a change. */
export async function changeUser(
  request: FastifyRequest,
  { users }: Pick<Context, 'users'>,
  { brand, caller }: Call,
  { name, id = idOf(request), command, body, answer = changed }: UserChange,
): Promise<Answer> {
  const receipt = await users.submit({
    ...commandTo(inBrand(brand, { id }), request, caller),
    command,
    ifMatch: ifMatchOf(request),
    idempotency: idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body }),
    answer: ({ user }) => answer(user),
  });
  return answerOf(receipt);
}

function changed({ version }: User): Answer {
  return success(200, 'true', version);
}
