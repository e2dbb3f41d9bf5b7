import { brandHost } from '../core/values/brand-host.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import { isOrganizationRole } from '../core/values/role-names.ts';
import { usernameKey } from '../core/values/username.ts';
import type { Setup, SetupAdministrator, SetupOrganization, SetupUser } from './setup.ts';
import { kindConflicts } from './setup-kind-checks.ts';
import { messageConflicts } from './setup-message-checks.ts';
import { INSTANCE_ROLE_PREFIX, isBuiltInRole, isInstanceRole } from './setup-roles.ts';
import { webhookConflicts } from './setup-webhook-checks.ts';

interface Member {
  readonly path: string;
  /** Undefined values are never compared. */
  readonly value: string | undefined;
}

interface Person {
  readonly path: string;
  readonly person: SetupAdministrator | SetupUser;
  /** Undefined for the instance. */
  readonly organization: SetupOrganization | undefined;
}

/**
 * What the schema cannot say: values that must differ, and names that must be declared. Each conflict is a sentence
 * with the paths of the members; secrets are not shown.
 */
export function* setupConflicts(setup: Setup): Iterable<string> {
  const organizations = setup.organizations.map((organization, index) => ({
    organization,
    path: `organizations[${index}]`,
  }));
  yield* organizationIds(organizations);
  yield* people(setup);
  yield* messageConflicts(setup);
  yield* instanceRoles(setup);
  yield* memberships(setup);
  yield* identityProviders(setup, organizations);
  for (const { organization, path } of organizations) {
    yield* brandNames(organization, path);
    yield* roles(organization, path);
    yield* packages(organization, path);
    yield* offers(organization, path);
    yield* webhookConflicts(organization, path);
    yield* webhookNames(organization, path);
  }
  yield* clients(organizations);
}

interface PlacedOrganization {
  readonly organization: SetupOrganization;
  readonly path: string;
}

function* organizationIds(organizations: readonly PlacedOrganization[]): Iterable<string> {
  for (const { organization, path } of organizations) {
    if (organization.id === BUILT_IN_ORGANIZATION.id) {
      yield `${path}.id is reserved for the built-in organization`;
    }
  }
  yield* mustDiffer(organizations.map(({ organization, path }) => ({ path: `${path}.id`, value: organization.id })));
}

function* identityProviders({ instance }: Setup, organizations: readonly PlacedOrganization[]): Iterable<string> {
  const placed = (list: readonly { readonly id: string }[], owner: string) =>
    list.map(({ id }, index) => ({ path: `${owner}.identityProviders[${index}].id`, value: id }));
  yield* mustDiffer([
    ...placed(instance.identityProviders, 'instance'),
    ...organizations.flatMap(({ organization, path }) => placed(organization.identityProviders, path)),
  ]);
}

function* people(setup: Setup): Iterable<string> {
  const everybody = allPeople(setup);
  for (const { path, person } of everybody) {
    if (person.id === undefined && person.username === undefined) {
      yield `${path} must have an id or a username`;
    }
    yield* kindConflicts(person, path);
  }
  const members = (name: 'id' | 'username' | 'personalAccessToken', among = everybody, key = (text: string) => text) =>
    among.map(({ path, person }) => ({
      path: `${path}.${name}`,
      value: person[name] === undefined ? undefined : key(person[name]),
    }));
  yield* mustDiffer(members('id'));
  yield* mustDiffer(members('personalAccessToken'));
  if (setup.instance.usernameScope === 'instance') {
    const scoped = ({ organization }: Person) => organization?.policies.domain.userLoginMustBeDomain === true;
    const sharing = everybody.filter((person) => !scoped(person));
    yield* mustDiffer(members('username', sharing, usernameKey));
  }
  for (const organization of [undefined, ...setup.organizations]) {
    const own = everybody.filter((person) => person.organization === organization);
    yield* mustDiffer(members('username', own, usernameKey));
    for (const contact of organization?.unique ?? []) {
      yield* mustDiffer(
        own.map(({ path, person }) => ({
          path: `${path}.${contact}`,
          value: person[contact]?.normalize().toLowerCase(),
        })),
      );
    }
  }
}

function allPeople({ instance, organizations }: Setup): readonly Person[] {
  const place = (list: readonly Person['person'][], path: string, organization?: SetupOrganization) =>
    list.map((person, index) => ({ person, path: `${path}[${index}]`, organization }));
  return [
    ...place(instance.administrators, 'instance.administrators'),
    ...place(instance.users, 'instance.users'),
    ...organizations.flatMap((organization, index) => [
      ...place(organization.administrators, `organizations[${index}].administrators`, organization),
      ...place(organization.users, `organizations[${index}].users`, organization),
    ]),
  ];
}

function* instanceRoles({ instance }: Setup): Iterable<string> {
  for (const [index, user] of instance.users.entries()) {
    for (const [position, role] of (user.roles ?? []).entries()) {
      if (!isInstanceRole(role)) {
        yield `instance.users[${index}].roles[${position}] is ${JSON.stringify(role)}, which is no role of the instance`;
      }
    }
  }
}

function* memberships(setup: Setup): Iterable<string> {
  const { organizations } = setup;
  for (const { path, person, organization } of allPeople(setup)) {
    const declared = 'memberships' in person ? (person.memberships ?? []) : [];
    const meant = declared.map((membership) => namedOrganization(membership.organization, organizations));
    for (const [index, membership] of declared.entries()) {
      const place = `${path}.memberships[${index}]`;
      const other = meant[index];
      if (other === undefined) {
        yield `${place}.organization is ${JSON.stringify(membership.organization)}, which is none of the organizations`;
      } else if (other === organization || meant.indexOf(other) < index) {
        yield `${place}.organization must be another organization than the person's own and those before it`;
      }
      for (const [position, role] of membership.roles.entries()) {
        if (isOrganizationRole(role)) continue;
        yield `${place}.roles[${position}] is ${JSON.stringify(role)}, which is no role of every organization`;
      }
    }
  }
}

/** By its id, else by its name. */
export function namedOrganization(
  name: string,
  organizations: readonly SetupOrganization[],
): SetupOrganization | undefined {
  return (
    organizations.find(({ id }) => id === name) ?? organizations.find((organization) => organization.name === name)
  );
}

function* brandNames({ jframework }: SetupOrganization, path: string): Iterable<string> {
  for (const member of ['brandUrls', 'domainWhiteListURLs'] as const) {
    for (const [index, url] of (jframework?.[member] ?? []).entries()) {
      if (brandHost(url) === undefined) {
        yield `${path}.jframework.${member}[${index}] must be a domain or an address, not ${JSON.stringify(url)}`;
      }
    }
  }
}

function* roles({ jframework, users }: SetupOrganization, path: string): Iterable<string> {
  const declared = (jframework?.roles ?? []).map(({ code }, index) => ({
    path: `${path}.jframework.roles[${index}].code`,
    value: code,
  }));
  for (const role of declared) {
    if (isBuiltInRole(role.value)) {
      yield `${role.path} must not be ${role.value}, which is a built-in role`;
    }
  }
  yield* mustDiffer(declared);
  const codes = new Set(declared.map(({ value }) => value));
  for (const [index, user] of users.entries()) {
    for (const [position, role] of (user.roles ?? []).entries()) {
      const place = `${path}.users[${index}].roles[${position}]`;
      if (role.startsWith(INSTANCE_ROLE_PREFIX)) {
        yield `${place} must not be ${role}: roles of the instance cannot be held inside an organization`;
      } else if (!isBuiltInRole(role) && !codes.has(role)) {
        yield `${place} is ${JSON.stringify(role)}, which is no built-in role and none of ${path}.jframework.roles`;
      }
    }
  }
}

function* packages({ jframework }: SetupOrganization, path: string): Iterable<string> {
  const placed = (jframework?.packages ?? []).map((item, index) => ({
    item,
    path: `${path}.jframework.packages[${index}]`,
  }));
  const codes = (items: readonly { code: string }[], parent: string) =>
    items.map(({ code }, index) => ({ path: `${parent}[${index}].code`, value: code }));
  yield* mustDiffer(placed.map(({ item, path: own }) => ({ path: `${own}.code`, value: item.code })));
  yield* oneDefault(placed.map(({ item, path: own }) => ({ path: own, isDefault: item.isDefault })));
  for (const { item, path: own } of placed) {
    yield* mustDiffer(codes(item.features, `${own}.features`));
    yield* mustDiffer(codes(item.prices, `${own}.prices`));
    for (const [index, { customIntervalDays, resetPolicy }] of item.features.entries()) {
      if ((customIntervalDays !== undefined) !== (resetPolicy === 'Custom')) {
        yield `${own}.features[${index}].customIntervalDays must be given with the resetPolicy Custom, and only then`;
      }
    }
  }
}

function* offers({ avibra }: SetupOrganization, path: string): Iterable<string> {
  const placed = (avibra?.offers ?? []).map((offer, index) => ({ offer, path: `${path}.avibra.offers[${index}]` }));
  const names = (items: readonly { readonly name: string }[], parent: string) =>
    items.map(({ name }, index) => ({ path: `${parent}[${index}].name`, value: name }));
  yield* mustDiffer(placed.map(({ offer, path: own }) => ({ path: `${own}.name`, value: offer.name })));
  yield* oneDefault(placed.map(({ offer, path: own }) => ({ path: own, isDefault: offer.isDefault })));
  for (const { offer, path: own } of placed) yield* mustDiffer(names(offer.benefits, `${own}.benefits`));
}

function* oneDefault(entries: readonly { readonly path: string; readonly isDefault: boolean }[]): Iterable<string> {
  const [first, second] = entries.filter(({ isDefault }) => isDefault);
  if (first !== undefined && second !== undefined) {
    yield `${second.path}.isDefault must be false, because ${first.path} is the default already`;
  }
}

function* webhookNames({ webhooks }: SetupOrganization, path: string): Iterable<string> {
  yield* mustDiffer(webhooks.map(({ name }, index) => ({ path: `${path}.webhooks[${index}].name`, value: name })));
}

function* clients(organizations: readonly PlacedOrganization[]): Iterable<string> {
  const all = (read: (organization: SetupOrganization) => Record<string, string | undefined>): Iterable<string> => {
    const members = organizations.flatMap(({ organization, path }) =>
      Object.entries(read(organization)).map(([name, value]) => ({ path: `${path}.${name}`, value })),
    );
    return mustDiffer(members);
  };
  const list = (name: string, values: readonly string[] = []) =>
    Object.fromEntries(values.map((value, index) => [`${name}[${index}]`, value]));
  yield* all(({ zitadel }) => list('zitadel.domains', zitadel?.domains));
  yield* all(({ jframework }) =>
    list(
      'jframework.brandUrls',
      jframework?.brandUrls.map((url) => brandHost(url) ?? url),
    ),
  );
  yield* all(({ avibra }) => ({ 'avibra.partnerName': avibra?.partnerName }));
  yield* all(({ avibra }) => ({ 'avibra.clientId': avibra?.clientId }));
  yield* all(({ avibra }) => ({ 'avibra.apiKey': avibra?.apiKey }));
  yield* all(({ avibra }) => ({ 'avibra.linkToken.username': avibra?.linkToken?.username }));
  yield* all(({ ownli }) => ({ 'ownli.partnerId': ownli?.partnerId }));
  yield* all(({ ownli }) => ({ 'ownli.clientId': ownli?.clientId }));
}

function* mustDiffer(members: readonly Member[]): Iterable<string> {
  const seen = new Map<string, string>();
  for (const { path, value } of members) {
    const earlier = value === undefined ? undefined : seen.get(value);
    if (earlier !== undefined) {
      yield `${path} must differ from ${earlier}`;
    } else if (value !== undefined) {
      seen.set(value, path);
    }
  }
}
