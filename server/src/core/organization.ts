import type { HashScheme } from './values/password-hash.ts';
import type { ComplexityPolicy } from './values/password-policy.ts';

/** The tenant that owns users, as the core sees it. `sections` belong to the dialects that are switched on for it. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** Which contacts at most one of its users may hold. */
  readonly unique: { readonly email: boolean; readonly phone: boolean };
  readonly complexity: ComplexityPolicy;
  /** Failed password checks after which a user is locked; 0 means never. */
  readonly maxPasswordAttempts: number;
  readonly passwordHashes: readonly HashScheme[];
  /** Verified domains: no other organization's user may take a username that ends in one. Lower case. */
  readonly domains: readonly string[];
  readonly roles: readonly RoleDefinition[];
  readonly sections: Readonly<Record<string, unknown>>;
}

/** A role of the organization's own, held by code; what it allows follows from its permissions. */
export interface RoleDefinition {
  readonly id: string;
  readonly guid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: string | null;
  readonly builtIn: boolean;
  /** Such as `USER.READ`. */
  readonly permissions: readonly string[];
}

/** Everything about tenants that a decision needs, held in memory. */
export interface Directory {
  organization(id: string): Organization | undefined;
  /** Id of the organization that owns a verified domain. */
  domainOwner(domain: string): string | undefined;
  readonly usernameScope: 'instance' | 'organization';
}
