import {
  type InstanceSettings,
  instanceSettingsOf,
  loadDirectory,
  OrganizationDirectory,
} from '../../app/directory.ts';
import type { NextId } from '../../app/ports/clock.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Store } from '../../app/ports/store.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Setup } from '../../config/setup.ts';
import type { Organization } from '../../core/organization.ts';
import { claimsOf } from '../../core/user/claims.ts';
import type { User } from '../../core/user/user.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';
import { builtInOrganization, organizationOf, withoutClients } from './organizations.ts';
import type { DeclaredPerson } from './people.ts';

/** Brings the claims of the organizations that the database has to what their rules say. */
export async function restoreClaims(store: Store): Promise<void> {
  await configure(store, await loadDirectory(store), []);
}

/**
 * Creates declared organizations and brings them up to date; those that left the file keep their users and lose their
 * clients.
 *
 * @returns the people that the setup declares in them
 * @throws ConfigError when what shall be unique is not
 */
export async function applyOrganizations(
  setup: Setup,
  store: Store,
  secrets: Pick<Secrets, 'secretDigest' | 'seal' | 'open'>,
  nextId: NextId,
): Promise<DeclaredPerson[]> {
  const before = await loadDirectory(store);
  const known = [...before.all()];
  const ids = new Map(
    setup.organizations.map((declared) => [
      declared,
      declared.id ?? known.find(({ name }) => name === declared.name)?.id ?? nextId(),
    ]),
  );
  const declared = [...ids].map(([organization, id]) =>
    organizationOf(id, organization, secrets, before.organization(id)),
  );
  const declaredIds = new Set([BUILT_IN_ORGANIZATION.id, ...ids.values()]);
  const organizations = [
    builtInOrganization(),
    ...declared,
    ...known.filter(({ id }) => !declaredIds.has(id)).map(withoutClients),
  ];
  const directory = new OrganizationDirectory(organizations, setup.instance.usernameScope);
  await configure(store, directory, organizations);
  return peopleOf(setup, ids);
}

function peopleOf(setup: Setup, ids: ReadonlyMap<Setup['organizations'][number], string>): DeclaredPerson[] {
  const organizationId = BUILT_IN_ORGANIZATION.id;
  const instance: DeclaredPerson[] = [
    ...setup.instance.administrators.map((person) => ({
      organizationId,
      person,
      roles: ['IAM_OWNER'],
      type: 'SuperAdmin' as const,
    })),
    ...setup.instance.users.map((person) => ({ organizationId, person, roles: person.roles, type: undefined })),
  ];
  const inside = [...ids].flatMap(([organization, organizationId]): DeclaredPerson[] => [
    ...organization.administrators.map((person) => ({
      organizationId,
      person,
      roles: ['ORG_OWNER', 'SUPER_ADMIN'],
      type: 'SuperAdmin' as const,
    })),
    ...organization.users.map((person) => ({ organizationId, person, roles: person.roles, type: undefined })),
  ]);
  return [...instance, ...inside];
}

function uniquenessOf(directory: OrganizationDirectory): string {
  const rules = [...directory.all()].map(({ id, unique }) => [id, unique.email, unique.phone]);
  return JSON.stringify([directory.usernameScope, rules.sort()]);
}

/**
 * Brings the database to what the directory says; where that is new, all processes are told by the revision. Claims are
 * derived anew when what must be unique is not what they were derived by.
 *
 * @throws ConfigError when what shall be unique is not
 */
async function configure(
  store: Store,
  directory: OrganizationDirectory,
  organizations: readonly Organization[],
): Promise<void> {
  const before = await store.configuration();
  const claims = uniquenessOf(directory);
  const instance: InstanceSettings = { usernameScope: directory.usernameScope, claims };
  const change = {
    organizations: organizations
      .map((entry) => ({ id: entry.id, settings: JSON.stringify(entry) }))
      .filter(({ id, settings }) => before.organizations.find((row) => row.id === id)?.settings !== settings),
    instance: JSON.stringify(instance),
    ...(instanceSettingsOf(before.instance).claims === claims
      ? {}
      : { claimsOf: (user: User) => claimsOf(user, directory) }),
  };
  if (change.organizations.length === 0 && before.instance === change.instance) return;
  const clashes = await store.configure(change);
  if (clashes.length === 0) return;
  throw new ConfigError(
    `the setup asks for unique values that several users hold: ${clashes.map((key) => JSON.stringify(key)).join(', ')}`,
  );
}
