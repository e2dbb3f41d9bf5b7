import type { Secrets } from '../../app/ports/secrets.ts';
import type { SignInCodeKind } from '../../core/user/user.ts';
import { utf8Bytes } from '../../core/values/text.ts';

/** What a client gets when it asks for a one-time code, and must bring back with it. */
export interface SignInToken {
  /** `null` in the token of a code that was never sent. */
  readonly userId: string | null;
  readonly brandId: string;
  readonly kind: SignInCodeKind;
  readonly codeId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** By which tries are limited: the same for all codes of a recipient, known or not. A digest. */
  readonly limitedAs: string;
}

/** First in every such token: other things are sealed under the same key. */
const MARK = 'sign-in';

/** Bytes of the longest user id as JSON: 200 code points in quotes, six bytes each where they are escaped. */
const LONGEST_ID = 200 * 6 + 2;

/** The length of a token that is answered does not tell whether there is a user, nor how long its id is. */
export function sealSignInToken(token: SignInToken, secrets: Pick<Secrets, 'seal'>): string {
  const { userId, brandId, kind, codeId, expiresAt, limitedAs } = token;
  const plain = JSON.stringify([MARK, userId, brandId, kind, codeId, expiresAt, limitedAs]);
  // One in a link is seen by its recipient alone, and is better short.
  const padding = kind === 'link' ? 0 : LONGEST_ID - utf8Bytes(JSON.stringify(userId));
  return secrets.seal(`${plain}${' '.repeat(padding)}`);
}

/** @returns `null` for anything that is not one of these tokens */
export function openSignInToken(text: string, secrets: Pick<Secrets, 'open'>): SignInToken | null {
  let parts: unknown;
  try {
    parts = JSON.parse(secrets.open(text));
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts[0] !== MARK) return null;
  const [, userId, brandId, kind, codeId, expiresAt, limitedAs] = parts as [
    string,
    string | null,
    string,
    SignInCodeKind,
    string,
    number,
    string,
  ];
  return { userId, brandId, kind, codeId, expiresAt, limitedAs };
}
