import { describe, expect, it } from 'vitest';
import { DomainError, type Reason } from '../errors.ts';
import { checkHash, DEFAULT_HASH_SCHEMES, HASH_SCHEMES, parseHash, parseStoredHash } from './password-hash.ts';

const SALT = 'c29tZXNhbHQ';
const KEY = 'wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA';

function reasonOf(run: () => unknown): Reason | 'accepted' {
  try {
    run();
    return 'accepted';
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
}

const bcrypt = (cost: string, variant = '2b') => `$${variant}$${cost}$${'a'.repeat(21)}u${'b'.repeat(31)}`;
const argon2 = (costs: string, variant = 'argon2id') => `$${variant}$v=19$${costs}$${SALT}$${KEY}`;
const scrypt = (costs: string) => `$scrypt$${costs}$${SALT}$${KEY}`;
const pbkdf2 = (rounds: number, digest = '-sha256', key = KEY) => `$pbkdf2${digest}$${rounds}$${SALT}$${key}`;
const sha512 = (rounds: number) => `$6$rounds=${rounds}$salt$${'a'.repeat(86)}`;
const phpass = (count: string) => `$P$${count}saltsalt${'a'.repeat(22)}`;
const drupal7 = (count: string) => `$S$${count}saltsalt${'a'.repeat(43)}`;

describe('parseHash', () => {
  it.each([
    [bcrypt('10', '2y'), { scheme: 'bcrypt', params: { variant: '2y', cost: 10 } }],
    [
      argon2('m=19456,t=2,p=1'),
      { scheme: 'argon2', params: { variant: 'argon2id', version: 19, memory: 19_456, passes: 2, lanes: 1 } },
    ],
    [`$argon2i$m=8192,t=3,p=4$${SALT}$${KEY}`, { scheme: 'argon2', params: { variant: 'argon2i', version: 16 } }],
    [scrypt('ln=16,r=8,p=1'), { scheme: 'scrypt', params: { encoding: 'phc', logN: 16, r: 8, p: 1, salt: SALT } }],
    [
      '$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D',
      { scheme: 'scrypt', params: { encoding: 'crypt', logN: 14, r: 8, p: 1, salt: 'SodiumChloride' } },
    ],
    ['$7$ln=16,r=8,p=1$c2FsdA$'.concat(KEY), { scheme: 'scrypt', params: { encoding: 'phc', logN: 16 } }],
    [pbkdf2(1000, ''), { scheme: 'pbkdf2', params: { digestName: 'sha1', rounds: 1000 } }],
    [
      `$pbkdf2-sha384$1000$ab.+$${KEY.replaceAll('+', '.')}=`,
      { scheme: 'pbkdf2', params: { digestName: 'sha384', salt: 'ab++', digest: KEY } },
    ],
    [`$5$salt$${'a'.repeat(43)}`, { scheme: 'sha2', params: { digestName: 'sha256', rounds: 5000, salt: 'salt' } }],
    [sha512(1400), { scheme: 'sha2', params: { digestName: 'sha512', rounds: 1400 } }],
    [phpass('B'), { scheme: 'phpass', params: { logRounds: 13, salt: 'saltsalt' } }],
    [drupal7('D'), { scheme: 'drupal7', params: { logRounds: 15, salt: 'saltsalt' } }],
    [`$1$salt$${'a'.repeat(22)}`, { scheme: 'md5', params: { salt: 'salt' } }],
    ['5F4DCC3B5AA765D61D8327DEB882CF99', { params: { digest: '5f4dcc3b5aa765d61d8327deb882cf99' } }],
    [
      '$md5salted-prefix$c2FsdA==$0M2MYNUmNumHqqQ+kmuTUQ==',
      { scheme: 'md5salted', params: { position: 'prefix', salt: 'c2FsdA==', digest: '0M2MYNUmNumHqqQ+kmuTUQ' } },
    ],
  ])('given %s, then it is described', (encoded, expected) => {
    expect(parseHash(encoded)).toMatchObject(expected);
  });

  it.each([
    bcrypt('10').slice(0, -1),
    `${bcrypt('10')}x`,
    `$argon2id$v=20$m=19456,t=2,p=1$${SALT}$${KEY}`,
    `$argon2id$v=19$t=2,m=19456,p=1$${SALT}$${KEY}`,
    `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${KEY}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${KEY}AA`,
    `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$c2hvcnQ`,
    '$scrypt$ln=16,r=8$c2FsdA$aaaa',
    '$7$C6..../....SodiumChloride$short',
    `$pbkdf2-sha256$$${SALT}$${KEY}`,
    `${pbkdf2(1212)}$`,
    `$5$salt$${'a'.repeat(86)}`,
    `$6$seventeencharacts$${'a'.repeat(86)}`,
    '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r!L0',
    drupal7('D').slice(0, -1),
    `$1$ninechars$${'a'.repeat(22)}`,
    '$md5salted-suffix$$R58+SD/95ORa9VZ9BPS5FA==',
    `$6$salt$${'a'.repeat(86)}\n`,
    `$pbkdf2$1000$${SALT}$${'A'.repeat(600)}`,
  ])('given %j, then it is malformed', (encoded) => {
    expect(reasonOf(() => parseHash(encoded))).toBe('hash_malformed');
  });

  it.each(['', 'secret', '$2x$10$abc', '$argon2d$v=19$m=8192,t=1,p=1$a$b', '$y$j9T$a$b', '$md5salted$a$b', 'ab12'])(
    'given %j, then its scheme is not supported',
    (encoded) => {
      expect(reasonOf(() => parseHash(encoded))).toBe('hash_unsupported');
    },
  );
});

describe('checkHash', () => {
  it('given the default schemes, when another known scheme comes, then it is refused even if malformed', () => {
    expect(reasonOf(() => checkHash(scrypt('ln=16,r=8,p=1'), DEFAULT_HASH_SCHEMES))).toBe('hash_unsupported');
    expect(reasonOf(() => checkHash('$scrypt$', DEFAULT_HASH_SCHEMES))).toBe('hash_unsupported');
    expect(checkHash(bcrypt('12'), DEFAULT_HASH_SCHEMES).scheme).toBe('bcrypt');
    expect(checkHash(argon2('m=19456,t=2,p=1'), DEFAULT_HASH_SCHEMES).scheme).toBe('argon2');
  });

  it.each([
    bcrypt('10'),
    bcrypt('14'),
    argon2('m=8192,t=1,p=1'),
    argon2('m=65536,t=10,p=16'),
    argon2('m=262144,t=2,p=4'),
    scrypt('ln=14,r=8,p=1'),
    scrypt('ln=18,r=8,p=1'),
    scrypt('ln=14,r=32,p=5'),
    pbkdf2(1000),
    pbkdf2(2_000_000),
    pbkdf2(1_000_000, ''),
    sha512(1000),
    sha512(200_000),
    phpass('5'),
    phpass('F'),
    drupal7('5'),
    drupal7('F'),
    `$1$salt$${'a'.repeat(22)}`,
    'a'.repeat(32),
  ])('given %s at the edge of its bounds, then it is accepted', (encoded) => {
    expect(reasonOf(() => checkHash(encoded, HASH_SCHEMES))).toBe('accepted');
  });

  it.each([
    bcrypt('09'),
    bcrypt('15'),
    bcrypt('31'),
    argon2('m=8191,t=1,p=1'),
    argon2('m=262145,t=1,p=1'),
    argon2('m=4194304,t=1,p=1'),
    argon2('m=8192,t=0,p=1'),
    argon2('m=8192,t=11,p=1'),
    argon2('m=65537,t=10,p=1'),
    argon2('m=8192,t=1,p=17'),
    argon2('m=8192,t=99999999999999999999,p=1'),
    scrypt('ln=13,r=8,p=1'),
    scrypt('ln=19,r=8,p=1'),
    scrypt('ln=18,r=9,p=1'),
    scrypt('ln=14,r=7,p=1'),
    scrypt('ln=14,r=33,p=1'),
    scrypt('ln=14,r=8,p=17'),
    scrypt('ln=14,r=32,p=6'),
    scrypt('ln=99999,r=8,p=1'),
    pbkdf2(999),
    pbkdf2(2_000_001),
    pbkdf2(1_000_001, ''),
    sha512(999),
    sha512(200_001),
    phpass('4'),
    phpass('G'),
    drupal7('4'),
    drupal7('G'),
  ])('given %s just beyond its bounds, then it is refused', (encoded) => {
    expect(reasonOf(() => checkHash(encoded, HASH_SCHEMES))).toBe('hash_out_of_bounds');
  });
});

describe('parseStoredHash', () => {
  it('given a hash weaker than is accepted today, then it can still be checked', () => {
    expect(parseStoredHash(bcrypt('05')).params).toMatchObject({ cost: 5 });
  });

  it('given a hash dearer than one check may be, then it is refused', () => {
    expect(reasonOf(() => parseStoredHash(bcrypt('15')))).toBe('hash_out_of_bounds');
  });
});
