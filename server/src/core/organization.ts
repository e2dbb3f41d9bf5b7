import type { EventType } from './user/events.ts';
import type { HashScheme } from './values/password-hash.ts';
import { DEFAULT_HASH_SCHEMES } from './values/password-hash-schemes.ts';
import { type ComplexityPolicy, DEFAULT_COMPLEXITY } from './values/password-policy.ts';

/** Rules for sign-in, each organization's own. */
export interface Policies {
  readonly complexity: ComplexityPolicy;
  /** Failed password checks after which a user is locked; 0 means never. */
  readonly maxPasswordAttempts: number;
  /** Answers to a wrong current password do not say how often it was wrong. */
  readonly hidesFailedAttempts?: boolean;
  readonly passwordHashes: readonly HashScheme[];
  /** Login names end in a domain of the organization, and a username is unique in it alone. */
  readonly userLoginMustBeDomain?: boolean;
}

export const DEFAULT_POLICIES: Policies = {
  complexity: DEFAULT_COMPLEXITY,
  maxPasswordAttempts: 0,
  passwordHashes: DEFAULT_HASH_SCHEMES,
};

/** The tenant that owns users, as the core sees it. `sections` belong to the dialects that are switched on for it. */
export interface Organization extends Policies {
  readonly id: string;
  readonly name: string;
  /** Which contacts at most one of its users may hold. */
  readonly unique: { readonly email: boolean; readonly phone: boolean };
  /** Verified domains, the primary one first: no other organization's user may take a username that ends in one. Lower case. */
  readonly domains: readonly string[];
  readonly roles: readonly RoleDefinition[];
  /** Where its users may have identities besides; those of the built-in organization are everybody's. Absent is none. */
  readonly identityProviders?: readonly IdentityProvider[];
  /** Who is told of which events of its users. Absent is nobody. */
  readonly subscriptions?: readonly Subscription[];
  readonly sections: Readonly<Record<string, unknown>>;
  /** Absent in what only the code describes. */
  readonly history?: OrganizationHistory;
}

/** Somebody outside who is told of events of an organization's users. */
export interface Subscription {
  /** Id of the receiver, such as `webhook:300000000000000001:crm`. */
  readonly receiver: string;
  readonly events: readonly EventType[];
}

/** When an organization was made and changed, in epoch milliseconds, and by whom it was made. */
export interface OrganizationHistory {
  /** Number of its last change; counts from 1. */
  readonly sequence: number;
  readonly createdAt: number;
  readonly changedAt: number;
  /** Who asked for it through an API; absent for those of the setup file. */
  readonly founding?: Founding;
  /** The latest changes that were asked for through an API, oldest first. */
  readonly changes?: readonly SettingsChange[];
}

/** Who changed something in the settings of an organization, when, and what. */
export interface SettingsChange {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `user:<id>` or `client:<id>`. */
  readonly actor: string;
  readonly dialect: string;
  readonly requestId: string;
  /** Such as `create-role`. */
  readonly operation: string;
}

export interface Founding {
  /** `user:<id>` or `client:<id>`. */
  readonly actor: string;
  readonly dialect: string;
  readonly requestId: string;
  /** The idempotency key it was asked for with, by which a repetition knows it: two keyed digests. */
  readonly key?: string;
  readonly fingerprint?: string;
}

/** Another place where people prove who they are. Its id is its own in the whole instance. */
export interface IdentityProvider {
  readonly id: string;
  readonly name: string;
}

/** A role of the organization's own; what it allows follows from its permissions. */
export interface RoleDefinition extends Held {
  readonly id: string;
  readonly guid: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: string | null;
  readonly builtIn: boolean;
  /** Such as `USER.READ`. */
  readonly permissions: readonly string[];
}

/** What users hold by a name that stands in their records. */
export interface Held {
  /** By which clients know it; may change. */
  readonly code: string;
  /**
   * The name in the records of its holders: the code unless given. It never changes, and nothing else ever gets it, so
   * nobody holds what is made later under a code that was free again.
   */
  readonly heldAs?: string;
}

export function holdingName({ code, heldAs }: Held): string {
  return heldAs ?? code;
}

/** Everything about tenants that a decision needs, held in memory. */
export interface Directory {
  organization(id: string): Organization | undefined;
  /** Id of the organization that owns a verified domain. */
  domainOwner(domain: string): string | undefined;
  readonly usernameScope: 'instance' | 'organization';
}
