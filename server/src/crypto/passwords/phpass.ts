import { hash } from 'node:crypto';
import type { HashParams } from '../../core/values/password-hash.ts';
import { encodeCrypt64 } from './crypt64.ts';
import { sameText } from './same-bytes.ts';
import { repeatSliced } from './sliced.ts';

async function iterate(
  digestName: 'md5' | 'sha512',
  params: HashParams['phpass'],
  password: Uint8Array,
): Promise<Buffer> {
  const first = hash(digestName, Buffer.concat([Buffer.from(params.salt), password]), 'buffer');
  const message = Buffer.concat([first, password]);
  await repeatSliced(2 ** params.logRounds, () => {
    hash(digestName, message, 'buffer').copy(message);
  });
  return message.subarray(0, first.length);
}

/** The portable hash of phpass (`$P$`, phpBB's `$H$`). */
export async function verifyPhpass(params: HashParams['phpass'], password: Uint8Array): Promise<boolean> {
  return sameText(encodeCrypt64(await iterate('md5', params, password)), params.digest);
}

const DRUPAL_MAX_PASSWORD_BYTES = 512;

/** Drupal 7's variant (`$S$`): SHA-512, its spelling cut short; Drupal itself never hashed over 512 bytes. */
export async function verifyDrupal7(params: HashParams['drupal7'], password: Uint8Array): Promise<boolean> {
  if (password.length > DRUPAL_MAX_PASSWORD_BYTES) return false;
  const encoded = encodeCrypt64(await iterate('sha512', params, password));
  return sameText(encoded.slice(0, params.digest.length), params.digest);
}
