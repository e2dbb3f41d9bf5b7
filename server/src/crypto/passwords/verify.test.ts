import { hash } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { parseHash } from '../../core/values/password-hash.ts';
import { verifyHash } from './verify.ts';

const LINE = 'a very much longer text to encrypt.  This one even stretches over morethan one line.';
const GREEK = '\u0399\u03c9\u03b1\u03bd\u03bd\u03b7\u03c2';

/** Published vectors: [source, password, hash]. */
const VECTORS = [
  ['crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['crypt_blowfish', '', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
  ['passlib bcrypt', 'password', '$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m'],
  ['argon2i 1.0', 'password', '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ'],
  ['argon2i', 'password', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA'],
  ['argon2i p=2', 'password', '$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E'],
  ['argon2id', 'password', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
  ['libsodium', 'pleaseletmein', '$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D'],
  ['passlib', 'password', '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E'],
  ['passlib', 'password', '$pbkdf2$1212$OB.dtnSEXZK8U5cgxU/GYQ$y5LKPOplRmok7CZp/aqVDVg8zGI'],
  ['passlib', GREEK, '$pbkdf2$1212$THDqatpidANpadlLeTeOEg$HV3oi1k5C5LQCgG1BMOL.BX4YZc'],
  ['authelia', 'password', '$pbkdf2-sha224$100000$qRzrfXPp6ilID9bO89rJkA$akPivgY3p3gLDj8Kd7agycHkM5b0xlTxeLEsqg'],
  ['passlib', 'password', '$pbkdf2-sha256$1212$4vjV83LKPjQzk31VI4E0Vw$hsYF68OiOUPdDZ1Fg.fJPeq1h/gXXY7acBp9/6c.tmQ'],
  [
    'passlib',
    'password',
    '$pbkdf2-sha512$1212$RHY0Fr3IDMSVO/RSZyb5ow$eNLfBK.eVozomMr.1gYa17k9B7KIK25NOEshvhrSX.esqY3s.FvWZViXz4KoLlQI.BzY/YTNJOiKc5gBYFYGww',
  ],
  ['SHA-crypt', 'Hello world!', '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'],
  ['SHA-crypt', 'Hello world!', '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA'],
  [
    'SHA-crypt',
    'Hello world!',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    'SHA-crypt',
    LINE,
    '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
  ],
  ['php', 'foo', '$6$$QMXjqd7rHQZPQ1yHsXkQqC1FBzDiVfTHXL.LaeDAeVV.IzMaV9VU4MQ8kPuZa2SOP1A0RPm772EaFYjpEJtdu.'],
  ['nimcrypt', 'Hello world!', '$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1'],
  ['nimcrypt', LINE, '$1$anotherl$K6Vw1g4o5xCrk48TD5civ.'],
  ['phpass', 'test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'],
  ['phpBB', '123456', '$H$9PE8jEklgZhgLmZl5.HYJAzfGCQtzi1'],
  ['passlib', '', '$P$7JaFQsPzJSuenezefD/3jHgt5hVfNH0'],
  ['Drupal 5-count', 'DifficultPassword123', '$S$5FIcboyzv1ZD/OZDb4w/4HSlnsPlwbr/PWLWrHPWrJp8eXOQQaWJ'],
  ['Drupal D-count', 'thanks', '$S$DkIkdKLIvRK0iVHm99X7B/M8QC17E1Tp/kMOd1Ie8V/PgWjtAZld'],
  ['md5 of password', 'password', '5f4dcc3b5aa765d61d8327deb882cf99'],
  ['md5salted', 'Test1000!', '$md5salted-suffix$c2FsdA==$R58+SD/95ORa9VZ9BPS5FA=='],
  ['md5salted', 'Test1000!', '$md5salted-prefix$c2FsdA==$0M2MYNUmNumHqqQ+kmuTUQ=='],
] as const;

const check = (password: string, encoded: string) => verifyHash(parseHash(encoded), Buffer.from(password));

describe('verifyHash', () => {
  it.each(VECTORS)(
    'given a vector of %s, when the password is %j, then only that password passes',
    async (...vector) => {
      const [, password, encoded] = vector;
      expect(await check(password, encoded)).toBe(true);
      expect(await check(`${password}x`, encoded)).toBe(false);
      expect(await check(password === '' ? 'y' : password.slice(1), encoded)).toBe(false);
    },
  );

  it('given a bcrypt hash whose salt has stray bits, then they are left out as when it was made', async () => {
    expect(await check('U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC/E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')).toBe(true);
  });

  it('given bcrypt, when the password has 73 bytes, then the first 72 do not let it pass', async () => {
    const base = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    const encoded = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui';
    expect(await check(base, encoded)).toBe(true);
    expect(await check(`${base}c`, encoded)).toBe(false);
  });

  it('given bcrypt, when 37 characters take 74 bytes, then bytes count', async () => {
    const encoded = await hash('é'.repeat(37), { cost: 4 });
    expect(await check('é'.repeat(36), encoded)).toBe(true);
    expect(await check('é'.repeat(37), encoded)).toBe(false);
  });

  it('given Drupal, when the password is over 512 bytes, then it does not pass', async () => {
    expect(await check('t'.repeat(513), '$S$5FIcboyzv1ZD/OZDb4w/4HSlnsPlwbr/PWLWrHPWrJp8eXOQQaWJ')).toBe(false);
  });

  it('given a costly legacy hash, when it is checked, then the event loop turns many times meanwhile', async () => {
    const encoded = `$6$rounds=60000$salt$${'a'.repeat(86)}`;
    let done = false;
    const checked = check('password', encoded).finally(() => {
      done = true;
    });
    let turns = 0;
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    expect(await checked).toBe(false);
    expect(turns).toBeGreaterThan(5);
  });
});
