import type { Codes } from '../../app/codes.ts';
import type { OrganizationSettings } from '../../app/organization-settings.ts';
import type { Pairings } from '../../app/pairings.ts';
import type { Clock, NextId } from '../../app/ports/clock.ts';
import type { PasswordHasher } from '../../app/ports/password-hasher.ts';
import type { Random, Secrets } from '../../app/ports/secrets.ts';
import type { KeyLifetimes, SessionKeys } from '../../app/ports/session-keys.ts';
import type { Store } from '../../app/ports/store.ts';
import type { RateLimits } from '../../app/rate-limits.ts';
import type { Repeats } from '../../app/repeats.ts';
import type { TargetRef } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import type { User } from '../../core/user/user.ts';
import { type Brand, type Brands, JFRAMEWORK } from './brands.ts';
import { DAY } from './day.ts';

/** What this dialect is built from. */
export interface JFrameworkServices {
  readonly users: Users;
  readonly hasher: PasswordHasher;
  readonly limits: RateLimits;
  readonly codes: Codes;
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'secretDigest'>;
  readonly store: Pick<Store, 'commit' | 'configure' | 'user' | 'shortLived' | 'replaceShortLived'>;
  readonly sessionKeys: SessionKeys;
  readonly random: Pick<Random, 'hex' | 'code'>;
  readonly nextId: NextId;
  readonly clock: Clock;
}

/** What its operations are built from. */
export interface Context extends JFrameworkServices {
  readonly brands: Brands;
  readonly settings: OrganizationSettings;
  readonly pairings: Pairings;
  readonly repeats: Repeats;
}

/** An Auth-Key lives 30 days, the key that renews it 60. */
export const KEY_LIFETIMES: KeyLifetimes = { key: 30 * DAY, refresh: 60 * DAY };

/** How long the package of a new user lasts, and a password under the policy level High. */
export const PACKAGE_LIFETIME = 30 * DAY;
export const HIGH_PASSWORD_LIFETIME = 90 * DAY;

/** A person of the brand; anybody else is a missing user. */
export function inBrand(brand: Brand, by: { readonly id: string } | { readonly claim: string }): TargetRef {
  return { ...by, organizationId: brand.organization.id, kind: 'human', section: JFRAMEWORK };
}

/** The referrer of a user. It is said but once, so it may be looked up before a change is decided. */
export async function parentOf(users: Users, user: User, brand: Brand): Promise<User | null> {
  const { referrer } = user.membership;
  return referrer === null ? null : users.find(inBrand(brand, { id: referrer }));
}
