import type { DeferredWorker } from '../../app/deferred.ts';
import type { Clock, NextId } from '../../app/ports/clock.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { DeferredWork } from '../../app/ports/store.ts';
import type { RateLimits } from '../../app/rate-limits.ts';
import type { Submission } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import { createClientTokens } from '../shared/client-tokens.ts';
import { FORM_TYPE } from '../shared/media-type.ts';
import type { Dialect, Route } from '../shared/route.ts';
import { limitingFailures } from '../shared/token-limit.ts';
import { createAuthenticate } from './authenticate.ts';
import { createUser } from './create-user.ts';
import { deferredSubmission } from './deferred-call.ts';
import { renderError } from './errors.ts';
import { oauth2Token, TOKEN_LIFETIME } from './oauth2-token.ts';
import { Partners } from './partners.ts';
import { createRunCall } from './run-call.ts';
import { AVIBRA } from './section.ts';
import { updateUser } from './update-user.ts';

export interface AvibraServices {
  readonly users: Users;
  readonly secrets: Pick<Secrets, 'signingKey' | 'secretDigest'>;
  readonly limits: RateLimits;
  readonly nextId: NextId;
  readonly clock: Clock;
  /** Asked for at each use: the worker is built after the dialects. */
  readonly deferred: () => DeferredWorker;
}

export interface Avibra {
  readonly dialect: Dialect;
  /** What a call that was accepted for later stands for. */
  readonly submissionOf: (work: DeferredWork) => Submission;
}

/** Every path is also served as that of the pre-production stage. */
const STAGES = ['', '/preprod'];

export function avibra(services: AvibraServices): Avibra {
  const { users, secrets, limits, nextId, clock, deferred } = services;
  const partners = users.directory.derived((directory) => new Partners(directory.all(), secrets));
  const { signingKey } = secrets;
  const tokens = createClientTokens({ signingKey, audience: AVIBRA, lifetime: TOKEN_LIFETIME, clock });
  const authenticate = createAuthenticate(partners, tokens);
  const run = createRunCall({ users, deferred });
  const routes: Route[] = [
    {
      method: 'POST',
      path: '/oauth2/token',
      handler: limitingFailures(limits, oauth2Token(partners, tokens)),
      consumes: [FORM_TYPE],
    },
    { method: 'POST', path: '/user/account/create', handler: createUser({ authenticate, run, users, nextId }) },
    { method: 'POST', path: '/user/account/update', handler: updateUser(authenticate, run) },
  ];
  return {
    dialect: {
      name: AVIBRA,
      prefixes: ['/user', '/oauth2', '/preprod'],
      routes: STAGES.flatMap((stage) => routes.map((route) => ({ ...route, path: `${stage}${route.path}` }))),
      renderError,
      singleHeaders: ['version', 'x-api-key'],
    },
    submissionOf: deferredSubmission,
  };
}
