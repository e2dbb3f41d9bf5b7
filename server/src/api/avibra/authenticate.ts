import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.ts';
import type { ClientTokens } from '../shared/client-tokens.ts';
import { bearerToken, header } from '../shared/headers.ts';
import type { Partner, Partners } from './partners.ts';

/** Where the API key has to be: in every call, or only its value right wherever there is one. */
export type KeyRule = 'required' | 'optional';

export type Authenticate = (request: FastifyRequest) => Promise<Partner>;

/**
 * Finds the partner behind a call: a token of ours, of a client that still exists with the secret and the scope it had,
 * and that client's own API key.
 *
 * @throws DomainError `unauthenticated`
 */
export function createAuthenticate(
  partners: () => Partners,
  tokens: ClientTokens,
  keyRule: KeyRule = 'required',
): Authenticate {
  return async ({ headers }) => {
    const bearer = bearerToken(headers.authorization);
    if (bearer.kind !== 'token') throw new DomainError('unauthenticated');
    const verified = tokens.verify(bearer.token);
    const token = verified instanceof Promise ? await verified : verified;
    const known = partners();
    const partner = token === null ? undefined : known.ofSubject(token.clientId);
    if (partner === undefined || token?.scope !== partner.scope || token.credential !== partner.credential) {
      throw new DomainError('unauthenticated');
    }
    const apiKey = header(headers, 'x-api-key');
    const isKeyless = apiKey === undefined && keyRule === 'optional';
    if (!isKeyless && !known.holdsKey(partner, apiKey ?? '')) throw new DomainError('unauthenticated');
    return partner;
  };
}
