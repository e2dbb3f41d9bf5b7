import { type InstanceSettings, instanceSettingsOf, OrganizationDirectory } from '../../app/directory.ts';
import type { Configuration, OrganizationRow, Store } from '../../app/ports/store.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Organization } from '../../core/organization.ts';
import { claimsOf } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';

/** What the setup makes of the configuration. */
export interface Wanted {
  readonly organizations: readonly Organization[];
  readonly instance: InstanceSettings;
}

/** How often it is begun anew because other processes changed the configuration meanwhile. */
const ATTEMPTS = 50;

/**
 * Brings the configuration to what is wanted of it; where that is new, all processes are told by the revision. Claims
 * are derived anew when what must be unique is not what they were derived by.
 *
 * @param wanted called again for the configuration that another process has left
 * @throws ConfigError when what shall be unique is not
 */
export async function configure(
  store: Store,
  wanted: (before: Configuration) => Wanted,
  now: () => number,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await store.configuration();
    const clashes = await attemptWith(store, before, wanted(before), now());
    if (clashes === null) continue;
    if (clashes.length === 0) return;
    const keys = clashes.map((key) => JSON.stringify(key)).join(', ');
    throw new ConfigError(`the setup asks for unique values that several users hold: ${keys}`);
  }
  throw new ConfigError('the setup cannot be applied: other processes keep changing the configuration');
}

function attemptWith(
  store: Store,
  before: Configuration,
  { organizations, instance }: Wanted,
  now: number,
): Promise<string[] | null> {
  const stored = new Map(before.organizations.map((row) => [row.id, row.settings]));
  const directory = new OrganizationDirectory(organizations, instance);
  const claims = directory.uniqueness;
  const change = {
    organizations: organizations
      .map((entry) => rowOf(entry, stored.get(entry.id), now))
      .filter(({ id, settings }) => stored.get(id) !== settings),
    instance: JSON.stringify({ ...instance, claims }),
    ...(instanceSettingsOf(before.instance).claims === claims
      ? {}
      : { claimsOf: (user: User) => claimsOf(user, directory) }),
  };
  if (change.organizations.length === 0 && before.instance === change.instance) return Promise.resolve([]);
  return store.configure({ ...change, expectedRevision: before.revision });
}

/** The organization as it is stored, with what it has been through. */
function rowOf(wanted: Organization, stored: string | undefined, now: number): OrganizationRow {
  const { history: _, ...next } = wanted;
  const { history, ...known } =
    stored === undefined ? ({} as Partial<Organization>) : (JSON.parse(stored) as Organization);
  if (stored !== undefined && history !== undefined && JSON.stringify(next) === JSON.stringify(known)) {
    return { id: wanted.id, settings: stored };
  }
  const changed =
    history === undefined
      ? { sequence: 1, createdAt: now, changedAt: now }
      : { ...history, sequence: history.sequence + 1, changedAt: now };
  return { id: wanted.id, settings: JSON.stringify({ ...next, history: changed }) };
}
