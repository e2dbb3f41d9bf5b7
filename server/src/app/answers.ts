import { DomainError } from '../core/errors.ts';
import type { Secrets } from './ports/secrets.ts';
import type { StoredAnswer } from './ports/store.ts';
import type { Answer, IdempotencyKey } from './submission.ts';

type Sealing = Pick<Secrets, 'seal' | 'open' | 'secretDigest'>;

/** How long an idempotency key is kept, in milliseconds. */
export const ANSWER_LIFETIME = 24 * 60 * 60 * 1000;

/** The answer as it is kept under its key. */
export function kept(idempotency: IdempotencyKey, answer: Answer, secrets: Sealing, now: number): StoredAnswer {
  const payload = JSON.stringify(answer);
  return {
    key: idempotency.key,
    fingerprint: keyed(idempotency, secrets),
    payload: idempotency.secret ? secrets.seal(payload) : payload,
    sealed: idempotency.secret,
    expiresAt: now + ANSWER_LIFETIME,
  };
}

/**
 * The answer that a repetition gets; `null` when there is none, or no longer.
 *
 * @throws DomainError `key_reused` when it is no repetition
 */
export function repeated(
  stored: StoredAnswer | null,
  idempotency: IdempotencyKey,
  secrets: Sealing,
  now: number,
): Answer | null {
  if (stored === null || stored.expiresAt <= now) return null;
  if (stored.fingerprint !== keyed(idempotency, secrets)) throw new DomainError('key_reused');
  return JSON.parse(stored.sealed ? secrets.open(stored.payload) : stored.payload) as Answer;
}

/**
 * The fingerprint of a request as it is kept: one may hold a password, so a bare digest of it would invite guessing
 * whoever gets hold of the file.
 */
export function keyed({ fingerprint }: IdempotencyKey, secrets: Pick<Secrets, 'secretDigest'>): string {
  return secrets.secretDigest('request', fingerprint);
}
