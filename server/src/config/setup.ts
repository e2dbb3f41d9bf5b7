import { DEFAULT_RATE_LIMITS, type RateLimitPair, type RateLimitSettings } from '../core/values/rate-limits.ts';
import { DEFAULT_SCOPE } from './setup-dialects.ts';
import { fillInMail, fillInSms } from './setup-messages.ts';
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
type RateLimitsEntry = NonNullable<ResolvedFile['instance']>['rateLimits'];
type AvibraEntry = NonNullable<OrganizationEntry['avibra']>;

/**
 * A setup with secrets in clear and defaults filled in. Where leaving out means "not declared, keep what the database
 * has" (ids, credentials, verified flags, roles of a person), the member stays optional.
 */
export type Setup = ReturnType<typeof fillIn>;
export type SetupOrganization = ReturnType<typeof fillInOrganization>;
export type SetupPolicies = typeof POLICY_DEFAULTS;
export type SetupJFramework = ReturnType<typeof fillInJFramework>;
export type SetupAvibra = ReturnType<typeof fillInAvibra>;
export type SetupZitadel = ReturnType<typeof fillInZitadel>;
export type SetupOwnli = ReturnType<typeof fillInOwnli>;
export type SetupWebhook = SetupOrganization['webhooks'][number];
export type SetupAdministrator = SetupOrganization['administrators'][number];
export type SetupUser = SetupOrganization['users'][number];

/** Fills in the defaults. The file must have been validated. */
export function fillIn(file: ResolvedFile) {
  const { name = 'Tessera', usernameScope = 'instance', administrators = [], users = [] } = file.instance ?? {};
  const { identityProviders = [], mail, sms } = file.instance ?? {};
  const { showUnverified = false, hideExistence = false, omitDefaultLinks = false } = file.instance?.zitadel ?? {};
  const policies = fillInPolicies(file.instance?.policies, POLICY_DEFAULTS);
  const zitadel = { showUnverified, hideExistence, omitDefaultLinks };
  const rateLimits = fillInRateLimits(file.instance?.rateLimits);
  return {
    instance: {
      name,
      usernameScope,
      administrators,
      users,
      policies,
      identityProviders,
      rateLimits,
      ...(mail === undefined ? {} : { mail: fillInMail(mail) }),
      ...(sms === undefined ? {} : { sms: fillInSms(sms) }),
      zitadel,
    },
    organizations: (file.organizations ?? []).map((entry) => fillInOrganization(entry, policies)),
  };
}

function fillInOrganization(entry: OrganizationEntry, defaults: SetupPolicies) {
  const { administrators = [], users = [], identityProviders = [] } = entry;
  const { policies, zitadel, jframework, avibra, ownli, unique, webhooks = [], ...rest } = entry;
  const sharesContacts = jframework === undefined && ownli === undefined;
  return {
    ...rest,
    unique: unique ?? (sharesContacts ? [] : (['email', 'phone'] satisfies ('email' | 'phone')[])),
    administrators,
    users,
    policies: fillInPolicies(policies, defaults),
    identityProviders,
    webhooks: webhooks.map(fillInWebhook),
    ...(zitadel === undefined ? {} : { zitadel: fillInZitadel(zitadel) }),
    ...(jframework === undefined ? {} : { jframework: fillInJFramework(jframework) }),
    ...(avibra === undefined ? {} : { avibra: fillInAvibra(avibra) }),
    ...(ownli === undefined ? {} : { ownli: fillInOwnli(ownli) }),
  };
}

/** What the organization does not say, the instance does. */
function fillInPolicies(entry: PoliciesEntry, defaults: SetupPolicies): SetupPolicies {
  return {
    passwordComplexity: { ...defaults.passwordComplexity, ...entry?.passwordComplexity },
    lockout: { ...defaults.lockout, ...entry?.lockout },
    passwordHashes: entry?.passwordHashes ?? [...defaults.passwordHashes],
    domain: { ...defaults.domain, ...entry?.domain },
  };
}

function fillInRateLimits(entry: RateLimitsEntry): RateLimitSettings {
  const { signIn, code, message, token } = DEFAULT_RATE_LIMITS;
  type Given = NonNullable<RateLimitsEntry>['signIn'];
  const pair = (given: Given, defaults: RateLimitPair): RateLimitPair => ({
    user: { ...defaults.user, ...given?.user },
    address: { ...defaults.address, ...given?.address },
  });
  return {
    signIn: pair(entry?.signIn, signIn),
    code: pair(entry?.code, code),
    message: pair(entry?.message, message),
    token: { address: { ...token.address, ...entry?.token?.address } },
  };
}

function fillInZitadel(entry: NonNullable<OrganizationEntry['zitadel']>) {
  const { domains = [], foldEmailCase = false, refuseLockedUpdates = false } = entry;
  return { domains: domains.map((domain) => domain.toLowerCase()), foldEmailCase, refuseLockedUpdates };
}

function fillInJFramework(entry: JFrameworkEntry) {
  const { passwordPolicyLevel = 'Low', updateRequires = 'usernameAndEmail', roles = [], packages = [] } = entry;
  const { domainWhiteListURLs = [], hidesUnknownAddresses = false } = entry;
  return {
    brandUrls: entry.brandUrls,
    passwordPolicyLevel,
    domainWhiteListURLs,
    hidesUnknownAddresses,
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

function fillInAvibra({ scope = DEFAULT_SCOPE, offers = [], webhook, ...entry }: AvibraEntry) {
  return {
    ...entry,
    scope,
    offers: offers.map(fillInOffer),
    ...(webhook === undefined ? {} : { webhook: fillInWebhook(webhook) }),
  };
}

function fillInOffer({ isDefault = false, benefits, ...entry }: NonNullable<AvibraEntry['offers']>[number]) {
  return { ...entry, isDefault, benefits: benefits.map((benefit) => ({ isIncluded: true, ...benefit })) };
}

function fillInWebhook<W extends { readonly allowPrivateAddresses?: boolean }>(entry: W) {
  return { ...entry, allowPrivateAddresses: entry.allowPrivateAddresses ?? false };
}

function fillInOwnli({ optionalPolicyDates = false, ...entry }: NonNullable<OrganizationEntry['ownli']>) {
  return { ...entry, optionalPolicyDates };
}
