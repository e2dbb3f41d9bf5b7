import { generateKeyPairSync, hash, randomBytes } from 'node:crypto';
import { encodeCBOR } from '@levischuck/tiny-cbor';

/** What a browser is asked for, as far as an authenticator looks at it. */
export interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly authenticatorSelection: { readonly userVerification: string };
}

/** What is wrong with an answer. */
export interface Deviation {
  readonly origin?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly rpId?: string;
  /** The user touched it, and nothing more. */
  readonly unverified?: boolean;
  readonly absent?: boolean;
  readonly algorithm?: number;
  readonly format?: string;
  readonly statement?: Map<string, string | number | Uint8Array | Uint8Array[]>;
  readonly publicKeyBytes?: number;
}

export interface RegistrationAnswer {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string };
  readonly clientExtensionResults: object;
}

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };
const ES256 = -7;

/** An authenticator without hardware: one credential (ES256), and no word of who made it. */
export class Authenticator {
  readonly #id: Buffer;

  constructor(id: Buffer = randomBytes(32)) {
    this.#id = id;
  }

  get credentialId(): string {
    return this.#id.toString('base64url');
  }

  /** What a browser on a page of the relying party would send for `navigator.credentials.create`. */
  register({ challenge, rp, authenticatorSelection }: CreationOptions, wrong: Deviation = {}): RegistrationAnswer {
    const clientData = {
      type: wrong.type ?? 'webauthn.create',
      challenge: wrong.challenge ?? challenge,
      origin: wrong.origin ?? (rp.id === 'localhost' ? 'http://localhost:3000' : `https://${rp.id}`),
      crossOrigin: false,
    };
    const isVerified = !wrong.unverified && authenticatorSelection.userVerification === 'required';
    const attestation = new Map<string, Parameters<typeof encodeCBOR>[0]>([
      ['fmt', wrong.format ?? 'none'],
      ['attStmt', wrong.statement ?? new Map()],
      ['authData', this.#authenticatorData(wrong.rpId ?? rp.id, isVerified, wrong)],
    ]);
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key',
      response: {
        clientDataJSON: Buffer.from(JSON.stringify(clientData)).toString('base64url'),
        attestationObject: Buffer.from(encodeCBOR(attestation)).toString('base64url'),
      },
      clientExtensionResults: {},
    };
  }

  #authenticatorData(rpId: string, isVerified: boolean, wrong: Deviation): Uint8Array {
    const flags = FLAGS.attested | (wrong.absent ? 0 : FLAGS.present) | (isVerified ? FLAGS.verified : 0);
    const idLength = Buffer.alloc(2);
    idLength.writeUInt16BE(this.#id.length);
    return Buffer.concat([
      hash('sha256', rpId, 'buffer'),
      Buffer.from([flags]),
      Buffer.alloc(4),
      Buffer.alloc(16),
      idLength,
      this.#id,
      publicKey(wrong),
    ]);
  }
}

/** A COSE key of two coordinates on P-256. */
function publicKey({ algorithm = ES256, publicKeyBytes = 32 }: Deviation): Uint8Array {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return encodeCBOR(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, algorithm],
      [-1, 1],
      [-2, publicKeyBytes === 32 ? bytesOf(x) : new Uint8Array(publicKeyBytes)],
      [-3, bytesOf(y)],
    ]),
  );
}

/** Plain bytes: a buffer may stand for more than it shows. */
function bytesOf(base64url: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}
