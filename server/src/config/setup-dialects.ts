import Type from 'typebox';
import { members, SECRET_PATTERN, secret, text } from './setup-values.ts';

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

/** The section of an organization that answers to Zitadel clients. */
export const ZitadelSection = members(
  {
    domains: Type.Optional(
      Type.Array(
        text('Domain name.', {
          max: 253,
          pattern: '^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?\\.)*[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$',
        }),
        { description: 'Verified domains: no other organization may use them in usernames.' },
      ),
    ),
  },
  'Switches the Zitadel dialect on.',
);

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
    linkToken: Type.Optional(
      members(
        { username: basicUsername, password: secret('Password of Basic authentication.') },
        'Credentials of the LinkToken call, which does not exist without them.',
      ),
    ),
    webhook: Type.Optional(
      members(
        {
          url: text('Where events are sent.', { max: 2000, pattern: '^https?://.+$' }),
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
  },
  'Switches the Ownli dialect on.',
);
