import { hash } from 'node:crypto';
import { repeatSliced } from './sliced.ts';

export type CryptDigest = 'md5' | 'sha256' | 'sha512';

/** `source` repeated, the last time in part, to the given length. */
export function fill(source: Uint8Array, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, source);
}

interface Template {
  readonly message: Buffer;
  /** Where the digest of the round before goes. */
  readonly offset: number;
}

/**
 * The loop that md5-crypt and SHA-crypt share: each round hashes the last digest with the password and, depending on
 * the round's number, the salt and the password again.
 *
 * @param first the digest before the first round
 */
export async function cryptRounds(
  digestName: CryptDigest,
  first: Uint8Array,
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
): Promise<Buffer> {
  const digest = Buffer.from(first);
  // Only eight messages occur, alike but for the digest, so they are laid out once and the digest is written in.
  const templates = Array.from({ length: 8 }, (_, kind): Template => {
    const odd = (kind & 4) !== 0;
    const middle = [(kind & 2) !== 0 ? salt : [], (kind & 1) !== 0 ? password : []].map((part) => Buffer.from(part));
    const parts = odd ? [password, ...middle, digest] : [digest, ...middle, password];
    const message = Buffer.concat(parts);
    return { message, offset: odd ? message.length - digest.length : 0 };
  });
  await repeatSliced(rounds, (round) => {
    const template = templates[(round % 2) * 4 + (round % 3 === 0 ? 0 : 2) + (round % 7 === 0 ? 0 : 1)];
    if (template === undefined) return;
    digest.copy(template.message, template.offset);
    hash(digestName, template.message, 'buffer').copy(digest);
  });
  return digest;
}
