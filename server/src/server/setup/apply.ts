import { OrganizationDirectory } from '../../app/directory.ts';
import type { NextId } from '../../app/ports/clock.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Store } from '../../app/ports/store.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Setup } from '../../config/setup.ts';
import type { Organization } from '../../core/organization.ts';
import { claimsOf } from '../../core/user/claims.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';
import { builtInOrganization, organizationOf, withoutClients } from './organizations.ts';
import type { DeclaredPerson } from './people.ts';

type UsernameScope = OrganizationDirectory['usernameScope'];

/** Settings of the instance, as stored. */
interface InstanceSettings {
  readonly usernameScope: UsernameScope;
}

const INSTANCE = 'instance';
/** What the claims in the database were derived by; absent while they are being derived anew. */
const CLAIMS = 'claims';

/** The organizations as the database has them, with claims that follow their rules. */
export async function restoreDirectory(store: Store): Promise<OrganizationDirectory> {
  const directory = await loadDirectory(store);
  await deriveClaims(store, directory);
  await store.saveSettings(new Map([[CLAIMS, uniquenessOf(directory)]]));
  return directory;
}

export async function loadDirectory(store: Store): Promise<OrganizationDirectory> {
  const rows = await store.organizations();
  const stored = await store.setting(INSTANCE);
  const settings: InstanceSettings = stored === null ? { usernameScope: 'instance' } : JSON.parse(stored);
  const organizations = rows.map(({ settings: text }) => JSON.parse(text) as Organization);
  return new OrganizationDirectory(organizations, settings.usernameScope);
}

export interface AppliedOrganizations {
  readonly directory: OrganizationDirectory;
  readonly people: readonly DeclaredPerson[];
}

/**
 * Creates declared organizations and brings them up to date; those that left the file keep their users and lose their
 * clients.
 *
 * @throws ConfigError when what shall be unique is not
 */
export async function applyOrganizations(
  setup: Setup,
  store: Store,
  secrets: Pick<Secrets, 'secretDigest' | 'seal'>,
  nextId: NextId,
): Promise<AppliedOrganizations> {
  const before = await loadDirectory(store);
  const known = [...before.all()];
  const ids = new Map(
    setup.organizations.map((declared) => [
      declared,
      declared.id ?? known.find(({ name }) => name === declared.name)?.id ?? nextId(),
    ]),
  );
  const declared = [...ids].map(([organization, id]) => organizationOf(id, organization, secrets));
  const declaredIds = new Set([BUILT_IN_ORGANIZATION.id, ...ids.values()]);
  const organizations = [
    builtInOrganization(),
    ...declared,
    ...known.filter(({ id }) => !declaredIds.has(id)).map(withoutClients),
  ];
  const directory = new OrganizationDirectory(organizations, setup.instance.usernameScope);
  await deriveClaims(store, directory);
  await store.saveOrganizations(organizations.map((entry) => ({ id: entry.id, settings: JSON.stringify(entry) })));
  const settings: InstanceSettings = { usernameScope: setup.instance.usernameScope };
  await store.saveSettings(
    new Map([
      [INSTANCE, JSON.stringify(settings)],
      [CLAIMS, uniquenessOf(directory)],
    ]),
  );
  return { directory, people: peopleOf(setup, ids) };
}

function peopleOf(setup: Setup, ids: ReadonlyMap<Setup['organizations'][number], string>): DeclaredPerson[] {
  const instance = setup.instance.administrators.map((person) => ({
    organizationId: BUILT_IN_ORGANIZATION.id,
    person,
    roles: ['IAM_OWNER'],
    type: 'SuperAdmin' as const,
  }));
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
 * Derives claims anew unless they follow the directory's rules already. They count as derived only when the caller has
 * stored those rules as well, so a start that is cut off between the two is made good by the next.
 *
 * @throws ConfigError when what shall be unique is not
 */
async function deriveClaims(store: Store, directory: OrganizationDirectory): Promise<void> {
  if ((await store.setting(CLAIMS)) === uniquenessOf(directory)) return;
  await store.saveSettings(new Map([[CLAIMS, null]]));
  const clashes = await store.rebuildClaims((user) => claimsOf(user, directory));
  if (clashes.length === 0) return;
  throw new ConfigError(
    `the setup asks for unique values that several users hold: ${clashes.map((key) => JSON.stringify(key)).join(', ')}`,
  );
}
