import { hash } from 'node:crypto';
import type { HashParams } from '../../core/values/password-hash.ts';
import { sameBytes } from './same-bytes.ts';

/** One unsalted MD5 in hexadecimal. */
export function verifyMd5Plain(params: HashParams['md5plain'], password: Uint8Array): boolean {
  return sameBytes(hash('md5', password, 'buffer'), Buffer.from(params.digest, 'hex'));
}

/** One MD5 with the salt before or after the password; the salt is taken as it is spelled, not decoded. */
export function verifyMd5Salted(params: HashParams['md5salted'], password: Uint8Array): boolean {
  const salt = Buffer.from(params.salt);
  const message = params.position === 'prefix' ? [salt, password] : [password, salt];
  return sameBytes(hash('md5', Buffer.concat(message), 'buffer'), Buffer.from(params.digest, 'base64'));
}
