import type { Clock, NextId } from '../../app/ports/clock.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { RateLimits } from '../../app/rate-limits.ts';
import type { Users } from '../../app/users.ts';
import { createClientTokens } from '../shared/client-tokens.ts';
import type { Dialect } from '../shared/route.ts';
import { createAuthenticate, LEGACY_HEADERS } from './authenticate.ts';
import { createToken, TOKEN_LIFETIME } from './create-token.ts';
import { createUser } from './create-user.ts';
import { createUserWithPolicy } from './create-user-with-policy.ts';
import { documentation } from './documentation.ts';
import { renderError } from './errors.ts';
import { getUserById } from './get-user-by-id.ts';
import { getUserByPhone } from './get-user-by-phone.ts';
import { getUserSummary } from './get-user-summary.ts';
import { listUsers, listUsersByPage } from './list-users.ts';
import { Partners } from './partners.ts';
import type { OwnliServices } from './services.ts';
import { updatePolicy } from './update-policy.ts';
import { updateUser } from './update-user.ts';

export interface OwnliDependencies {
  readonly users: Users;
  readonly secrets: Pick<Secrets, 'signingKey' | 'secretDigest'>;
  readonly limits: RateLimits;
  readonly nextId: NextId;
  readonly clock: Clock;
}

/** The Ownli partner API. It owns every path under `/api` that no longer prefix takes. */
export function ownli({ users, secrets, limits, nextId, clock }: OwnliDependencies): Dialect {
  const partners = users.directory.derived((directory) => new Partners(directory.all(), secrets));
  const tokens = createClientTokens({
    signingKey: secrets.signingKey,
    audience: 'ownli',
    lifetime: TOKEN_LIFETIME,
    clock,
  });
  const authenticate = createAuthenticate(partners, tokens, limits);
  const services: OwnliServices = { users, limits, nextId, partners, tokens, authenticate };
  return {
    name: 'ownli',
    prefixes: ['/api'],
    routes: [
      createToken(services),
      createUser(services),
      createUserWithPolicy(services),
      updateUser(services),
      updatePolicy(services),
      listUsers(services),
      listUsersByPage(services),
      getUserByPhone(services),
      getUserById(services),
      getUserSummary(services),
    ],
    documentation,
    renderError,
    singleHeaders: LEGACY_HEADERS,
  };
}
