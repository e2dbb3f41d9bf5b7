import type { Caller } from '../../app/callers.ts';
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

/**
 * Authenticates a call by its personal access token, then checks the organization it asks to act in.
 *
 * @param authorization the `Authorization` header
 * @param organizationId the `x-zitadel-orgid` header
 * @throws StatusError for a header that is missing or malformed, or an unknown organization
 * @throws DomainError `unauthenticated` for a token that is unknown, expired or withdrawn, or whose user may not act
 */
export async function identify(
  { users, secrets }: Pick<ZitadelServices, 'users' | 'secrets'>,
  authorization: string | undefined,
  organizationId: string | undefined,
): Promise<Identity> {
  if (authorization === undefined) throw new StatusError(MISSING);
  const parts = authorization.split(SCHEME);
  const token = parts[1];
  if (token === undefined || parts.length !== 2) throw invalidHeader();

  const digest = secrets.tokenDigest(token);
  const user = await users.find({ claim: claimKeys.token(digest), section: SECTION });
  if (user === null) throw new DomainError('unauthenticated');
  const caller: Caller = { kind: 'user', userId: user.id, credential: { kind: 'token', digest }, section: SECTION };
  await users.actor(caller);
  if (organizationId === undefined) return { caller, organizationId: user.organizationId };
  if (users.directory.organization(organizationId)?.sections[SECTION] === undefined) throw unknownOrganization();
  return { caller, organizationId };
}

const invalidHeader = () => refusal(STATUS_CODES.unauthenticated, 'AUTH-toLo1', 'invalid auth header');
const unknownOrganization = () => refusal(STATUS_CODES.permissionDenied, 'AUTH-Bs7Ds', "Organisation doesn't exist");
