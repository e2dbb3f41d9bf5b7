import Type, { type Static } from 'typebox';
import {
  AvibraSection,
  IdentityProviders,
  OwnliSection,
  ZitadelInstanceSection,
  ZitadelSection,
} from './setup-dialects.ts';
import { JFrameworkSection } from './setup-jframework.ts';
import { MailSection, SmsSection } from './setup-messages.ts';
import { Administrator, UserEntry } from './setup-person.ts';
import { Policies } from './setup-policies.ts';
import { RateLimitsSection } from './setup-rate-limits.ts';
import { members, text } from './setup-values.ts';
import { WebhooksSection } from './setup-webhooks.ts';

const Instance = members(
  {
    name: Type.Optional(
      Type.String({ description: 'Name to show.', minLength: 1, maxLength: 200, default: 'Tessera' }),
    ),
    usernameScope: Type.Optional(
      Type.Enum(['instance', 'organization'], {
        description: 'Where a username is unique: in the whole instance or in each organization.',
        default: 'instance',
      }),
    ),
    administrators: Type.Optional(Type.Array(Administrator, { description: 'Users who may do everything.' })),
    users: Type.Optional(
      Type.Array(UserEntry, { description: 'Further users whose roles reach over all organizations.' }),
    ),
    policies: Type.Optional(Policies),
    identityProviders: Type.Optional(IdentityProviders),
    rateLimits: Type.Optional(RateLimitsSection),
    mail: Type.Optional(MailSection),
    sms: Type.Optional(SmsSection),
    zitadel: Type.Optional(ZitadelInstanceSection),
  },
  'What concerns all organizations.',
);

const Organization = members({
  id: Type.Optional(text('Id of the organization; one is generated when it is left out.')),
  name: text('Name of the organization.'),
  unique: Type.Optional(
    Type.Array(Type.Enum(['email', 'phone']), {
      description: 'Contacts that at most one user of the organization may hold.',
      uniqueItems: true,
    }),
  ),
  administrators: Type.Optional(Type.Array(Administrator, { description: 'Users who own the organization.' })),
  users: Type.Optional(Type.Array(UserEntry, { description: 'Further users of the organization.' })),
  policies: Type.Optional(Policies),
  identityProviders: Type.Optional(IdentityProviders),
  zitadel: Type.Optional(ZitadelSection),
  jframework: Type.Optional(JFrameworkSection),
  avibra: Type.Optional(AvibraSection),
  ownli: Type.Optional(OwnliSection),
  webhooks: Type.Optional(WebhooksSection),
});

/** The setup file as written: the one source of its type, its validation and its published JSON Schema. */
export const SetupFile = members({
  $schema: Type.Optional(Type.String({ description: 'For editors; has no meaning here.' })),
  instance: Type.Optional(Instance),
  organizations: Type.Optional(Type.Array(Organization, { description: 'The tenants.' })),
});
export type SetupFile = Static<typeof SetupFile>;

/** The JSON Schema that is published as `docs/setup.schema.json`. */
export function setupJsonSchema(): unknown {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tessera setup file',
    ...JSON.parse(JSON.stringify(SetupFile)),
  };
}
