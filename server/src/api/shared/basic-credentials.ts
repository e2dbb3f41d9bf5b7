import { isUtf8 } from 'node:buffer';

export interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/**
 * User name and password of an `Authorization` header (RFC 7617), in UTF-8.
 *
 * @returns null for anything else
 */
export function basicUser(authorization: string): { readonly username: string; readonly password: string } | null {
  const bytes = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64');
  const text = isUtf8(bytes) ? bytes.toString() : '';
  const colon = text.indexOf(':');
  return colon < 1 ? null : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * What an OAuth client says in an `Authorization` header. Id and secret are form-encoded before they are joined
 * (RFC 6749, 2.3.1).
 *
 * @returns null for anything else
 */
export function basicCredentials(authorization: string): BasicCredentials | null {
  const user = basicUser(authorization);
  if (user === null) return null;
  try {
    return { clientId: formDecoded(user.username), secret: formDecoded(user.password) };
  } catch {
    return null;
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
