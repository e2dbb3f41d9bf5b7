import type { Secrets } from '../../app/ports/secrets.ts';
import type { SignInCodeKind } from '../../core/user/user.ts';

/** What a client gets when it asks for a one-time code, and must bring back with it. */
export interface SignInToken {
  /** `null` in the token of a code that was never sent. */
  readonly userId: string | null;
  readonly brandId: string;
  readonly kind: SignInCodeKind;
  readonly codeId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** First in every such token: other things are sealed under the same key. */
const MARK = 'sign-in';

export function sealSignInToken(token: SignInToken, secrets: Pick<Secrets, 'seal'>): string {
  const { userId, brandId, kind, codeId, expiresAt } = token;
  return secrets.seal(JSON.stringify([MARK, userId, brandId, kind, codeId, expiresAt]));
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
  const [, userId, brandId, kind, codeId, expiresAt] = parts as [
    string,
    string | null,
    string,
    SignInCodeKind,
    string,
    number,
  ];
  return { userId, brandId, kind, codeId, expiresAt };
}
