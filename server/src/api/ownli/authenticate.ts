import type { FastifyRequest } from 'fastify';
import type { RateLimits } from '../../app/rate-limits.ts';
import { DomainError } from '../../core/errors.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { ClientToken, ClientTokens } from '../shared/client-tokens.ts';
import { bearerToken, header } from '../shared/headers.ts';
import type { PartnerCaller, Partners } from './partners.ts';

/** Headers of the older generation of clients, which send their credentials with each call. */
export const LEGACY_HEADERS = ['partnerid', 'clientid', 'clientsecret'] as const;

/** How a user-scope token is refused where an admin token is needed: it depends on what the operation documents. */
export type ScopeRefusal = 'unauthenticated' | 'no_permission';

/**
 * Finds out who asks, and that its scope is `admin`.
 *
 * @throws DomainError `unauthenticated` for missing, wrong or expired credentials, and clients that are gone or have another
 *   secret; the refusal given for a token of too small a scope; `rate_limited` for an address whose credentials in
 *   headers were wrong too often
 */
export type Authenticate = (
  request: FastifyRequest,
  scopeRefusal: ScopeRefusal,
) => Promise<PartnerCaller> | PartnerCaller;

export function createAuthenticate(
  partners: () => Partners,
  tokens: Pick<ClientTokens, 'verify'>,
  limits: Pick<RateLimits, 'run'>,
): Authenticate {
  const callerOf = (token: ClientToken | null, scopeRefusal: ScopeRefusal): PartnerCaller => {
    const partner = token === null ? undefined : partners().named(token.clientId);
    if (token === null || token.credential !== partner?.credential) throw new DomainError('unauthenticated');
    if (token.scope !== 'admin') throw new DomainError(scopeRefusal);
    return partner.caller;
  };

  const legacyCaller = (request: FastifyRequest): Promise<PartnerCaller> => {
    const [partnerId, clientId, clientSecret] = LEGACY_HEADERS.map((name) => header(request.headers, name));
    if (partnerId === undefined || clientId === undefined || clientSecret === undefined) {
      throw new DomainError('unauthenticated');
    }
    // A secret can be guessed here just as where tokens are asked for.
    return limits.run('token', { address: addressBlockOf(request) }, async () => {
      const partner = partners().withCredentials({ partnerId, clientId, clientSecret });
      if (partner === null) throw new DomainError('unauthenticated');
      return partner.caller;
    });
  };

  return (request, scopeRefusal) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return legacyCaller(request);
    const bearer = bearerToken(authorization);
    if (bearer.kind !== 'token') throw new DomainError('unauthenticated');
    const token = tokens.verify(bearer.token);
    if (token instanceof Promise) return token.then((verified) => callerOf(verified, scopeRefusal));
    return callerOf(token, scopeRefusal);
  };
}
