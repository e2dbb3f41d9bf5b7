import { isUtf8 } from 'node:buffer';

export interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/**
 * What an OAuth client says in an `Authorization` header. Id and secret are form-encoded before they are joined
 * (RFC 6749, 2.3.1).
 *
 * @returns null for anything else
 */
export function basicCredentials(authorization: string): BasicCredentials | null {
  const bytes = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64');
  const text = isUtf8(bytes) ? bytes.toString() : '';
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  try {
    return { clientId: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) };
  } catch {
    return null;
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
