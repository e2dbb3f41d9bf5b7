import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { DomainError } from '../../core/errors.ts';

/** What a timestamp can say: the years 1 to 9999. */
const FIRST_SECOND = -62_135_596_800n;
const LAST_SECOND = 253_402_300_799n;

/**
 * A timestamp in epoch milliseconds, with its fraction.
 *
 * @returns null for one that no calendar has
 */
export function millisecondsOf({ seconds, nanos }: Timestamp): number | null {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos > 999_999_999) return null;
  return Number(seconds) * 1000 + nanos / 1_000_000;
}

/** When a key or token ends. @throws DomainError `expiration_invalid` */
export function expirationOf(timestamp: Timestamp | undefined): number {
  const at = timestamp === undefined ? null : millisecondsOf(timestamp);
  if (at === null) throw new DomainError('expiration_invalid');
  return Math.floor(at);
}
