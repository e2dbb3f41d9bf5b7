import { create, type DescMessage, type Message, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import type { Caller } from '../../app/callers.ts';
import type { Codes } from '../../app/codes.ts';
import type { Clock, NextId } from '../../app/ports/clock.ts';
import type { MachineKeys } from '../../app/ports/machine-keys.ts';
import type { PasswordHasher } from '../../app/ports/password-hasher.ts';
import type { Random, Secrets } from '../../app/ports/secrets.ts';
import type { WebAuthn } from '../../app/ports/webauthn.ts';
import type { RateLimits } from '../../app/rate-limits.ts';
import type { Repeats } from '../../app/repeats.ts';
import type { Answer, IdempotencyKey, IfMatch, Receipt } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import { etag } from '../shared/conditional.ts';
import type { AccessTokens } from './oauth/access-tokens.ts';
import { encodeJson, encodeValue, type JsonValue } from './protocol/encode.ts';
import type { UserService } from './protocol/user-service.ts';

/** What the methods of this dialect are built from. */
export interface ZitadelServices {
  readonly users: Users;
  readonly codes: Codes;
  readonly limits: RateLimits;
  readonly repeats: Repeats;
  readonly hasher: PasswordHasher;
  readonly secrets: Pick<Secrets, 'tokenDigest' | 'secretDigest' | 'seal' | 'open'>;
  readonly random: Random;
  readonly machineKeys: MachineKeys;
  readonly webAuthn: WebAuthn;
  readonly accessTokens: AccessTokens;
  readonly nextId: NextId;
  readonly clock: Clock;
  /** Address under which clients reach this instance, without a trailing slash. */
  readonly publicUrl: () => string;
}

type Methods = typeof UserService.method;

/** Local name of a method, such as `updateHumanUser`. */
export type MethodName = keyof Methods;

/** One call of a method, whatever transport brought it: authenticated, decoded and valid by the field rules. */
export interface MethodCall<Input> {
  readonly message: Input;
  readonly caller: Caller;
  /** The organization the caller acts in: the one it asked for, else its own. */
  readonly organizationId: string;
  readonly requestId: string;
  readonly ifMatch: IfMatch | null;
  readonly idempotency: IdempotencyKey | undefined;
}

/**
 * The response message, as protobuf JSON: the form in which an answer is kept for a repeated idempotency key, so that a
 * replay is the first answer to the byte. A transport that sends another form decodes it.
 */
export interface MethodResult {
  readonly json: string;
  /** The response message itself, where it is at hand: a read has no need of text for a binary transport. */
  readonly message?: Message;
  /** Entity tag of the record as it now is; empty for a list. */
  readonly etag: string;
  /** The answer is that of an earlier call with the same key. */
  readonly replayed: boolean;
}

/** @throws DomainError or StatusError when the call is refused */
export type MethodHandler<Input> = (call: MethodCall<Input>) => Promise<MethodResult>;

/** Asks for a permission that hangs on the request's kind. @throws DomainError `no_membership`, `no_permission` */
export type Permit<Input> = (call: PermitCall<Input>) => Promise<void>;
export type PermitCall<Input> = Pick<MethodCall<Input>, 'message' | 'caller' | 'organizationId'>;

export type RequestOf<Name extends MethodName> = MessageShape<Methods[Name]['input']>;
export type HandlerOf<Name extends MethodName> = MethodHandler<RequestOf<Name>>;
export type PermitOf<Name extends MethodName> = Permit<RequestOf<Name>>;

/** The answer to be kept: the response message, and the entity tag of the record it leaves. */
export function answerWith<Desc extends DescMessage>(
  schema: Desc,
  response: MessageInitShape<Desc>,
  version: number,
): Answer {
  return { status: 200, headers: { etag: etag(version) }, body: encodeJson(schema, create(schema, response)) };
}

/** The result of a call that was executed now or before. */
export function resultOf({ answer, replayed }: Receipt): MethodResult {
  return { json: answer.body ?? '{}', etag: answer.headers?.['etag'] ?? '', replayed };
}

/**
 * The result of a call that changes nothing.
 *
 * @param edit how its JSON departs from that of the message
 */
export function readResult<Desc extends DescMessage>(
  schema: Desc,
  response: MessageInitShape<Desc>,
  tag: string,
  edit?: (json: JsonValue) => JsonValue,
): MethodResult {
  const message = create(schema, response);
  return {
    get json() {
      return edit === undefined ? encodeJson(schema, message) : JSON.stringify(edit(encodeValue(schema, message)));
    },
    message,
    etag: tag,
    replayed: false,
  };
}

/** The key of a call whose answer holds a code: kept encrypted. */
export function secretly(idempotency: IdempotencyKey | undefined): IdempotencyKey | undefined {
  return idempotency && { ...idempotency, secret: true };
}
