import { hash } from 'node:crypto';

/** Hexadecimal digits. */
const LENGTH = 32;

/** The id of the session that a code or a pairing starts: always the same one, so that it can start only one. */
export function sessionIdOf(kind: 'code' | 'pairing', id: string): string {
  return hash('sha256', JSON.stringify([kind, id]), 'hex').slice(0, LENGTH);
}
