import Type from 'typebox';
import { SUBSCRIBABLE_EVENTS } from '../core/values/subscribable-events.ts';
import { members, secret, text } from './setup-values.ts';

/** All events there are, also those that later versions add. */
export const EVERY_EVENT = '*';

/** Where somebody is told of events. */
export const webhookTarget = {
  url: text('Where events are sent.', { max: 2000, pattern: '^https?://.+$' }),
  allowPrivateAddresses: Type.Optional(
    Type.Boolean({
      description:
        'Whether it may be at a private, loopback or link-local address. Others are refused when connecting.',
      default: false,
    }),
  ),
};

/** Subscribers of an organization. */
export const WebhooksSection = Type.Array(
  members({
    name: text('Name of the subscriber, its own in the organization.', { max: 64, pattern: '^[a-zA-Z0-9._-]+$' }),
    events: Type.Array(Type.Enum([EVERY_EVENT, ...SUBSCRIBABLE_EVENTS]), {
      description: 'Events that are sent; "*" is all of them.',
      minItems: 1,
      uniqueItems: true,
    }),
    secret: secret(
      'Key of the signatures, as Standard Webhooks write it: whsec_ and 24 to 64 random bytes in base64.',
      '^whsec_[A-Za-z0-9+/]+={0,2}$',
    ),
    ...webhookTarget,
  }),
  { description: 'Whom to tell of changes of users.' },
);
