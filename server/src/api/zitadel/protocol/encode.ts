import {
  createRegistry,
  type DescMessage,
  type JsonValue,
  type MessageShape,
  type Registry,
  toJson,
} from '@bufbuild/protobuf';
import { CredentialsCheckErrorSchema, ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';

export type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/** The details of refusals: what a `google.protobuf.Any` may hold. */
export const DETAIL_TYPES: Registry = createRegistry(ErrorDetailSchema, CredentialsCheckErrorSchema);
const OPTIONS = { registry: DETAIL_TYPES };

/**
 * A message as a protobuf JSON value: camelCase names, enums by name, 64-bit integers as strings, timestamps with 0, 3,
 * 6 or 9 fractional digits. Zero values are left out, but fields declared `optional` and messages that are set appear
 * even when empty.
 */
export function encodeValue<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonValue {
  return toJson(schema, message, OPTIONS);
}

/** The text of `encodeValue`, ready to send. */
export function encodeJson<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): string {
  return JSON.stringify(toJson(schema, message, OPTIONS));
}
