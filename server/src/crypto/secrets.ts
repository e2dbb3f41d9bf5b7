import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { Secrets } from '../app/ports/secrets.ts';

const NONCE_SIZE = 12;
const TAG_SIZE = 16;

/** Everything the instance key is used for, each under a key of its own derived from it. */
export function createSecrets(instanceKey: Buffer): Secrets {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', instanceKey, Buffer.alloc(0), `tessera ${purpose}`, 32));
  const sealing = derive('seal');
  // Made once: a key given as bytes is turned into this at every use, which costs more than the digest.
  const codes = createSecretKey(derive('code'));
  const digests = createSecretKey(derive('digest'));
  const mac = (key: KeyObject, parts: readonly string[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  return {
    signingKey: derive('token'),
    seal: (plain) => seal(sealing, plain),
    open: (sealed) => open(sealing, sealed),
    codeDigest: (userId, purpose, code) => mac(codes, [userId, purpose, code]),
    secretDigest: (purpose, secret) => mac(digests, [purpose, secret]),
    tokenDigest,
    keyCheck: mac(digests, ['key check']),
  };
}

/** Digest under which a token is stored and looked up. Tokens are long and random, so it needs no key. */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64url');
}

function seal(key: Buffer, plain: string): string {
  const nonce = randomBytes(NONCE_SIZE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

function open(key: Buffer, text: string): string {
  const sealed = Buffer.from(text, 'base64url');
  // Decoding passes over what is no base64url, and over unused bits at the end.
  if (sealed.toString('base64url') !== text) throw new Error('not a sealed text');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_SIZE), { authTagLength: TAG_SIZE });
  decipher.setAuthTag(sealed.subarray(-TAG_SIZE));
  const body = sealed.subarray(NONCE_SIZE, -TAG_SIZE);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
