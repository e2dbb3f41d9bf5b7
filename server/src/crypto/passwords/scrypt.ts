import { type ScryptOptions, scrypt } from 'node:crypto';
import type { HashParams } from '../../core/values/password-hash.ts';
import { encodeCrypt64 } from './crypt64.ts';
import { sameBytes, sameText } from './same-bytes.ts';

const CRYPT_DIGEST_BYTES = 32;

function derive(password: Uint8Array, salt: Uint8Array, length: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** scrypt as a PHC-like string or in crypt's `$7$` form. */
export async function verifyScrypt(params: HashParams['scrypt'], password: Uint8Array): Promise<boolean> {
  const { r, p } = params;
  const N = 2 ** params.logN;
  // What the algorithm holds at once; Node refuses to start above its limit, by default 32 MiB.
  const options = { N, r, p, maxmem: 128 * r * (N + p + 2) };
  if (params.encoding === 'crypt') {
    const key = await derive(password, Buffer.from(params.salt), CRYPT_DIGEST_BYTES, options);
    return sameText(encodeCrypt64(key), params.digest);
  }
  const expected = Buffer.from(params.digest, 'base64');
  return sameBytes(await derive(password, Buffer.from(params.salt, 'base64'), expected.length, options), expected);
}
