import {
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  type MessageShape,
  mergeFromJson,
} from '@bufbuild/protobuf';
import { asDecodeError, DecodeError } from './decode-error.ts';
import { queryToJson, setText } from './query.ts';
import type { RestRoute } from './routes.ts';
import { strictJson } from './strict-json.ts';

const OPTIONS = { ignoreUnknownFields: true, recursionLimit: 100 };

/**
 * The request message of a REST call. Where the route maps a body, an absent one means `{}`, and the query string is
 * ignored when the body is the whole message. Otherwise the query string fills the message. Path parameters override
 * both.
 *
 * @param params decoded path parameters by the names in the route's path
 * @param query decoded name-value pairs of the query string, in order
 * @param body the parsed JSON value, or undefined when the body was empty
 * @throws DecodeError when any part does not fit the message
 */
export function decodeRest(
  route: RestRoute,
  params: Readonly<Record<string, string>>,
  query: Iterable<readonly [string, string]>,
  body: unknown,
): Message {
  const { input } = route.method;
  const message = decodeJson(input, route.body === '*' ? body : withoutWholeBody(route, query, body));
  if (route.pathFields.length === 0) return message;
  const json: JsonObject = {};
  for (const { param, fields } of route.pathFields) setText(json, fields, params[param] ?? '');
  return guarded(() => mergeFromJson(input, message, strictJson(input, json), OPTIONS));
}

/**
 * A message from a parsed protobuf JSON value; undefined stands for an empty body. Unknown fields and enum names are
 * ignored, unknown enum numbers kept, and `null` is the same as absent.
 *
 * @throws DecodeError when the value is not an object or a member does not fit its field
 */
export function decodeJson<Desc extends DescMessage>(desc: Desc, json: unknown = {}): MessageShape<Desc> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new DecodeError('unexpected value, an object is expected');
  }
  return guarded(() => fromJson(desc, strictJson(desc, json as JsonValue), OPTIONS));
}

function withoutWholeBody(
  { method, body: bodyField, pathFields }: RestRoute,
  query: Iterable<readonly [string, string]>,
  body: unknown,
): JsonObject {
  const bound = pathFields.map(({ fields }) => fields);
  if (bodyField === null || bodyField === '*') return queryToJson(method.input, query, bound);
  const json = queryToJson(method.input, query, [...bound, [bodyField]]);
  if (body !== undefined) json[bodyField.jsonName] = body as JsonValue;
  return json;
}

function guarded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw asDecodeError(error);
  }
}
