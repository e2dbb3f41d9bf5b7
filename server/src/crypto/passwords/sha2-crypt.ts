import { createHash } from 'node:crypto';
import type { HashParams } from '../../core/values/password-hash.ts';
import { cryptRounds, fill } from './crypt-rounds.ts';
import { encodeCrypt64 } from './crypt64.ts';
import { sameText } from './same-bytes.ts';

type Sha2 = HashParams['sha2']['digestName'];

function digestOf(name: Sha2, parts: Iterable<Uint8Array>): Buffer {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function* repeated(part: Uint8Array, times: number): Generator<Uint8Array> {
  for (let count = 0; count < times; count++) yield part;
}

/** One part per binary digit of the password's length, lowest first. */
function* byLengthBits(password: Uint8Array, one: Uint8Array): Generator<Uint8Array> {
  for (let length = password.length; length > 0; length >>= 1) yield (length & 1) === 1 ? one : password;
}

/** The byte order in which SHA-crypt spells its digest: triples whose members turn by one place each time. */
function* spelledOrder(name: Sha2): Generator<number> {
  let triple: readonly [number, number, number] = name === 'sha256' ? [0, 10, 20] : [0, 21, 42];
  for (let count = 0; count < (name === 'sha256' ? 10 : 21); count++) {
    const [a, b, c] = triple;
    yield* [c, b, a];
    triple = name === 'sha256' ? [c + 1, a + 1, b + 1] : [b + 1, c + 1, a + 1];
  }
  yield* name === 'sha256' ? [30, 31] : [63];
}

/** SHA-crypt (`$5$`, `$6$`) as specified by Ulrich Drepper. */
export async function verifySha2Crypt(params: HashParams['sha2'], password: Uint8Array): Promise<boolean> {
  const { digestName: name, rounds } = params;
  const salt = Buffer.from(params.salt);
  const alternate = digestOf(name, [password, salt, password]);
  const start = [password, salt, fill(alternate, password.length), ...byLengthBits(password, alternate)];
  const first = digestOf(name, start);
  const passwordBytes = fill(digestOf(name, repeated(password, password.length)), password.length);
  const saltBytes = fill(digestOf(name, repeated(salt, 16 + (first[0] ?? 0))), salt.length);
  const digest = await cryptRounds(name, first, passwordBytes, saltBytes, rounds);
  return sameText(encodeCrypt64(Uint8Array.from(spelledOrder(name), (index) => digest[index] ?? 0)), params.digest);
}
