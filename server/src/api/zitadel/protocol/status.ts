import { create, type Message } from '@bufbuild/protobuf';
import {
  type CredentialsCheckError,
  CredentialsCheckErrorSchema,
  type ErrorDetail,
  ErrorDetailSchema,
} from '@zitadel/proto/zitadel/message_pb';
import { DETAIL_TYPES, encodeValue, type JsonObject } from './encode.ts';

/** The failure codes of gRPC by number, with the HTTP status a REST client gets. `FailedPrecondition` is 400, not 412. */
const REST_STATUS = {
  1: 499,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
} as const;

/** A failure code of gRPC: 1 (canceled) to 16 (unauthenticated). */
export type StatusCode = keyof typeof REST_STATUS;

/** The failure codes by their names. */
export const STATUS_CODES = {
  canceled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const satisfies Record<string, StatusCode>;

export type StatusDetail = ErrorDetail | CredentialsCheckError;

/** A refusal as every transport of the dialect sends it; the details stay messages so that each can pack them. */
export interface Status {
  readonly code: StatusCode;
  readonly message: string;
  readonly details?: readonly StatusDetail[];
}

/** The HTTP status with which REST answers a code. */
export function restStatus(code: StatusCode): number {
  return REST_STATUS[code];
}

/**
 * A refusal known by an id: the id ends the message in brackets, and a detail carries both apart.
 *
 * @param failedAttempts failed password checks so far; given, the detail is a `CredentialsCheckError`
 */
export function statusWithId(code: StatusCode, id: string, text: string, failedAttempts?: number): Status {
  const detail =
    failedAttempts === undefined
      ? create(ErrorDetailSchema, { id, message: text })
      : create(CredentialsCheckErrorSchema, { id, message: text, failedAttempts });
  return { code, message: `${text} (${id})`, details: [detail] };
}

/** `google.rpc.Status` as JSON, the body of a REST refusal. Without details it has no such member. */
export function statusJson({ code, message, details = [] }: Status): JsonObject {
  return details.length === 0 ? { code, message } : { code, message, details: details.map(packedJson) };
}

function packedJson(detail: Message): JsonObject {
  const schema = DETAIL_TYPES.getMessage(detail.$typeName);
  if (schema === undefined) throw new Error(`${detail.$typeName} is not a known detail`);
  return { '@type': `type.googleapis.com/${detail.$typeName}`, ...(encodeValue(schema, detail) as JsonObject) };
}
