import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '../app/ports/secrets.ts';

const CODE_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const CODE_LENGTH = 6;

export const random: Random = {
  code: () => Array.from({ length: CODE_LENGTH }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join(''),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};
