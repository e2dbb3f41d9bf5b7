import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecrets, tokenDigest } from './secrets.ts';

const secrets = createSecrets(Buffer.alloc(32, 1));
const others = createSecrets(Buffer.alloc(32, 2));

describe('sealing', () => {
  it('gives back what was sealed, never sealed twice alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
        const sealed = secrets.seal(plain);
        expect(secrets.open(sealed)).toBe(plain);
        expect(secrets.seal(plain)).not.toBe(sealed);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it('shows any tampering, byte by byte', () => {
    const sealed = Buffer.from(secrets.seal('the code is QX7PLM'), 'base64url');
    for (let at = 0; at < sealed.length; at += 1) {
      for (const bit of [1, 128]) {
        const forged = Buffer.from(sealed);
        forged[at] = (forged[at] ?? 0) ^ bit;
        expect(() => secrets.open(forged.toString('base64url')), `byte ${at}`).toThrow();
      }
    }
  });

  it('has one spelling, and no shorter or longer one', () => {
    for (const plain of ['', 'a', 'ab', 'abc']) {
      const sealed = secrets.seal(plain);
      for (const text of [
        `${sealed}=`,
        ` ${sealed}`,
        `${sealed}A`,
        sealed.slice(0, -1),
        sealed.slice(0, 10),
        '',
        '!',
      ]) {
        expect(() => secrets.open(text), JSON.stringify(text)).toThrow();
      }
      const lastBits = sealed.slice(0, -1) + String.fromCharCode(sealed.charCodeAt(sealed.length - 1) ^ 1);
      expect(() => secrets.open(lastBits)).toThrow();
    }
  });

  it('needs the same key', () => {
    expect(() => others.open(secrets.seal('x'))).toThrow();
    expect(createSecrets(Buffer.alloc(32, 1)).open(secrets.seal('x'))).toBe('x');
  });
});

describe('digests', () => {
  it('of codes are bound to user, purpose and key', () => {
    const digest = secrets.codeDigest('1', 'email', 'ABC123');
    expect(secrets.codeDigest('1', 'email', 'ABC123')).toBe(digest);
    const different = [
      secrets.codeDigest('2', 'email', 'ABC123'),
      secrets.codeDigest('1', 'phone', 'ABC123'),
      secrets.codeDigest('1', 'email', 'ABC124'),
      secrets.codeDigest('1e', 'email', 'ABC123'),
      others.codeDigest('1', 'email', 'ABC123'),
      secrets.secretDigest('email', 'ABC123'),
    ];
    expect(new Set([digest, ...different]).size).toBe(different.length + 1);
  });

  it('of secrets are bound to their purpose, wherever it ends', () => {
    expect(secrets.secretDigest('a', 'bc')).not.toBe(secrets.secretDigest('ab', 'c'));
    expect(secrets.secretDigest('a', 'b')).toBe(secrets.secretDigest('a', 'b'));
  });

  it('of tokens are plain SHA-256', () => {
    expect(tokenDigest('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('tell keys apart, and use no key twice', () => {
    expect(secrets.keyCheck).not.toBe(others.keyCheck);
    expect(secrets.signingKey).toHaveLength(32);
    expect(Buffer.from(secrets.signingKey)).not.toEqual(Buffer.alloc(32, 1));
  });
});
