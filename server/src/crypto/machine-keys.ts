import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { MachineKeys } from '../app/ports/machine-keys.ts';
import { DomainError } from '../core/errors.ts';
import { createLane } from './passwords/lane.ts';

const BITS = 2048;
/** A longer key would make every check of a signature dear. */
const MOST_BITS = 4096;
/** A small exponent makes some signatures easy to forge, and 1 all of them. */
const LEAST_EXPONENT = 65_537n;
const MOST_EXPONENT = 2n ** 32n;
const LONGEST_PEM = 8 * 1024;

/** Making one takes a processor for up to half a second. */
const AT_ONCE = 1;
const MOST_WAITING = 16;

/** Only these; of a private key Node would make a public one without a word. */
const PUBLIC_PEM = /^\s*-----BEGIN (RSA )?PUBLIC KEY-----[\sA-Za-z0-9+/=]+-----END (RSA )?PUBLIC KEY-----\s*$/;

const generate = promisify(generateKeyPair);

export function createMachineKeys(): MachineKeys {
  const lane = createLane({ concurrency: AT_ONCE, queueLimit: MOST_WAITING });
  return {
    generate: () =>
      lane.run(() =>
        generate('rsa', {
          modulusLength: BITS,
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
        }),
      ),
    read(pem) {
      const text = Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength).toString('latin1');
      const key = text.length <= LONGEST_PEM && PUBLIC_PEM.test(text) ? parse(text) : null;
      if (key === null || !isStrong(key)) throw new DomainError('public_key_invalid');
      return key.export({ type: 'spki', format: 'pem' }).toString();
    },
  };
}

function parse(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    return null;
  }
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  return (
    asymmetricKeyType === 'rsa' &&
    modulusLength >= BITS &&
    modulusLength <= MOST_BITS &&
    publicExponent >= LEAST_EXPONENT &&
    publicExponent < MOST_EXPONENT &&
    publicExponent % 2n === 1n
  );
}
