import Type from 'typebox';
import { DEFAULT_RATE_LIMITS, type RateLimit, type RateLimitPair } from '../core/values/rate-limits.ts';
import { members } from './setup-values.ts';

const MOST = 1_000_000;

function limit(what: string, { burst, perHour }: RateLimit) {
  const whole = (description: string, byDefault: number) =>
    Type.Optional(Type.Integer({ description, minimum: 1, maximum: MOST, default: byDefault }));
  const limits = members(
    { burst: whole('How many at once.', burst), perHour: whole('How many an hour from then on.', perHour) },
    what,
  );
  return Type.Optional(limits);
}

const fromAddress = (byDefault: RateLimitPair['address']) =>
  limit('From one IPv4 address, or one /64 of IPv6.', byDefault);

function pair(what: string, whom: string, { user, address }: RateLimitPair) {
  return Type.Optional(members({ user: limit(whom, user), address: fromAddress(address) }, what));
}

const { signIn, code, message, token } = DEFAULT_RATE_LIMITS;

/** How much callers who have not proved who they are may ask for. */
export const RateLimitsSection = members(
  {
    signIn: pair('Sign-ins that fail.', 'As one user.', signIn),
    code: pair('Codes and tokens of mails and text messages that are wrong.', 'Of one user.', code),
    message: pair('Mails and text messages that are asked for.', 'To one recipient.', message),
    token: Type.Optional(
      members({ address: fromAddress(token.address) }, 'Requests for access tokens with wrong credentials.'),
    ),
  },
  'Limits of each process of its own; what is beyond them is answered 429.',
);
