import type { LiveDirectory } from '../../app/live-directory.ts';
import type { JsonValue } from './protocol/encode.ts';
import { instanceSectionOf } from './section.ts';

/** How JSON answers with users depart from the vendor's, as the setup says; undefined when they do not. */
export function shownAsSetUp(directory: LiveDirectory): ((json: JsonValue) => JsonValue) | undefined {
  return instanceSectionOf(directory).showUnverified === true ? withUnverified : undefined;
}

/** Contacts of humans say that they are unverified, wherever in the answer the humans stand. */
function withUnverified(json: JsonValue): JsonValue {
  if (Array.isArray(json)) return json.map(withUnverified);
  if (!isObject(json)) return json;
  const entries = Object.entries(json).map(([name, value]): [string, JsonValue] => [
    name,
    name === 'human' && isObject(value) ? contactsShown(value) : withUnverified(value),
  ]);
  return Object.fromEntries(entries);
}

type JsonObject = { [name: string]: JsonValue };

function contactsShown(human: JsonObject): JsonObject {
  const { email, phone } = human;
  return {
    ...human,
    ...(email !== undefined && isObject(email) && { email: { ...email, isVerified: email.isVerified ?? false } }),
    ...(phone !== undefined && isObject(phone) && { phone: { ...phone, isVerified: phone.isVerified ?? false } }),
  };
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
