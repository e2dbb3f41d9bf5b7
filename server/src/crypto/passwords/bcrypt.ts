import { verify } from '@node-rs/bcrypt';
import type { HashParams } from '../../core/values/password-hash.ts';

const MAX_PASSWORD_BYTES = 72;
const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The last character of a salt carries two bits; some old writers left rubbish in the other four. */
function canonicalSalt(salt: string): string {
  return salt.slice(0, -1) + ALPHABET.charAt(ALPHABET.indexOf(salt.slice(-1)) & 0b110000);
}

/** Refuses passwords over 72 bytes: bcrypt would ignore the rest, so that another password would pass as well. */
export async function verifyBcrypt(params: HashParams['bcrypt'], password: Uint8Array): Promise<boolean> {
  if (password.length > MAX_PASSWORD_BYTES) return false;
  const cost = String(params.cost).padStart(2, '0');
  return verify(password, `$${params.variant}$${cost}$${canonicalSalt(params.salt)}${params.digest}`);
}
