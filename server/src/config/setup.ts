import { DEFAULT_SCOPE } from './setup-dialects.ts';
import { POLICY_DEFAULTS } from './setup-policies.ts';
import type { SetupFile } from './setup-schema.ts';

/** The file with each `{ "env": ... }` replaced by what the variable holds. */
export type ResolvedFile = Resolved<SetupFile>;
type Resolved<T> = T extends { env: string }
  ? string
  : T extends readonly (infer E)[]
    ? Resolved<E>[]
    : T extends object
      ? { [K in keyof T]: Resolved<T[K]> }
      : T;

type OrganizationEntry = NonNullable<ResolvedFile['organizations']>[number];
type PoliciesEntry = OrganizationEntry['policies'];
type JFrameworkEntry = NonNullable<OrganizationEntry['jframework']>;
type AvibraEntry = NonNullable<OrganizationEntry['avibra']>;

/**
 * A setup with secrets in clear and defaults filled in. Where leaving out means "not declared, keep what the database
 * has" (ids, credentials, verified flags, roles of a person), the member stays optional.
 */
export type Setup = ReturnType<typeof fillIn>;
export type SetupOrganization = ReturnType<typeof fillInOrganization>;
export type SetupPolicies = ReturnType<typeof fillInPolicies>;
export type SetupJFramework = ReturnType<typeof fillInJFramework>;
export type SetupAvibra = ReturnType<typeof fillInAvibra>;
export type SetupOwnli = NonNullable<OrganizationEntry['ownli']>;
export type SetupAdministrator = SetupOrganization['administrators'][number];
export type SetupUser = SetupOrganization['users'][number];

/** Fills in the defaults. The file must have been validated. */
export function fillIn(file: ResolvedFile) {
  const { name = 'Tessera', usernameScope = 'instance', administrators = [], users = [] } = file.instance ?? {};
  return {
    instance: { name, usernameScope, administrators, users },
    organizations: (file.organizations ?? []).map(fillInOrganization),
  };
}

function fillInOrganization(entry: OrganizationEntry) {
  const { administrators = [], users = [], policies, zitadel, jframework, avibra, unique, ...rest } = entry;
  const sharesContacts = jframework === undefined && entry.ownli === undefined;
  return {
    ...rest,
    unique: unique ?? (sharesContacts ? [] : (['email', 'phone'] satisfies ('email' | 'phone')[])),
    administrators,
    users,
    policies: fillInPolicies(policies),
    ...(zitadel === undefined ? {} : { zitadel: fillInZitadel(zitadel) }),
    ...(jframework === undefined ? {} : { jframework: fillInJFramework(jframework) }),
    ...(avibra === undefined ? {} : { avibra: fillInAvibra(avibra) }),
  };
}

function fillInPolicies(entry: PoliciesEntry = {}) {
  return {
    passwordComplexity: { ...POLICY_DEFAULTS.passwordComplexity, ...entry.passwordComplexity },
    lockout: { ...POLICY_DEFAULTS.lockout, ...entry.lockout },
    passwordHashes: entry.passwordHashes ?? [...POLICY_DEFAULTS.passwordHashes],
  };
}

function fillInZitadel({ domains = [] }: NonNullable<OrganizationEntry['zitadel']>) {
  return { domains: domains.map((domain) => domain.toLowerCase()) };
}

function fillInJFramework(entry: JFrameworkEntry) {
  const { passwordPolicyLevel = 'Low', updateRequires = 'usernameAndEmail', roles = [], packages = [] } = entry;
  return {
    brandUrls: entry.brandUrls,
    passwordPolicyLevel,
    updateRequires,
    roles,
    packages: packages.map(fillInPackage),
  };
}

function fillInPackage({ features = [], prices = [], ...entry }: NonNullable<JFrameworkEntry['packages']>[number]) {
  return {
    isDefault: false,
    isFree: false,
    status: 'Active' as const,
    ...entry,
    features: features.map((feature) => ({
      type: 'Function' as const,
      isUnlimited: false,
      resetPolicy: 'Lifetime' as const,
      status: 'Active' as const,
      ...feature,
    })),
    prices,
  };
}

function fillInAvibra({ scope = DEFAULT_SCOPE, ...entry }: AvibraEntry) {
  return { ...entry, scope };
}
