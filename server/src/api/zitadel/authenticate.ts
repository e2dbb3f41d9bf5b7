import type { Caller } from '../../app/callers.ts';
import { answered } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { ZitadelServices } from './method.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { SECTION } from './section.ts';
import { refusal, StatusError } from './status-error.ts';

const SCHEME = 'Bearer ';
const MISSING = { code: STATUS_CODES.unauthenticated, message: 'auth header missing' } as const;

/** Who calls, and the organization it acts in. */
export interface Identity {
  readonly caller: Caller;
  readonly organizationId: string;
}

export type TokenServices = Pick<ZitadelServices, 'users' | 'secrets' | 'accessTokens'>;

/** Whose token it is. Whether that user may still act with it is asked of the record. */
export interface PresentedToken {
  readonly caller: Extract<Caller, { kind: 'user' }>;
  /** Epoch milliseconds, where they are known. */
  readonly issuedAt: number | null;
  readonly expiresAt: number | null;
  readonly jti: string | null;
}

/**
 * The holder of a bearer token: an access token, or a personal one.
 *
 * @returns null for one that is unknown or, by what it says itself, has expired
 */
export async function callerOfToken(
  { users, secrets, accessTokens }: TokenServices,
  token: string,
): Promise<PresentedToken | null> {
  const access = await accessTokens.read(token);
  if (access !== null) {
    const { userId, credential, issuedAt, jti } = access;
    const { expiresAt } = credential;
    return { caller: { kind: 'user', userId, credential, section: SECTION }, issuedAt, expiresAt, jti };
  }
  const digest = secrets.tokenDigest(token);
  const user = await users.find({ claim: claimKeys.token(digest), section: SECTION });
  const known = user?.credentials.tokens.find((candidate) => candidate.digest === digest);
  if (user === null || known === undefined) return null;
  return {
    caller: { kind: 'user', userId: user.id, credential: { kind: 'token', digest }, section: SECTION },
    issuedAt: known.createdAt,
    expiresAt: known.expiresAt,
    jti: known.id ?? null,
  };
}

/**
 * Authenticates a call by its access token or personal access token, then checks the organization it asks to act in.
 *
 * @param authorization the `Authorization` header
 * @param organizationId the `x-zitadel-orgid` header
 * @throws StatusError for a header that is missing or malformed, or an unknown organization
 * @throws DomainError `unauthenticated` for a token that is unknown, expired or withdrawn, or whose user may not act
 */
export async function identify(
  services: TokenServices,
  authorization: string | undefined,
  organizationId: string | undefined,
): Promise<Identity> {
  if (authorization === undefined) throw new StatusError(MISSING);
  const parts = authorization.split(SCHEME);
  const token = parts[1];
  if (token === undefined || parts.length !== 2) throw invalidHeader();

  const { users } = services;
  const presented = await callerOfToken(services, token);
  if (presented === null) throw new DomainError('unauthenticated');
  const { caller } = presented;
  const actor = await users.actor(caller);
  if (organizationId === undefined) return { caller, organizationId: actor.organizationId ?? '' };
  const organization = await answered(users.directory.find(organizationId));
  if (organization?.sections[SECTION] === undefined) throw unknownOrganization();
  return { caller, organizationId };
}

const invalidHeader = () => refusal(STATUS_CODES.unauthenticated, 'AUTH-toLo1', 'invalid auth header');
const unknownOrganization = () => refusal(STATUS_CODES.permissionDenied, 'AUTH-Bs7Ds', "Organisation doesn't exist");
