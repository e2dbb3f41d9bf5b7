import type { Secrets } from '../../app/ports/secrets.ts';

/** Whose address a token is to prove, and the code that was mailed for it. */
export interface VerificationToken {
  readonly userId: string;
  readonly code: string;
}

/** Tells these tokens from whatever else is sealed under the same key. */
const PURPOSE = 'verify email';

/** What a link carries: calls that bring the token name no user, and nobody else can make one. */
export function tokenOf({ userId, code }: VerificationToken, { seal }: Pick<Secrets, 'seal'>): string {
  return seal(JSON.stringify([PURPOSE, userId, code]));
}

/** @returns `null` for anything but such a token */
export function openToken(text: string, { open }: Pick<Secrets, 'open'>): VerificationToken | null {
  try {
    const [purpose, userId, code] = JSON.parse(open(text)) as unknown[];
    if (purpose !== PURPOSE || typeof userId !== 'string' || typeof code !== 'string') return null;
    return { userId, code };
  } catch {
    return null;
  }
}
