import type { FastifyRequest } from 'fastify';
import type { Answer, CommandSubmission } from '../../app/submission.ts';
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

/** A change of the user that the path names. */
export interface UserChange {
  /** Of the operation, for idempotency keys. */
  readonly name: string;
  readonly command: CommandSubmission['command'];
  /** What was read of the body, where something was. */
  readonly body?: unknown;
}

/** Makes a change; the answer to it is `true`. */
export async function changeUser(
  request: FastifyRequest,
  { users }: Pick<Context, 'users'>,
  { brand, caller }: Call,
  { name, command, body }: UserChange,
): Promise<Answer> {
  const receipt = await users.submit({
    type: 'command',
    caller,
    dialect: JFRAMEWORK,
    requestId: request.id,
    target: inBrand(brand, { id: paramsOf(request).id ?? '' }),
    command,
    ifMatch: ifMatchOf(request),
    idempotency: idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body }),
    answer: ({ user }) => success(200, 'true', user.version),
  });
  return answerOf(receipt);
}
