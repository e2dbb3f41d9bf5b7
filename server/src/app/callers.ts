import { type Actor, authorize, SYSTEM } from '../access/policy.ts';
import { type Grant, grantsOf, mayDeleteSelf } from '../access/roles.ts';
import { DomainError } from '../core/errors.ts';
import type { Directory, Organization } from '../core/organization.ts';
import type { User } from '../core/user/user.ts';

/** Who asks, as its credential says. What it may do is looked up when the command is decided, not before. */
export type Caller =
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly credential: UserCredential;
      /** Dialect that must be switched on in the user's organization. */
      readonly section?: string;
    }
  | (OrganizationCaller & { readonly kind: 'client'; readonly clientId: string })
  | (OrganizationCaller & { readonly kind: 'anonymous' })
  | { readonly kind: 'system' };

/** A caller that is what the settings of an organization say. */
interface OrganizationCaller {
  readonly organizationId: string;
  readonly grants: readonly Grant[];
  /** Whether the settings, as they are now, still make it the caller it was when it was authenticated; must be pure. */
  readonly isCurrent: (organization: Organization | undefined) => boolean;
}

/** With a key or a secret a machine gets access tokens: `expiresAt` is that of the token it calls with. */
export type UserCredential =
  | { readonly kind: 'token'; readonly digest: string }
  | { readonly kind: 'key' | 'secret'; readonly id: string; readonly expiresAt: number }
  | { readonly kind: 'session'; readonly id: string; readonly digest: string }
  | LinkCredential;

/** What a client has let the user in with. `expiresAt` is in epoch milliseconds. */
export interface LinkCredential {
  readonly kind: 'link';
  readonly expiresAt: number;
  readonly giver: Caller;
}

export function callerUserId(caller: Caller): string | null {
  return caller.kind === 'user' ? caller.userId : null;
}

/** Name of the caller in histories and in the scope of idempotency keys. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case 'user':
      return `user:${caller.userId}`;
    case 'client':
      return `client:${caller.clientId}`;
    case 'anonymous':
      return `anonymous:${caller.organizationId}`;
    case 'system':
      return 'system';
  }
}

/**
 * The actor behind a caller at this moment.
 *
 * @param user the caller's own record when it is a user
 * @throws DomainError `unauthenticated` when the user is gone or not active, its credential was withdrawn, or the
 *   settings of its organization do not know the caller, or who let it in, any more; `no_permission` when who let it in
 *   may not change its record
 */
export function actorOf(caller: Caller, user: User | null, directory: Directory, now: number): Actor {
  switch (caller.kind) {
    case 'system':
      return SYSTEM;
    case 'client':
    case 'anonymous':
      if (!caller.isCurrent(directory.organization(caller.organizationId))) throw new DomainError('unauthenticated');
      return {
        name: callerName(caller),
        userId: null,
        organizationId: caller.organizationId,
        grants: caller.grants,
        deleteSelf: false,
      };
    case 'user': {
      if (user === null || user.state !== 'active' || !holdsCredential(user, caller.credential, now)) {
        throw new DomainError('unauthenticated');
      }
      const organization = directory.organization(user.organizationId);
      if (caller.credential.kind === 'link') return linkedActor(user, caller.credential, directory, now);
      if (caller.section !== undefined && organization?.sections[caller.section] === undefined) {
        throw new DomainError('unauthenticated');
      }
      return {
        name: callerName(caller),
        userId: user.id,
        organizationId: user.organizationId,
        grants: grantsOf(user, organization),
        deleteSelf: mayDeleteSelf(user),
      };
    }
  }
}

/**
 * A user whom a client has let in acts on its own record and has nothing of its roles. Whatever it does the client could
 * have done; otherwise a client could give itself a link to a user who may do more, and take that one over.
 */
function linkedActor(user: User, { giver }: LinkCredential, directory: Directory, now: number): Actor {
  const { id: userId, organizationId } = user;
  const grants = grantsOf(user, directory.organization(organizationId));
  authorize(actorOf(giver, null, directory, now), { userId, organizationId, grants }, ['contact']);
  return { name: `user:${userId}`, userId, organizationId, grants: [], deleteSelf: false };
}

function holdsCredential({ credentials }: User, credential: UserCredential, now: number): boolean {
  switch (credential.kind) {
    case 'token':
      return credentials.tokens.some(
        (token) => token.digest === credential.digest && (token.expiresAt === null || now < token.expiresAt),
      );
    case 'key':
      return (
        now < credential.expiresAt && credentials.keys.some((key) => key.id === credential.id && now < key.expiresAt)
      );
    case 'secret':
      return now < credential.expiresAt && credentials.secret?.id === credential.id;
    case 'link':
      return now < credential.expiresAt;
    case 'session':
      return credentials.sessions.some(
        (session) => session.id === credential.id && session.keyDigest === credential.digest && now < session.expiresAt,
      );
  }
}
