import { hash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../app/ports/clock.ts';
import { isJwt } from './jwt-text.ts';

/** Verified tokens kept in memory, so that a client's next call costs no signature check. */
const CACHED_TOKENS = 10_000;
const LONGEST_TOKEN = 4096;

export interface ClientToken {
  readonly clientId: string;
  readonly scope: string;
  /** Fingerprint of the secret it was issued for: another secret ends it. */
  readonly credential: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface ClientTokens {
  /** A signed token (JWT, HS256), which its bearer can read. */
  issue(client: Pick<ClientToken, 'clientId' | 'scope' | 'credential'>): Promise<string>;
  /** @returns null for anything but a token of this audience that has not expired */
  verify(token: string): Promise<ClientToken | null> | ClientToken | null;
}

export interface ClientTokenOptions {
  readonly signingKey: Uint8Array;
  /** Keeps the tokens of one API out of the others. */
  readonly audience: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly clock: Clock;
}

/**
 * Access tokens of API clients. They say who the client is; whether it still exists, with the secret it had, is asked at
 * every use.
 */
export function createClientTokens(options: ClientTokenOptions): ClientTokens {
  const { signingKey, audience, lifetime, clock } = options;
  const verified = new LRUCache<string, ClientToken>({ max: CACHED_TOKENS });

  const check = async (token: string): Promise<ClientToken | null> => {
    try {
      const { payload } = await jwtVerify(token, signingKey, {
        algorithms: ['HS256'],
        audience,
        issuer: 'tessera',
        typ: 'at+jwt',
        requiredClaims: ['sub', 'exp', 'scope', 'credential'],
        currentDate: new Date(clock()),
      });
      const { sub, exp, scope, credential } = payload;
      if (sub === undefined || exp === undefined) return null;
      if (typeof scope !== 'string' || typeof credential !== 'string') return null;
      const found = { clientId: sub, scope, credential, expiresAt: exp * 1000 };
      verified.set(token, found);
      return found;
    } catch {
      return null;
    }
  };

  return {
    issue: ({ clientId, scope, credential }) => {
      const now = Math.floor(clock() / 1000);
      return new SignJWT({ scope, credential })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setIssuer('tessera')
        .setAudience(audience)
        .setSubject(clientId)
        .setIssuedAt(now)
        .setExpirationTime(now + lifetime)
        .sign(signingKey);
    },
    verify: (token) => {
      const known = verified.get(token);
      if (known !== undefined) return clock() < known.expiresAt ? known : null;
      return token.length > LONGEST_TOKEN || !isJwt(token) ? null : check(token);
    },
  };
}

/** What a token tells of the secret it was issued for, whose keyed digest this is; nothing can be learnt from it. */
export function fingerprintOf(secretDigest: string): string {
  return hash('sha256', `client token ${secretDigest}`, 'base64url').slice(0, 22);
}
