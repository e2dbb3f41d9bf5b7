import { type InstanceSettings, OrganizationDirectory } from '../../app/directory.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { ConfigurationChange, OrganizationRow, Store } from '../../app/ports/store.ts';
import type { Users } from '../../app/users.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Organization } from '../../core/organization.ts';
import { claimsOf } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';

/** What the setup makes of the configuration. */
export interface Wanted {
  readonly organizations: readonly Organization[];
  readonly instance: InstanceSettings;
}

export interface ConfigureOptions {
  readonly store: Pick<Store, 'configure'>;
  readonly users: Pick<Users, 'directory'>;
  readonly clock: Clock;
}

/** How often it is begun anew because other processes changed the configuration meanwhile. */
const ATTEMPTS = 50;

/**
 * Brings the configuration to what is wanted of it; where that is new, all processes are told by the revision, and the
 * directory of this one is as new. Claims are derived anew when what must be unique is not what they were derived by.
 *
 * @param wanted called again for the configuration that another process has left
 * @returns what was wanted at last
 * @throws ConfigError when what shall be unique is not
 */
export async function configure<T extends Wanted>(
  { store, users, clock }: ConfigureOptions,
  wanted: (before: OrganizationDirectory) => T,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await users.directory.latest();
    const next = wanted(before);
    const change = changeOf(before, next, clock());
    const clashes = change === null ? [] : await store.configure(change);
    if (clashes === null) continue;
    if (clashes.length > 0) {
      const keys = clashes.map((key) => JSON.stringify(key)).join(', ');
      throw new ConfigError(`the setup asks for unique values that several users hold: ${keys}`);
    }
    await users.directory.latest();
    return next;
  }
  throw new ConfigError('the setup cannot be applied: other processes keep changing the configuration');
}

/** @returns `null` when everything is as it is wanted */
function changeOf(before: OrganizationDirectory, wanted: Wanted, now: number): ConfigurationChange | null {
  const directory = new OrganizationDirectory(wanted.organizations, wanted.instance);
  const claims = directory.uniqueness;
  const organizations = wanted.organizations.flatMap((entry) => rowOf(entry, before.organization(entry.id), now) ?? []);
  const instance = JSON.stringify({ ...wanted.instance, claims });
  if (organizations.length === 0 && instance === JSON.stringify(before.instance)) return null;
  return {
    organizations,
    instance,
    expectedRevision: before.revision,
    ...(before.instance.claims !== claims && { claimsOf: (user: User) => claimsOf(user, directory) }),
  };
}

/** The organization as it is to be stored, with what it has been through; `null` when it is stored so already. */
function rowOf(wanted: Organization, stored: Organization | undefined, now: number): OrganizationRow | null {
  const { history: _, ...next } = wanted;
  const { history, ...known }: Partial<Organization> = stored ?? {};
  if (history !== undefined && JSON.stringify(next) === JSON.stringify(known)) return null;
  const changed =
    history === undefined
      ? { sequence: 1, createdAt: now, changedAt: now }
      : { ...history, sequence: history.sequence + 1, changedAt: now };
  return { id: wanted.id, settings: JSON.stringify({ ...next, history: changed }) };
}
