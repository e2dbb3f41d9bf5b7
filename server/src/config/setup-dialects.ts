import Type from 'typebox';
import { members, SECRET_PATTERN, secret, text } from './setup-values.ts';
import { webhookTarget } from './setup-webhooks.ts';

export const WEBHOOK_EVENTS = [
  'enrollment_request_received',
  'enrollment_successful',
  'offer_activation_successful',
  'offer_upgrade_successful',
  'offer_cancellation_successful',
  'user_benefits_pendingswap',
] as const;

export const DEFAULT_SCOPE = 'users';

// Basic authentication ends the user name at the first colon.
const basicUsername = text('User name of Basic authentication.', { pattern: '^[!-9;-~]+$' });

function option(description: string) {
  return Type.Optional(Type.Boolean({ description, default: false }));
}

/** How Zitadel clients are answered, whichever organization they ask about. */
export const ZitadelInstanceSection = members(
  {
    showUnverified: option('Whether JSON answers say "isVerified": false, which the vendor leaves out.'),
    hideExistence: option('Whether users whom the caller must not know of are refused like missing ones.'),
    omitDefaultLinks: option('Whether mails that name no link of their own carry the code alone.'),
  },
  'Ways in which the Zitadel dialect departs from the vendor.',
);

/** Where people may have identities besides; users are linked to them by the id. */
export const IdentityProviders = Type.Array(
  members({ id: text('Id of the provider, its own in the whole instance.'), name: text('Name to show.') }),
  { description: 'Identity providers that users may be linked to.' },
);

/** The section of an organization that answers to Zitadel clients. */
export const ZitadelSection = members(
  {
    domains: Type.Optional(
      Type.Array(
        text('Domain name.', {
          max: 253,
          pattern: '^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)*[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$',
        }),
        {
          description:
            'Verified domains: no other organization may use them in usernames. The first is the primary one.',
        },
      ),
    ),
    foldEmailCase: option('Whether e-mail addresses are taken in lower case.'),
    refuseLockedUpdates: option('Whether locked users cannot be changed.'),
  },
  'Switches the Zitadel dialect on.',
);

/** What an Avibra partner gives its users. */
const Offer = members({
  name: text('By which callers name the offer.'),
  description: Type.Optional(text('What people are told of it.', { max: 2000 })),
  isDefault: option('Whether users get it when they are enrolled.'),
  benefits: Type.Array(
    members({
      name: text('By which callers name the benefit.'),
      description: Type.Optional(text('What people are told of it.', { max: 2000 })),
      isIncluded: Type.Optional(
        Type.Boolean({
          description: 'Whether everybody with the offer begins with it; any other can be chosen.',
          default: true,
        }),
      ),
    }),
    { description: 'What the offer consists of.' },
  ),
});

/** The section of an organization that is also an Avibra partner. */
export const AvibraSection = members(
  {
    partnerName: text('What callers send as partnername.'),
    clientId: text('OAuth client id.', { pattern: '^[!-9;-~]+$' }),
    clientSecret: secret('OAuth client secret.', SECRET_PATTERN),
    scope: Type.Optional(
      Type.String({
        description: 'OAuth scope the client asks for.',
        minLength: 1,
        pattern: '^[!-~]+$',
        default: DEFAULT_SCOPE,
      }),
    ),
    apiKey: secret('Value of the x-api-key header.', SECRET_PATTERN),
    offers: Type.Optional(Type.Array(Offer, { description: 'Offers, from the lowest to the highest.' })),
    linkToken: Type.Optional(
      members(
        { username: basicUsername, password: secret('Password of Basic authentication.') },
        'Credentials of the LinkToken call, which does not exist without them.',
      ),
    ),
    webhook: Type.Optional(
      members(
        {
          ...webhookTarget,
          events: Type.Array(Type.Enum(WEBHOOK_EVENTS), {
            description: 'Events that are sent.',
            minItems: 1,
            uniqueItems: true,
          }),
          username: Type.Optional(basicUsername),
          password: Type.Optional(secret('Password of Basic authentication.')),
        },
        'Endpoint of the partner that is told about events.',
      ),
    ),
  },
  'Switches the Avibra dialect on.',
);

/** The section of an organization that is also an Ownli partner. */
export const OwnliSection = members(
  {
    partnerId: text('Partner id.', { pattern: '^[!-~]+$' }),
    clientId: text('Client id.', { pattern: '^[!-~]+$' }),
    clientSecret: secret('Client secret.', SECRET_PATTERN),
    optionalPolicyDates: option('Whether users may be created for policies without a start and an end.'),
  },
  'Switches the Ownli dialect on.',
);
