import type { PasswordHash } from '../../core/values/password-hash.ts';
import { verifyArgon2 } from './argon2.ts';
import { verifyBcrypt } from './bcrypt.ts';
import { verifyMd5Plain, verifyMd5Salted } from './md5.ts';
import { verifyMd5Crypt } from './md5-crypt.ts';
import { verifyPbkdf2 } from './pbkdf2.ts';
import { verifyDrupal7, verifyPhpass } from './phpass.ts';
import { verifyScrypt } from './scrypt.ts';
import { verifySha2Crypt } from './sha2-crypt.ts';

/**
 * Checks the bytes of a password against a parsed hash. bcrypt, argon2, scrypt and pbkdf2 run on Node's thread pool;
 * the legacy schemes run here, in slices of a few milliseconds.
 */
export async function verifyHash({ scheme, params }: PasswordHash, password: Uint8Array): Promise<boolean> {
  switch (scheme) {
    case 'bcrypt':
      return verifyBcrypt(params, password);
    case 'argon2':
      return verifyArgon2(params, password);
    case 'scrypt':
      return verifyScrypt(params, password);
    case 'pbkdf2':
      return verifyPbkdf2(params, password);
    case 'sha2':
      return verifySha2Crypt(params, password);
    case 'phpass':
      return verifyPhpass(params, password);
    case 'drupal7':
      return verifyDrupal7(params, password);
    case 'md5':
      return verifyMd5Crypt(params, password);
    case 'md5plain':
      return verifyMd5Plain(params, password);
    case 'md5salted':
      return verifyMd5Salted(params, password);
  }
}
