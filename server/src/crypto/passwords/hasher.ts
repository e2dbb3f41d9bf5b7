import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { PasswordHasher } from '../../app/ports/password-hasher.ts';
import { DomainError } from '../../core/errors.ts';
import { type PasswordHash, parseHash, parseStoredHash } from '../../core/values/password-hash.ts';
import { hashArgon2, NEW_HASH } from './argon2.ts';
import { createLane } from './lane.ts';
import { passwordForms } from './password-forms.ts';
import { verifyHash } from './verify.ts';

export interface PasswordHasherOptions {
  /** Hashes computed at once; by default one less than the cores, between 1 and 3. */
  readonly concurrency?: number;
  /** Hashes that may wait before further ones are refused; by default 64. */
  readonly queueLimit?: number;
}

/**
 * One core is left to the main thread: on two cores, two hashes at once gave 5 % more hashes and a p99 delay of 4.6 ms
 * instead of 1.0 ms to a half-busy event loop. Three at most, since Node's pool has four threads unless told otherwise
 * and files and name look-ups need one.
 */
function defaultConcurrency(): number {
  return Math.max(1, Math.min(3, availableParallelism() - 1));
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** A hash of nothing, at the cost of a new one. */
function dummyHash(): string {
  const { variant, version, memory, passes, lanes, saltLength, digestLength } = NEW_HASH;
  const costs = `m=${memory},t=${passes},p=${lanes}`;
  const [salt, digest] = [base64(randomBytes(saltLength)), base64(randomBytes(digestLength))];
  return `$${variant}$v=${version}$${costs}$${salt}$${digest}`;
}

function isCurrent({ scheme, params }: PasswordHash): boolean {
  return (
    scheme === 'argon2' &&
    params.variant === NEW_HASH.variant &&
    params.version === NEW_HASH.version &&
    params.memory === NEW_HASH.memory &&
    params.passes === NEW_HASH.passes &&
    params.lanes === NEW_HASH.lanes &&
    Buffer.byteLength(params.salt, 'base64') === NEW_HASH.saltLength &&
    Buffer.byteLength(params.digest, 'base64') === NEW_HASH.digestLength
  );
}

/** Hashes with argon2id, in a lane of its own; verifies every known scheme. */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const lane = createLane({
    concurrency: options.concurrency ?? defaultConcurrency(),
    queueLimit: options.queueLimit ?? 64,
  });
  const dummy = parseHash(dummyHash());

  async function check(password: string, hash: PasswordHash): Promise<boolean> {
    const { normalized, exact } = passwordForms(password);
    return lane.run(async () => {
      if (normalized !== undefined && (await verifyHash(hash, normalized))) return true;
      // Hashes made elsewhere took the password as it was typed.
      return exact !== undefined && verifyHash(hash, exact);
    });
  }

  return {
    async hash(password) {
      const { normalized } = passwordForms(password);
      if (normalized === undefined) throw new DomainError('password_too_long', { field: 'password' });
      return lane.run(() => hashArgon2(normalized));
    },
    async verify(password, encoded) {
      return check(password, parseStoredHash(encoded));
    },
    async verifyDummy(password) {
      await check(password, dummy);
      return false;
    },
    needsRehash(encoded) {
      try {
        return !isCurrent(parseHash(encoded));
      } catch {
        return true;
      }
    },
  };
}
