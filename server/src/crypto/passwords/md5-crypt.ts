import { hash } from 'node:crypto';
import type { HashParams } from '../../core/values/password-hash.ts';
import { cryptRounds, fill } from './crypt-rounds.ts';
import { encodeCrypt64 } from './crypt64.ts';
import { sameText } from './same-bytes.ts';

const ROUNDS = 1000;
const SPELLED_ORDER = [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];

/** FreeBSD's md5-crypt (`$1$`). */
export async function verifyMd5Crypt(params: HashParams['md5'], password: Uint8Array): Promise<boolean> {
  const salt = Buffer.from(params.salt);
  const alternate = hash('md5', Buffer.concat([password, salt, password]), 'buffer');
  const start = [password, Buffer.from('$1$'), salt, fill(alternate, password.length)];
  for (let length = password.length; length > 0; length >>= 1) {
    // The original takes a zero byte where its text suggests the digest; every implementation follows it.
    start.push((length & 1) === 1 ? Buffer.alloc(1) : password.subarray(0, 1));
  }
  const first = hash('md5', Buffer.concat(start), 'buffer');
  const digest = await cryptRounds('md5', first, password, salt, ROUNDS);
  return sameText(encodeCrypt64(Uint8Array.from(SPELLED_ORDER, (index) => digest[index] ?? 0)), params.digest);
}
