import Type from 'typebox';
import { members, secret, text } from './setup-values.ts';

/** Characters of a password or a token of others, which they make as long as they like. */
const LONG_SECRET = 4000;
const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;

const emailAddress = (description: string) => text(description, { max: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });

/** The server that takes mails. */
export const MailSection = members(
  {
    host: text('Name or address of the SMTP server.', { max: 253, pattern: '^[!-~]+$' }),
    port: Type.Optional(
      Type.Integer({
        description: 'Its port; 587 with starttls, 465 with implicit, 25 with none.',
        minimum: 1,
        maximum: 65_535,
      }),
    ),
    tls: Type.Optional(
      Type.Enum(['starttls', 'implicit', 'none'], {
        description: 'How the connection is encrypted. Both ways verify the certificate and never fall back.',
        default: 'starttls',
      }),
    ),
    user: Type.Optional(text('User name there.')),
    password: Type.Optional(secret('Password there.', undefined, LONG_SECRET)),
    from: emailAddress('Address that mails come from.'),
    fromName: Type.Optional(text('Name that mails come from; that of the organization unless given.')),
    replyTo: Type.Optional(emailAddress('Address for replies.')),
  },
  'The server that takes mails; without one they are written to files in the data folder.',
);

/** The gateway that takes text messages. */
export const SmsSection = members(
  {
    url: text('Where text messages are posted.', { max: 2000, pattern: '^https?://.+$' }),
    authorization: Type.Optional(secret('Value of the Authorization header.', '^[!-~]+( [!-~]+)*$', LONG_SECRET)),
    from: Type.Optional(text('Number or name of the sender, as the gateway wants it.')),
    allowPrivateAddresses: Type.Optional(
      Type.Boolean({ description: 'Whether the gateway may be at a private or loopback address.', default: false }),
    ),
  },
  'The HTTP gateway that takes text messages; without one they are written to files in the data folder.',
);

type Tls = keyof typeof PORTS;

export function fillInMail<E extends { readonly tls?: Tls; readonly port?: number }>(entry: E) {
  const { tls = 'starttls' } = entry;
  return { ...entry, tls, port: entry.port ?? PORTS[tls] };
}

export function fillInSms<E extends { readonly allowPrivateAddresses?: boolean }>(entry: E) {
  return { ...entry, allowPrivateAddresses: entry.allowPrivateAddresses ?? false };
}
