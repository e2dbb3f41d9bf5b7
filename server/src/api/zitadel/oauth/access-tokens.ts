import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { UserCredential } from '../../../app/callers.ts';
import type { Clock } from '../../../app/ports/clock.ts';
import type { Random, Secrets } from '../../../app/ports/secrets.ts';
import type { AccessTokenType } from '../../../core/user/user.ts';
import { isJwt } from '../../shared/jwt-text.ts';
import { SIGNATURE, type SigningKeys } from './signing-keys.ts';

/** Milliseconds. Resource servers that only check the signature of a JWT believe it that long. */
const TOKEN_LIFETIME = 60 * 60 * 1000;

/** Marks opaque tokens, for us and for tools that look for leaked secrets. */
const PREFIX = 'tessera_at_';
/** Before what is sealed, so that nothing else that is sealed under the key passes for a token. */
const SEALED_AS = 'access token ';
const JWT_TYPE = 'at+jwt';
const LONGEST_TOKEN = 4096;
/** Seconds that the clocks of processes may be apart. */
const CLOCK_TOLERANCE = 30;
/** Verified JWTs kept in memory, so that the next call costs no signature check. */
const CACHED_TOKENS = 10_000;

/** With what a machine asked for a token. */
export interface Proof {
  readonly kind: 'key' | 'secret';
  readonly id: string;
  /** Epoch milliseconds; a secret has no end of its own. */
  readonly expiresAt: number | null;
}

/** What a token says. Whether it is still good is asked of the record at every use. */
export interface AccessClaims {
  readonly userId: string;
  readonly credential: Extract<UserCredential, { kind: Proof['kind'] }>;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly jti: string;
}

export interface IssuedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface AccessTokensOptions {
  readonly keys: SigningKeys;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly random: Pick<Random, 'hex'>;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

/** Makes and reads the access tokens of machines. Nothing is stored: a token ends with the key or secret it was for. */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #verified = new LRUCache<string, AccessClaims>({ max: CACHED_TOKENS });

  constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  /** @returns null when the proof ends too soon for a token. @throws DomainError `store_unavailable` */
  async issue(userId: string, type: AccessTokenType, proof: Proof): Promise<IssuedToken | null> {
    const { clock, random } = this.#options;
    const issuedAt = Math.floor(clock() / 1000) * 1000;
    const ends = Math.min(issuedAt + TOKEN_LIFETIME, proof.expiresAt ?? Number.POSITIVE_INFINITY);
    const expiresAt = Math.floor(ends / 1000) * 1000;
    if (expiresAt <= issuedAt) return null;
    const credential = { kind: proof.kind, id: proof.id, expiresAt };
    const claims: AccessClaims = { userId, credential, issuedAt, jti: random.hex(16) };
    const token = type === 'jwt' ? await this.#signed(claims) : this.#sealed(claims);
    return { token, expiresIn: (expiresAt - issuedAt) / 1000 };
  }

  /** @returns null for anything but a token of ours that has not expired. @throws DomainError `store_unavailable` */
  async read(token: string): Promise<AccessClaims | null> {
    if (token.length > LONGEST_TOKEN) return null;
    const claims = token.startsWith(PREFIX) ? this.#opened(token) : await this.#checked(token);
    return claims !== null && this.#options.clock() < claims.credential.expiresAt ? claims : null;
  }

  #sealed(claims: AccessClaims): string {
    return `${PREFIX}${this.#options.secrets.seal(`${SEALED_AS}${JSON.stringify(claims)}`)}`;
  }

  #opened(token: string): AccessClaims | null {
    let text: string;
    try {
      text = this.#options.secrets.open(token.slice(PREFIX.length));
    } catch {
      return null;
    }
    return text.startsWith(SEALED_AS) ? (JSON.parse(text.slice(SEALED_AS.length)) as AccessClaims) : null;
  }

  async #signed({ userId, credential, issuedAt, jti }: AccessClaims): Promise<string> {
    const { kid, key } = await this.#options.keys.signer();
    const issuer = this.#options.publicUrl();
    return new SignJWT({ client_id: userId, credential: `${credential.kind}:${credential.id}` })
      .setProtectedHeader({ alg: SIGNATURE, typ: JWT_TYPE, kid })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(userId)
      .setIssuedAt(issuedAt / 1000)
      .setNotBefore(issuedAt / 1000)
      .setExpirationTime(credential.expiresAt / 1000)
      .setJti(jti)
      .sign(key);
  }

  async #checked(token: string): Promise<AccessClaims | null> {
    const known = this.#verified.get(token);
    if (known !== undefined) return known;
    const kid = keyIdOf(token);
    const key = kid === null ? null : await this.#options.keys.verifier(kid);
    if (key === null) return null;
    const issuer = this.#options.publicUrl();
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [SIGNATURE],
        issuer,
        audience: issuer,
        typ: JWT_TYPE,
        requiredClaims: ['sub', 'iat', 'exp', 'jti', 'credential'],
        currentDate: new Date(this.#options.clock()),
        // For the beginning; the end is looked at whenever it is read.
        clockTolerance: CLOCK_TOLERANCE,
      });
      const { sub = '', iat = 0, exp = 0, jti = '' } = payload;
      const [, kind, id = ''] = /^(key|secret):(.+)$/.exec(String(payload.credential)) ?? [];
      const claims: AccessClaims = {
        userId: sub,
        credential: { kind: kind === 'key' ? 'key' : 'secret', id, expiresAt: exp * 1000 },
        issuedAt: iat * 1000,
        jti,
      };
      this.#verified.set(token, claims);
      return claims;
    } catch {
      return null;
    }
  }
}

/** The key that a JWT of ours names; it is looked for among our own, whatever else the header says. */
function keyIdOf(token: string): string | null {
  if (!isJwt(token)) return null;
  try {
    const { kid, alg, typ } = decodeProtectedHeader(token);
    return alg === SIGNATURE && typ === JWT_TYPE && typeof kid === 'string' ? kid : null;
  } catch {
    return null;
  }
}
