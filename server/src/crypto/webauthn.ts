import { hash } from 'node:crypto';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { ExpectedRegistration, JsonObject, RegistrationRequest, WebAuthn } from '../app/ports/webauthn.ts';
import type { AuthenticatorKey } from '../core/user/user.ts';
import { isOriginOf } from '../core/values/relying-party.ts';

/** EdDSA, ES256 and RS256 (COSE). */
const ALGORITHMS = [-8, -7, -257];
/** How long a browser waits for its user, in milliseconds. */
const TIMEOUT = 5 * 60 * 1000;
const MOST_USER_ID_BYTES = 64;
/** Bytes, as the specification has it. */
const LONGEST_CREDENTIAL_ID = 1023;
/** Bytes; a key of RSA with 4096 bits takes a quarter. */
const LONGEST_PUBLIC_KEY = 2048;
/** Characters of one member of an answer. */
const LONGEST_MEMBER = 128 * 1024;

// Loading the library takes a third of a second, which no start needs to wait for.
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');

export const webAuthn: WebAuthn = {
  async begin({ rpId, user, isPasskey, attachment, exclude }: RegistrationRequest) {
    const { generateRegistrationOptions } = await library();
    const options = await generateRegistrationOptions({
      rpName: rpId,
      rpID: rpId,
      userID: userHandle(user.id),
      userName: user.name,
      userDisplayName: user.displayName,
      timeout: TIMEOUT,
      attestationType: 'none',
      supportedAlgorithmIDs: [...ALGORITHMS],
      excludeCredentials: exclude.map((id) => ({ id })),
      authenticatorSelection: {
        residentKey: isPasskey ? 'required' : 'discouraged',
        userVerification: isPasskey ? 'required' : 'discouraged',
        ...(attachment !== null && { authenticatorAttachment: attachment }),
      },
    });
    return {
      options: JSON.parse(JSON.stringify(options)) as JsonObject,
      challenge: challengeDigest(options.challenge),
    };
  },

  async check(response: JsonObject, expected: ExpectedRegistration) {
    const answer = readAnswer(response);
    if (answer === null) return null;
    try {
      return await verify(answer, expected);
    } catch {
      // The library throws for every answer that is wrong, and for those that are no CBOR or JSON.
      return null;
    }
  },
};

/** Challenges are long and random, so the digest needs no key. */
function challengeDigest(challenge: string): string {
  return hash('sha256', challenge, 'base64url');
}

/** What an authenticator knows the user by: the id, or a digest of one that is too long for it. */
function userHandle(id: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(id);
  return bytes.length <= MOST_USER_ID_BYTES ? bytes : new Uint8Array(hash('sha256', id, 'buffer'));
}

async function verify(
  answer: RegistrationResponseJSON,
  expected: ExpectedRegistration,
): Promise<AuthenticatorKey | null> {
  const { verifyRegistrationResponse } = await library();
  const { decodeClientDataJSON, isoBase64URL } = await helpers();
  const { origin } = decodeClientDataJSON(answer.response.clientDataJSON);
  if (!isOriginOf(expected.rpId, origin)) return null;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...answer, response: await withoutStatement(answer.response) },
    expectedChallenge: (challenge) => challengeDigest(challenge) === expected.challenge,
    expectedOrigin: origin,
    expectedRPID: expected.rpId,
    requireUserVerification: expected.isPasskey,
    supportedAlgorithmIDs: [...ALGORITHMS],
  });
  if (!verified) return null;
  const { credential, aaguid } = registrationInfo;
  const idBytes = isoBase64URL.toBuffer(credential.id).length;
  if (idBytes === 0 || idBytes > LONGEST_CREDENTIAL_ID || credential.id !== answer.id) return null;
  if (credential.publicKey.length > LONGEST_PUBLIC_KEY) return null;
  const publicKey = isoBase64URL.fromBuffer(credential.publicKey);
  return { id: credential.id, publicKey, signCount: credential.counter, aaguid };
}

/**
 * The answer without what the maker of the authenticator says of it. It is not asked for, proves nothing to whoever
 * knows no makers, and the library would fetch lists of revoked certificates from wherever the certificates in it say.
 */
async function withoutStatement(
  response: RegistrationResponseJSON['response'],
): Promise<RegistrationResponseJSON['response']> {
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = await helpers();
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject)).get('authData');
  const bare = new Map<string, Parameters<typeof isoCBOR.encode>[0]>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ]);
  return { ...response, attestationObject: isoBase64URL.fromBuffer(isoCBOR.encode(bare)) };
}

/** The members that count, without the padding that some clients write. */
function readAnswer({ id, rawId, type, response }: JsonObject): RegistrationResponseJSON | null {
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return null;
  const members = [id, rawId, response['clientDataJSON'], response['attestationObject']].map(base64url);
  const [readId, readRawId, clientDataJSON, attestationObject] = members;
  if (!readId || !readRawId || !clientDataJSON || !attestationObject || type !== 'public-key') return null;
  return {
    id: readId,
    rawId: readRawId,
    type,
    response: { clientDataJSON, attestationObject },
    clientExtensionResults: {},
  };
}

function base64url(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_MEMBER) return null;
  const text = value.replace(/={1,2}$/, '');
  return /^[A-Za-z0-9_-]+$/.test(text) ? text : null;
}
