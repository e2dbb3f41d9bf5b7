import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../app/ports/secrets.ts';

const DIGITS = '0123456789';
const CODE_ALPHABET = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${DIGITS}`;
const CODE_LENGTH = 6;
const LINK_ALPHABET = `${CODE_ALPHABET}abcdefghijklmnopqrstuvwxyz`;
const LINK_LENGTH = 12;

export const random: Random = {
  code: () => pick(CODE_ALPHABET, CODE_LENGTH),
  linkCode: () => pick(LINK_ALPHABET, LINK_LENGTH),
  digits: (length) => pick(DIGITS, length),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
