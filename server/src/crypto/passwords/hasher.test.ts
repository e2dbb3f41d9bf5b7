import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkHash, DEFAULT_HASH_SCHEMES } from '../../core/values/password-hash.ts';
import { createPasswordHasher } from './hasher.ts';

const hasher = createPasswordHasher();
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('hash', () => {
  it('given a password, when it is hashed, then the result is argon2id at the chosen cost with a fresh salt', async () => {
    const [first, second] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(second).not.toBe(first);
    expect(checkHash(first, DEFAULT_HASH_SCHEMES).scheme).toBe('argon2');
    expect(await hasher.verify('correct horse', first)).toBe(true);
    expect(await hasher.verify('correct horsf', first)).toBe(false);
  });

  it('given a password in one Unicode form, when it is typed in another, then it passes', async () => {
    const encoded = await hasher.hash('pa\u00dfwort Ame\u0301lie \ufb01n');
    expect(await hasher.verify('pa\u00dfwort Am\u00e9lie fin', encoded)).toBe(true);
    expect(await hasher.verify('pa\u00dfwort Amelie fin', encoded)).toBe(false);
  });

  it('given 1024 bytes, then they are hashed whole; given one more, then they are refused', async () => {
    const longest = 'é'.repeat(512);
    const encoded = await hasher.hash(longest);
    expect(await hasher.verify(longest, encoded)).toBe(true);
    expect(await hasher.verify(longest.slice(1), encoded)).toBe(false);
    for (const refused of [hasher.hash(`${longest}a`), hasher.verify(`${longest}a`, encoded)]) {
      await expect(refused).rejects.toMatchObject({ reason: 'password_too_long' });
    }
    await expect(hasher.verifyDummy(`${longest}a`)).rejects.toMatchObject({ reason: 'password_too_long' });
  });

  it('given a character that normalizes to eighteen, when the result is over 1 KiB, then it is refused', async () => {
    await expect(hasher.hash('\ufdfa'.repeat(40))).rejects.toMatchObject({ reason: 'password_too_long' });
  });

  it('given a lone surrogate, then it is refused rather than replaced', async () => {
    await expect(hasher.hash('secret\ud800')).rejects.toMatchObject({ reason: 'value_invalid' });
  });
});

describe('verify', () => {
  it('given a hash made elsewhere of the bytes as typed, then normalizing does not lock the user out', async () => {
    const typed = 'Ame\u0301lie';
    expect(await hasher.verify(typed, md5(typed))).toBe(true);
    expect(await hasher.verify(typed, md5(typed.normalize('NFKC')))).toBe(true);
    expect(await hasher.verify(typed, md5('Amelie'))).toBe(false);
    expect(await hasher.verify('\ufdfa'.repeat(40), md5('\ufdfa'.repeat(40)))).toBe(true);
  });

  it.each([
    ['plaintext', 'hash_unsupported'],
    ['$2b$10$short', 'hash_malformed'],
    [`$2b$31$${'a'.repeat(53)}`, 'hash_out_of_bounds'],
  ])('given the stored text %s, then the check is refused with %s', async (encoded, reason) => {
    await expect(hasher.verify('password', encoded)).rejects.toMatchObject({ reason });
  });
});

describe('verifyDummy', () => {
  it('given any password, then it never passes and takes the time of a real check', async () => {
    const timed = async (run: () => Promise<unknown>) => {
      const times: number[] = [];
      for (let round = 0; round < 7; round++) {
        const start = performance.now();
        expect(await run()).toBe(false);
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const encoded = await hasher.hash('correct horse');
    const real = await timed(() => hasher.verify('wrong', encoded));
    const dummy = await timed(() => hasher.verifyDummy('wrong'));
    expect(dummy).toBeGreaterThan(real / 3);
    expect(dummy).toBeLessThan(real * 3);
  });
});

describe('needsRehash', () => {
  it('given a hash as made today, then it is kept', async () => {
    expect(hasher.needsRehash(await hasher.hash('correct horse'))).toBe(false);
  });

  it.each([
    '$2b$12$GhvMmNVjRW29ulnudl.LbuAnUtN/LRfe1JsBm1Xu6LE3059z5Tr8m',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    '$argon2i$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$FGlXh8itGiEPkJl4VLoHXFF7l5JO1RPiRKoFjEigPqM',
    'not a hash',
  ])('given %s, then it is replaced', (encoded) => {
    expect(hasher.needsRehash(encoded)).toBe(true);
  });
});

describe('the lane of a hasher', () => {
  it('given room for one and one waiting, when four come at once, then two are refused and two are served', async () => {
    const small = createPasswordHasher({ concurrency: 1, queueLimit: 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => small.hash('correct horse')));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(outcomes[3]).toMatchObject({ reason: { reason: 'overloaded', details: { retryAfter: 1 } } });
    await expect(small.hash('correct horse')).resolves.toMatch(/^\$argon2id\$/);
  });
});
