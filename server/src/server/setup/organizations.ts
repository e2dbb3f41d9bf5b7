import * as avibra from '../../api/avibra/section.ts';
import * as ownli from '../../api/ownli/section.ts';
import type { OrganizationSection } from '../../api/zitadel/section.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { SetupAvibra, SetupOrganization, SetupPolicies, SetupZitadel } from '../../config/setup.ts';
import type { IdentityProvider, Organization, Policies } from '../../core/organization.ts';
import { BUILT_IN_ORGANIZATION } from '../../core/values/built-in.ts';
import { WEBHOOKS, type WebhookSection } from '../../delivery/webhooks/section.ts';
import { brandOf, builtInRoles } from './brand.ts';
import { sealedAsStored } from './sealed.ts';
import { subscriptionsOf, webhookSectionOf } from './webhooks.ts';

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
  const { policies, unique, zitadel, jframework, avibra: partner, ownli: ownliPartner, webhooks } = declared;
  const brand = jframework === undefined ? undefined : brandOf(id, jframework, stored);
  return {
    id,
    name: declared.name,
    unique: { email: unique.includes('email'), phone: unique.includes('phone') },
    ...policiesOf(policies),
    domains: zitadel?.domains ?? [],
    roles: brand?.roles ?? builtInRoles(id),
    ...providersOf(declared.identityProviders),
    ...subscriptionsOf(id, declared),
    sections: {
      ...(zitadel === undefined ? {} : { zitadel: zitadelSectionOf(zitadel) }),
      ...(brand === undefined ? {} : { jframework: brand.section }),
      ...(partner === undefined ? {} : { avibra: avibraPartnerOf(partner, digests, stored?.sections.avibra) }),
      ...(ownliPartner === undefined
        ? {}
        : {
            ownli: {
              partnerId: ownliPartner.partnerId,
              clientId: ownliPartner.clientId,
              clientSecretDigest: digests.secretDigest(ownli.CLIENT_SECRET, ownliPartner.clientSecret),
              ...(ownliPartner.optionalPolicyDates && { optionalPolicyDates: true }),
            } satisfies ownli.PartnerSection,
          }),
      ...(webhooks.length > 0 && {
        [WEBHOOKS]: webhookSectionOf(webhooks, digests, stored?.sections[WEBHOOKS] as WebhookSection | undefined),
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

/** What is left of an organization that left the file: its users, but no client's credentials, providers, subscribers. */
export function withoutClients(organization: Organization): Organization {
  const { avibra: _avibra, ownli: _ownli, [WEBHOOKS]: _webhooks, ...sections } = organization.sections;
  const { identityProviders: _providers, subscriptions: _subscriptions, ...others } = organization;
  return { ...others, sections };
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
    ...(declared.offers.length > 0 && { offers: declared.offers.map(offerOf) }),
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
            sealedPassword:
              webhook.password === undefined
                ? null
                : sealedAsStored(webhook.password, digests, before?.webhook?.sealedPassword),
            allowPrivateAddresses: webhook.allowPrivateAddresses,
          },
  };
}

function offerOf({ description, benefits, ...offer }: SetupAvibra['offers'][number]): avibra.PartnerOffer {
  return {
    ...offer,
    description: description ?? null,
    benefits: benefits.map((benefit) => ({ ...benefit, description: benefit.description ?? null })),
  };
}
