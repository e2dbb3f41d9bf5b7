import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../core/errors.ts';
import { createMachineKeys } from './machine-keys.ts';

const keys = createMachineKeys();
const pem = (text: string | Buffer): Uint8Array => Buffer.from(text);
const spki = { type: 'spki', format: 'pem' } as const;

function reasonOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof DomainError ? error.reason : error;
  }
}

describe('a new key pair', () => {
  it('is RSA of 2048 bits, each half in its own form', async () => {
    const { publicKey, privateKey } = await keys.generate();
    expect(privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(keys.read(pem(publicKey))).toBe(publicKey);
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    expect(verify('sha256', Buffer.from('text'), publicKey, signature)).toBe(true);
  });

  it('is refused when too many are wanted at once', async () => {
    const lane = createMachineKeys();
    const outcomes = await Promise.allSettled(Array.from({ length: 19 }, () => lane.generate()));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  });
});

describe('a key that somebody made', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it('is kept in one form', () => {
    const stored = publicKey.export(spki);
    expect(keys.read(pem(publicKey.export({ type: 'pkcs1', format: 'pem' })))).toBe(stored);
    expect(keys.read(pem(`\n${stored}\n`))).toBe(stored);
    expect(createPublicKey(String(stored)).equals(publicKey)).toBe(true);
  });

  const jwk = publicKey.export({ format: 'jwk' });
  const withExponent = (e: string) => createPublicKey({ key: { ...jwk, e }, format: 'jwk' }).export(spki);
  const odd: Record<string, () => string | Buffer> = {
    'a private key': () => privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'a private key of the other form': () => privateKey.export({ type: 'pkcs1', format: 'pem' }),
    'a short key': () => generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki),
    'an exponent of 1': () => withExponent('AQ'),
    'an exponent of 3': () => withExponent('Aw'),
    'an even exponent': () => withExponent('AQAC'),
    'another kind of key': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(spki),
    'two keys': () => `${publicKey.export(spki)}${publicKey.export(spki)}`,
    'a key cut short': () => String(publicKey.export(spki)).slice(0, 200),
    'no key': () => 'ssh-rsa AAAA',
    nothing: () => '',
    'far too much': () => `${' '.repeat(9_000)}${publicKey.export(spki)}`,
  };
  it.each(Object.entries(odd))('is not %s', (_name, text) => {
    expect(reasonOf(() => keys.read(pem(text())))).toBe('public_key_invalid');
  });
});
