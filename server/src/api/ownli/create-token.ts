import { DomainError } from '../../core/errors.ts';
import type { Route } from '../shared/route.ts';
import { limitingFailures } from '../shared/token-limit.ts';
import { OPERATIONS } from './operations.ts';
import { bodyOf, createTokenBody } from './schema.ts';
import type { OwnliServices } from './services.ts';

/** Lifetime of an access token in seconds. */
export const TOKEN_LIFETIME = 3600;

/** `POST /api/auth/token`: an access token for a client's credentials. */
export function createToken({
  partners,
  tokens,
  limits,
}: Pick<OwnliServices, 'partners' | 'tokens' | 'limits'>): Route {
  return {
    method: 'POST',
    path: '/api/auth/token',
    operation: OPERATIONS.createToken,
    handler: limitingFailures(limits, async (request) => {
      const body = bodyOf(request, createTokenBody);
      const partner = partners().withCredentials(body);
      if (partner === null) throw new DomainError('unauthenticated');
      // Clients of the first generation know no scopes.
      const scope = body.scope ?? 'admin';
      const answer = {
        access_token: await tokens.issue({ clientId: partner.caller.clientId, scope, credential: partner.credential }),
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME,
        partner_id: partner.partnerId,
        scope,
      };
      return { status: 200, body: JSON.stringify(answer) };
    }),
  };
}
