import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { HashParams } from '../../core/values/password-hash.ts';
import { sameBytes } from './same-bytes.ts';

const derive = promisify(pbkdf2);

/** PBKDF2 over HMAC with SHA-1 or SHA-2. */
export async function verifyPbkdf2(params: HashParams['pbkdf2'], password: Uint8Array): Promise<boolean> {
  const expected = Buffer.from(params.digest, 'base64');
  const salt = Buffer.from(params.salt, 'base64');
  return sameBytes(await derive(password, salt, params.rounds, expected.length, params.digestName), expected);
}
