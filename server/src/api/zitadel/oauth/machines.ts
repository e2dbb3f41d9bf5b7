import { createPublicKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../app/ports/clock.ts';
import type { Secrets } from '../../../app/ports/secrets.ts';
import type { Users } from '../../../app/users.ts';
import { claimKeys, isUniqueAnywhere } from '../../../core/user/claims.ts';
import type { User } from '../../../core/user/user.ts';
import { codePoints, isWellFormedText } from '../../../core/values/text.ts';
import { isJwt } from '../../shared/jwt-text.ts';
import { MACHINE_SECRET } from '../machine-secret.ts';
import { SECTION } from '../section.ts';
import type { Proof } from './access-tokens.ts';

/** The one algorithm of the keys that machines have. */
const ALGORITHM = 'RS256';
const LONGEST_ASSERTION = 8 * 1024;
const LONGEST_ID = 200;
/** Seconds since it was made that an assertion is good for, and by which clocks may differ. */
const MOST_AGE = 60 * 60;
const TOLERANCE = 30;
const CACHED_KEYS = 1_000;

/** A machine that has proved who it is. */
export interface Machine {
  readonly user: User;
  readonly proof: Proof;
}

export interface MachinesOptions {
  readonly users: Users;
  readonly secrets: Pick<Secrets, 'secretDigest'>;
  readonly clock: Clock;
  readonly publicUrl: () => string;
}

/**
 * Tells machines by what they prove themselves with. Unknown ones take the same work as known ones, and whatever is
 * wrong, the answer is the same.
 */
export class Machines {
  readonly #options: MachinesOptions;
  readonly #keys = new LRUCache<string, KeyObject>({ max: CACHED_KEYS });
  /** Compared with where there is nobody: no private key fits it, no secret has it. */
  readonly #nobodysKey = randomKey();
  readonly #nobodysDigest: string;

  constructor(options: MachinesOptions) {
    this.#options = options;
    this.#nobodysDigest = options.secrets.secretDigest(MACHINE_SECRET, '');
  }

  /**
   * By a JWT that it signed with its key: `kid` names the key, `iss` and `sub` the machine, `aud` this server. It may be
   * presented again while it lasts, which is an hour at most: what it gives is no more than its maker holds anyway.
   *
   * @throws DomainError `store_unavailable`
   */
  async ofAssertion(assertion: string): Promise<Machine | null> {
    const said = saidBy(assertion);
    if (said === null) return null;
    const { users, clock, publicUrl } = this.#options;
    const user = await users.find({ id: said.userId, kind: 'machine', section: SECTION });
    const now = clock();
    const key = user?.credentials.keys.find(({ id, expiresAt }) => id === said.keyId && now < expiresAt);
    const issuer = publicUrl();
    try {
      await jwtVerify(assertion, key === undefined ? this.#nobodysKey : this.#keyOf(key.publicKey), {
        algorithms: [ALGORITHM],
        issuer: said.userId,
        subject: said.userId,
        audience: [issuer, `${issuer}/`],
        requiredClaims: ['exp', 'iat'],
        maxTokenAge: MOST_AGE,
        clockTolerance: TOLERANCE,
        currentDate: new Date(now),
      });
    } catch {
      return null;
    }
    if (user === null || key === undefined) return null;
    return this.#asLongAsActive(user, { kind: 'key', id: key.id, expiresAt: key.expiresAt });
  }

  /** By its username, or its id, and its secret. @throws DomainError `store_unavailable` */
  async ofSecret(clientId: string, clientSecret: string): Promise<Machine | null> {
    const { users, secrets } = this.#options;
    const digest = secrets.secretDigest(MACHINE_SECRET, clientSecret);
    if (!canBeId(clientId)) return null;
    const target = { kind: 'machine', section: SECTION } as const;
    const found = await Promise.all([
      ...this.#claimsOf(clientId).map((claim) => users.find({ ...target, claim })),
      users.find({ ...target, id: clientId }),
    ]);
    const fitting = found.filter(
      (user) => sameText(digest, user?.credentials.secret?.digest ?? this.#nobodysDigest) && user !== null,
    );
    const [user] = fitting;
    if (!user?.credentials.secret) return null;
    return this.#asLongAsActive(user, { kind: 'secret', id: user.credentials.secret.id, expiresAt: null });
  }

  /** Where names are unique per organization only, a domain after the last `@` tells which one is meant. */
  #claimsOf(name: string): string[] {
    const { directory } = this.#options.users;
    const claims = directory.usernameScope === 'instance' ? [claimKeys.username(directory, '', name)] : [];
    const at = name.lastIndexOf('@');
    const owner = at < 0 ? undefined : directory.domainOwner(name.slice(at + 1).toLowerCase());
    if (owner === undefined || isUniqueAnywhere(directory, owner)) return claims;
    return [...claims, ...[name, name.slice(0, at)].map((each) => claimKeys.username(directory, owner, each))];
  }

  #asLongAsActive(user: User, proof: Proof): Machine | null {
    return user.state === 'active' ? { user, proof } : null;
  }

  #keyOf(pem: string): KeyObject {
    let key = this.#keys.get(pem);
    if (key === undefined) {
      key = createPublicKey(pem);
      this.#keys.set(pem, key);
    }
    return key;
  }
}

/** Who the maker of an assertion says to be, before it is known to be true. */
function saidBy(assertion: string): { readonly userId: string; readonly keyId: string } | null {
  if (assertion.length > LONGEST_ASSERTION || !isJwt(assertion)) return null;
  try {
    const { kid, typ, alg } = decodeProtectedHeader(assertion);
    const { iss, sub } = decodeJwt(assertion);
    const isPlain = typ === undefined || /^(?:application\/)?jwt$/i.test(typ);
    if (!isPlain || alg !== ALGORITHM || typeof kid !== 'string') return null;
    if (typeof sub !== 'string' || iss !== sub || !canBeId(sub)) return null;
    return { userId: sub, keyId: kid };
  } catch {
    return null;
  }
}

/** Databases cannot even be asked for other texts. */
function canBeId(text: string): boolean {
  return text !== '' && codePoints(text) <= LONGEST_ID && isWellFormedText(text);
}

/** Checking a signature against it costs what it costs against any other key. */
function randomKey(): KeyObject {
  const modulus = randomBytes(256);
  modulus.writeUInt8(0xff, 0);
  modulus.writeUInt8(0x01, 255);
  return createPublicKey({ key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' }, format: 'jwk' });
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
