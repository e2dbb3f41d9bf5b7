import type { Caller } from '../../app/callers.ts';
import type { DeferredWorker } from '../../app/deferred.ts';
import type { LinkGiver, Links } from '../../app/links.ts';
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
import { cancelNamedUser, cancelUser } from './cancel-user.ts';
import { createUser } from './create-user.ts';
import { deferredSubmission } from './deferred-call.ts';
import { documentation } from './documentation.ts';
import { renderError } from './errors.ts';
import { getBenefits } from './get-benefits.ts';
import { callerOfGiver } from './link-giver.ts';
import { linkToken } from './link-token.ts';
import { moveOffer } from './move-offer.ts';
import { oauth2Token, TOKEN_LIFETIME } from './oauth2-token.ts';
import { OPERATIONS } from './operations.ts';
import { Partners } from './partners.ts';
import { prefillUser } from './prefill-user.ts';
import { createRunCall } from './run-call.ts';
import { AVIBRA } from './section.ts';
import { updateUser } from './update-user.ts';

export { partnerRequest } from './webhook.ts';

export interface AvibraServices {
  readonly users: Users;
  readonly secrets: Pick<Secrets, 'signingKey' | 'secretDigest'>;
  readonly limits: RateLimits;
  readonly links: Pick<Links, 'give'>;
  readonly nextId: NextId;
  readonly clock: Clock;
  /** Asked for at each use: the worker is built after the dialects. */
  readonly deferred: () => DeferredWorker;
}

export interface Avibra {
  readonly dialect: Dialect;
  /** What a call that was accepted for later stands for. */
  readonly submissionOf: (work: DeferredWork) => Submission;
  /** Who gave a link. */
  readonly callerOfGiver: (giver: LinkGiver) => Caller;
}

/** Below it, every path is also served as that of the pre-production stage. */
const PREPROD = '/preprod';

export function avibra(services: AvibraServices): Avibra {
  const { users, secrets, limits, links, nextId, clock, deferred } = services;
  const partners = users.directory.derived((directory) => new Partners(directory.all(), secrets));
  const { signingKey } = secrets;
  const tokens = createClientTokens({ signingKey, audience: AVIBRA, lifetime: TOKEN_LIFETIME, clock });
  const authenticate = createAuthenticate(partners, tokens);
  // The documentation does not list these calls among those with an API key.
  const authenticateLoosely = createAuthenticate(partners, tokens, 'optional');
  const run = createRunCall({ users, deferred });
  const cancel = cancelUser(authenticate, run);
  const routes: Route[] = [
    {
      method: 'POST',
      path: '/oauth2/token',
      handler: limitingFailures(limits, oauth2Token(partners, tokens)),
      consumes: [FORM_TYPE],
      operation: OPERATIONS.token,
    },
    {
      method: 'POST',
      path: '/user/linktoken3',
      handler: linkToken({ partners, users, links, limits, deferred }),
      operation: OPERATIONS.linkToken,
    },
    {
      method: 'POST',
      path: '/user/account/create',
      handler: createUser({ authenticate, run, nextId }),
      operation: OPERATIONS.createUser,
    },
    {
      method: 'POST',
      path: '/user/account/update',
      handler: updateUser(authenticate, run),
      operation: OPERATIONS.updateUser,
    },
    { method: 'DELETE', path: '/user/account/cancel/:userid', handler: cancel, operation: OPERATIONS.cancelUser },
    {
      method: 'POST',
      path: '/user/account/cancel/:userid',
      handler: cancel,
      operation: OPERATIONS.cancelUserByPost,
    },
    {
      method: 'POST',
      path: '/user/account/cancel',
      handler: cancelNamedUser(authenticate, run),
      operation: OPERATIONS.cancelNamedUser,
    },
    { method: 'POST', path: '/user/offers/:userid', handler: cancel, operation: OPERATIONS.cancelOffers },
    {
      method: 'POST',
      path: '/user/offers',
      handler: moveOffer(authenticateLoosely, run),
      operation: OPERATIONS.moveOffer,
    },
    {
      method: 'POST',
      path: '/user/prefill',
      handler: prefillUser({ authenticate, run, nextId }),
      operation: OPERATIONS.prefillUser,
    },
    {
      method: 'POST',
      path: '/user/benefits',
      handler: getBenefits({ authenticate: authenticateLoosely, users, clock }),
      operation: OPERATIONS.getBenefits,
    },
  ];
  return {
    dialect: {
      name: AVIBRA,
      prefixes: ['/user', '/oauth2', '/preprod'],
      routes: [
        ...routes,
        ...routes.map((route) => ({ ...route, path: `${PREPROD}${route.path}`, aliasOf: route.path })),
      ],
      documentation,
      renderError,
      singleHeaders: ['version', 'x-api-key'],
    },
    submissionOf: deferredSubmission,
    callerOfGiver,
  };
}
