import type { PasswordHash } from './password-hash-schemes.ts';

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;

/** Whether the costs lie in the range that the scheme itself, or clients' own configuration, allows. */
export function isWithinPolicy({ scheme, params }: PasswordHash): boolean {
  switch (scheme) {
    case 'bcrypt':
      return within(params.cost, 10, 16);
    case 'argon2':
      return within(params.memory, 8192, 524_288) && within(params.passes, 1, 10) && within(params.lanes, 1, 16);
    case 'scrypt':
      return within(params.logN, 14, 20) && within(params.r, 8, 32) && within(params.p, 1, 16);
    case 'pbkdf2':
      return within(params.rounds, 1000, 10_000_000);
    case 'sha2':
      return within(params.rounds, 1000, 999_999_999);
    case 'phpass':
    case 'drupal7':
      return within(params.logRounds, 7, 30);
    case 'md5':
    case 'md5plain':
    case 'md5salted':
      return true;
  }
}

// One check may take one second and 256 MiB. The limits below are what a server of 2 cores (about 3 GHz, Node 24) does
// in that time, with room for a slower machine; seconds are of one core, with a password of 1 KiB.

/** Working memory of argon2 and scrypt. */
const MAX_MEMORY_KIB = 262_144;
/** 14 takes 0.8 s and is a usual default elsewhere; each step doubles it. */
const MAX_BCRYPT_COST = 14;
/** KiB times passes: 0.2 s in memory already mapped, up to 0.9 s in fresh pages. Lanes share the work. */
const MAX_ARGON2_WORK = 655_360;
/** N times r times p: 0.6 to 0.8 s. */
const MAX_SCRYPT_WORK = 3_000_000;
/** Rounds times blocks: 0.7 s with SHA-512, 0.3 s with SHA-256, which takes three times that without CPU support. */
const MAX_PBKDF2_WORK = 2_000_000;
/** 0.7 s with SHA-512, 0.4 s with SHA-256, in slices on the main thread. */
const MAX_SHA2_ROUNDS = 200_000;
/** 2^17 rounds of phpass take 0.3 s, of Drupal's variant 0.2 s, in slices on the main thread. */
const MAX_LOG_ROUNDS = 17;

const PBKDF2_BYTES = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const;

/** Whether one verification stays below one second and 256 MiB. */
export function isAffordable({ scheme, params }: PasswordHash): boolean {
  switch (scheme) {
    case 'bcrypt':
      return params.cost <= MAX_BCRYPT_COST;
    case 'argon2':
      return params.memory <= MAX_MEMORY_KIB && params.memory * params.passes <= MAX_ARGON2_WORK;
    case 'scrypt': {
      const memoryKib = (2 ** params.logN * params.r) / 8;
      return memoryKib <= MAX_MEMORY_KIB && 2 ** params.logN * params.r * params.p <= MAX_SCRYPT_WORK;
    }
    case 'pbkdf2': {
      // A digest longer than the hash function's own takes the whole number of rounds again for each further block.
      const blocks = Math.ceil(Math.floor((params.digest.length * 3) / 4) / PBKDF2_BYTES[params.digestName]);
      return params.rounds * blocks <= MAX_PBKDF2_WORK;
    }
    case 'sha2':
      return params.rounds <= MAX_SHA2_ROUNDS;
    case 'phpass':
    case 'drupal7':
      return params.logRounds <= MAX_LOG_ROUNDS;
    case 'md5':
    case 'md5plain':
    case 'md5salted':
      return true;
  }
}
