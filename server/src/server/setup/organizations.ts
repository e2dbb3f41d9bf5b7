import { hash } from 'node:crypto';
import * as avibra from '../../api/avibra/section.ts';
import type {
  BrandSection,
  FeatureDefinition,
  PackageDefinition,
  PriceDefinition,
} from '../../api/jframework/section.ts';
import * as ownli from '../../api/ownli/section.ts';
import type { OrganizationSection } from '../../api/zitadel/section.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type {
  SetupAvibra,
  SetupJFramework,
  SetupOrganization,
  SetupPolicies,
  SetupZitadel,
} from '../../config/setup.ts';
import type { IdentityProvider, Organization, Policies, RoleDefinition } from '../../core/organization.ts';
import { brandHost } from '../../core/values/brand-host.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';

type Digests = Pick<Secrets, 'secretDigest' | 'seal' | 'open'>;

/** The organization that instance administrators belong to. */
export function builtInOrganization(defaults: Policies, identityProviders: readonly IdentityProvider[]): Organization {
  return {
    ...BUILT_IN_ORGANIZATION,
    unique: { email: false, phone: false },
    ...defaults,
    domains: [],
    roles: [],
    ...providersOf(identityProviders),
    sections: { zitadel: {} },
  };
}

/**
 * A declared organization as it is stored: no secret in clear. The same declaration gives the same organization.
 *
 * @param stored the organization as it is there already
 */
export function organizationOf(
  id: string,
  declared: SetupOrganization,
  digests: Digests,
  stored: Organization | undefined,
): Organization {
  const { policies, unique, zitadel, jframework, avibra: partner, ownli: ownliPartner } = declared;
  return {
    id,
    name: declared.name,
    unique: { email: unique.includes('email'), phone: unique.includes('phone') },
    ...policiesOf(policies),
    domains: zitadel?.domains ?? [],
    roles: [...BUILT_IN_ROLES, ...(jframework?.roles ?? [])].map((role) => roleOf(id, role)),
    ...providersOf(declared.identityProviders),
    sections: {
      ...(zitadel === undefined ? {} : { zitadel: zitadelSectionOf(zitadel) }),
      ...(jframework === undefined ? {} : { jframework: brandOf(id, jframework) }),
      ...(partner === undefined ? {} : { avibra: avibraPartnerOf(partner, digests, stored?.sections.avibra) }),
      ...(ownliPartner === undefined
        ? {}
        : {
            ownli: {
              partnerId: ownliPartner.partnerId,
              clientId: ownliPartner.clientId,
              clientSecretDigest: digests.secretDigest(ownli.CLIENT_SECRET, ownliPartner.clientSecret),
            } satisfies ownli.PartnerSection,
          }),
    },
  };
}

/** Where there are any, as in organizations from before there were. */
function providersOf(declared: readonly IdentityProvider[]): Pick<Organization, 'identityProviders'> {
  return declared.length === 0 ? {} : { identityProviders: declared };
}

export function policiesOf({ passwordComplexity, lockout, passwordHashes, domain }: SetupPolicies): Policies {
  return {
    complexity: passwordComplexity,
    maxPasswordAttempts: lockout.maxPasswordAttempts,
    hidesFailedAttempts: !lockout.showFailures,
    passwordHashes,
    userLoginMustBeDomain: domain.userLoginMustBeDomain,
  };
}

/** Only what is switched on, as in organizations from before there was anything to switch. */
function zitadelSectionOf({ foldEmailCase, refuseLockedUpdates }: SetupZitadel): OrganizationSection {
  return { ...(foldEmailCase && { foldEmailCase }), ...(refuseLockedUpdates && { refuseLockedUpdates }) };
}

/** What is left of an organization that left the file: its users, but no client's credentials and no providers. */
export function withoutClients(organization: Organization): Organization {
  const { avibra: _avibra, ownli: _ownli, ...sections } = organization.sections;
  const { identityProviders: _providers, ...others } = organization;
  return { ...others, sections };
}

type DeclaredRole = SetupJFramework['roles'][number] & { readonly builtIn?: true };

const USER_PERMISSIONS = ['USER.CREATE', 'USER.READ', 'USER.UPDATE', 'USER.DELETE'];

const BUILT_IN_ROLES: readonly DeclaredRole[] = [
  { code: 'SUPER_ADMIN', name: 'Super Admin', tags: '#SuperAdmin', permissions: USER_PERMISSIONS, builtIn: true },
  { code: 'ADMIN', name: 'Admin', tags: '#Admin', permissions: USER_PERMISSIONS, builtIn: true },
];

function roleOf(organizationId: string, role: DeclaredRole): RoleDefinition {
  return {
    id: stableId(organizationId, 'role', role.code),
    guid: stableGuid(organizationId, 'role', role.code),
    code: role.code,
    name: role.name,
    description: role.description ?? null,
    tags: role.tags ?? null,
    builtIn: role.builtIn ?? false,
    permissions: role.permissions,
  };
}

function brandOf(organizationId: string, declared: SetupJFramework): BrandSection {
  return {
    hosts: declared.brandUrls.flatMap((url) => brandHost(url) ?? []),
    passwordPolicyLevel: declared.passwordPolicyLevel,
    updateRequires: declared.updateRequires,
    packages: declared.packages.map((entry) => packageOf(organizationId, entry)),
  };
}

type DeclaredPackage = SetupJFramework['packages'][number];

function packageOf(organizationId: string, entry: DeclaredPackage): PackageDefinition {
  const { imageURL, patternAvatarURL, styles, description, tags, tier, zOrder, features, prices, ...rest } = entry;
  return {
    ...rest,
    id: stableId(organizationId, 'package', entry.code),
    imageURL: imageURL ?? null,
    patternAvatarURL: patternAvatarURL ?? null,
    styles: styles ?? null,
    description: description ?? null,
    tags: tags ?? null,
    tier: tier ?? null,
    zOrder: zOrder ?? null,
    features: features.map((feature) => featureOf(organizationId, feature)),
    prices: prices.map((price) => priceOf(organizationId, entry.code, price)),
  };
}

function featureOf(organizationId: string, feature: DeclaredPackage['features'][number]): FeatureDefinition {
  return {
    id: stableId(organizationId, 'feature', feature.code),
    code: feature.code,
    name: feature.name,
    title: feature.title ?? null,
    type: feature.type,
    unit: feature.unit ?? null,
    quantity: feature.quantity ?? null,
    value: feature.value ?? feature.quantity ?? null,
    defaultValue: feature.defaultValue ?? null,
    isUnlimited: feature.isUnlimited,
    resetPolicy: feature.resetPolicy,
    customIntervalDays: feature.customIntervalDays ?? null,
    helpURL: feature.helpURL ?? null,
    image: feature.image ?? null,
    description: feature.description ?? null,
    tags: feature.tags ?? null,
    styles: feature.styles ?? null,
    zOrder: feature.zOrder ?? null,
    status: feature.status,
  };
}

function priceOf(
  organizationId: string,
  packageCode: string,
  price: DeclaredPackage['prices'][number],
): PriceDefinition {
  return {
    id: stableId(organizationId, 'price', packageCode, price.code),
    code: price.code,
    name: price.name,
    amount: price.amount,
    currency: price.currency,
    description: price.description ?? null,
    checkoutLink: price.checkoutLink ?? null,
    tags: price.tags ?? null,
    subscriptionName: price.subscriptionName ?? null,
    subscriptionTypeId: price.subscriptionTypeId ?? null,
    zOrder: price.zOrder ?? null,
  };
}

function avibraPartnerOf(declared: SetupAvibra, digests: Digests, stored: unknown): avibra.PartnerSection {
  const { linkToken, webhook } = declared;
  const before = stored as avibra.PartnerSection | undefined;
  return {
    partnerName: declared.partnerName,
    clientId: declared.clientId,
    clientSecretDigest: digests.secretDigest(avibra.CLIENT_SECRET, declared.clientSecret),
    scope: declared.scope,
    apiKeyDigest: digests.secretDigest(avibra.API_KEY, declared.apiKey),
    linkToken:
      linkToken === undefined
        ? null
        : {
            username: linkToken.username,
            passwordDigest: digests.secretDigest(avibra.LINK_PASSWORD, linkToken.password),
          },
    webhook:
      webhook === undefined
        ? null
        : {
            url: webhook.url,
            events: webhook.events,
            username: webhook.username ?? null,
            sealedPassword: sealed(webhook.password, digests, before?.webhook?.sealedPassword),
          },
  };
}

/** Sealing gives another text each time, so one that holds the same secret is kept. */
function sealed(secret: string | undefined, digests: Digests, stored: string | null | undefined): string | null {
  if (secret === undefined) return null;
  return typeof stored === 'string' && digests.open(stored) === secret ? stored : digests.seal(secret);
}

/** The same id at every start, so that clients may keep it. */
function stableId(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').replace(/[-_]/g, '').slice(0, 16);
}

function stableGuid(...parts: readonly string[]): string {
  const hex = hash('sha256', JSON.stringify(parts), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
