import type { OrganizationDirectory } from '../../app/directory.ts';
import type { NextId } from '../../app/ports/clock.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Setup, SetupOrganization } from '../../config/setup.ts';
import { namedOrganization } from '../../config/setup-checks.ts';
import { holdingName, type Organization, type Policies } from '../../core/organization.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';
import { type ConfigureOptions, configure, type Wanted } from './configure.ts';
import { messageSections } from './messages.ts';
import { builtInOrganization, organizationOf, policiesOf, withoutClients } from './organizations.ts';
import type { DeclaredPerson } from './people.ts';

type Ids = ReadonlyMap<SetupOrganization, string>;

export interface ApplyOptions extends ConfigureOptions {
  readonly secrets: Pick<Secrets, 'secretDigest' | 'seal' | 'open'>;
  readonly nextId: NextId;
}

/** Brings the claims of the organizations that the database has to what their rules say. */
export async function restoreClaims(options: ConfigureOptions): Promise<void> {
  await configure(options, (before) => ({ instance: before.instance, organizations: [...before.all()] }));
}

/**
 * Creates declared organizations and brings them up to date. Those that left the file keep their users and lose their
 * clients; those that were made through an API stay, under the policies of the instance.
 *
 * @returns the people that the setup declares in them
 * @throws ConfigError when what shall be unique is not
 */
export async function applyOrganizations(setup: Setup, options: ApplyOptions): Promise<DeclaredPerson[]> {
  const { ids } = await configure(options, (before) => {
    const ids = idsOf(setup, before, options.nextId);
    const instance = instanceOf(setup, before, options.secrets);
    return { instance, organizations: organizationsOf(setup, ids, before, options.secrets), ids };
  });
  return peopleOf(setup, ids, options.users.directory.current);
}

function instanceOf(
  { instance }: Setup,
  before: OrganizationDirectory,
  secrets: ApplyOptions['secrets'],
): Wanted['instance'] {
  const { usernameScope, rateLimits, zitadel } = instance;
  const sections = { zitadel, ...messageSections(instance, secrets, before.instance.sections) };
  return { usernameScope, policies: policiesOf(instance.policies), rateLimits, sections };
}

function idsOf(setup: Setup, before: OrganizationDirectory, nextId: NextId): Ids {
  const all = [...before.all()];
  return new Map(
    setup.organizations.map((declared) => [
      declared,
      declared.id ?? all.find(({ name }) => name === declared.name)?.id ?? nextId(),
    ]),
  );
}

function organizationsOf(
  setup: Setup,
  ids: Ids,
  before: OrganizationDirectory,
  secrets: ApplyOptions['secrets'],
): Organization[] {
  const defaults = policiesOf(setup.instance.policies);
  const declared = [...ids].map(([entry, id]) => organizationOf(id, entry, secrets, before.organization(id)));
  const declaredIds = new Set([BUILT_IN_ORGANIZATION.id, ...ids.values()]);
  const others = [...before.all()]
    .filter(({ id }) => !declaredIds.has(id))
    .map((organization) => undeclared(organization, defaults));
  return [builtInOrganization(defaults, setup.instance.identityProviders), ...declared, ...others];
}

function undeclared(organization: Organization, defaults: Policies): Organization {
  const kept = withoutClients(organization);
  return organization.history?.founding === undefined ? kept : { ...kept, ...defaults };
}

/** The names that stand in records for roles that the file calls by their codes. */
function heldNames(roles: readonly string[] | undefined, organization: Organization | undefined) {
  return roles?.map((role) => {
    const definition = organization?.roles.find(({ code }) => code === role);
    return definition === undefined ? role : holdingName(definition);
  });
}

function peopleOf(setup: Setup, ids: Ids, directory: OrganizationDirectory): DeclaredPerson[] {
  const organizationId = BUILT_IN_ORGANIZATION.id;
  const elsewhere = (person: Setup['instance']['users'][number]) =>
    person.memberships?.map(({ organization, roles }) => {
      const named = namedOrganization(organization, setup.organizations);
      return { organizationId: (named && ids.get(named)) ?? organization, roles };
    });
  const instance: DeclaredPerson[] = [
    ...setup.instance.administrators.map((person) => ({
      organizationId,
      person,
      roles: ['IAM_OWNER'],
      elsewhere: undefined,
      type: 'SuperAdmin' as const,
    })),
    ...setup.instance.users.map((person) => ({
      organizationId,
      person,
      roles: person.roles,
      elsewhere: elsewhere(person),
      type: undefined,
    })),
  ];
  const inside = [...ids].flatMap(([organization, organizationId]): DeclaredPerson[] => [
    ...organization.administrators.map((person) => ({
      organizationId,
      person,
      roles: ['ORG_OWNER', 'SUPER_ADMIN'],
      elsewhere: undefined,
      type: 'SuperAdmin' as const,
    })),
    ...organization.users.map((person) => ({
      organizationId,
      person,
      roles: heldNames(person.roles, directory.organization(organizationId)),
      elsewhere: elsewhere(person),
      type: undefined,
    })),
  ]);
  return [...instance, ...inside];
}
