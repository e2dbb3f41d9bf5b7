import type { FastifyRequest } from 'fastify';
import type { Answer } from '../shared/answer.ts';
import { type BasicCredentials, basicCredentials } from '../shared/basic-credentials.ts';
import { formBody } from '../shared/body.ts';
import type { ClientTokens } from '../shared/client-tokens.ts';
import { type Fields, single } from '../shared/fields.ts';
import type { Handler } from '../shared/route.ts';
import { type OAuthError, oauthRefusal } from './errors.ts';
import type { Partners } from './partners.ts';

/** Seconds that an access token is good for. */
export const TOKEN_LIFETIME = 3600;

/** `POST /oauth2/token`: the client-credentials grant of RFC 6749. */
export function oauth2Token(partners: () => Partners, tokens: ClientTokens): Handler {
  return async (request) => {
    const form = formBody(request);
    const grantType = field(form, 'grant_type');
    if (grantType === undefined) return oauthRefusal('invalid_request', 'grant_type is required.');
    if (grantType !== 'client_credentials') return oauthRefusal('unsupported_grant_type');
    const credentials = credentialsOf(request, form);
    if (typeof credentials === 'string') return oauthRefusal(credentials);
    const partner = partners().signedIn(credentials.clientId, credentials.secret);
    if (partner === null) return oauthRefusal('invalid_client');
    if (!sameScope(field(form, 'scope'), partner.scope)) return oauthRefusal('invalid_scope');
    const { subject: clientId, scope, credential } = partner;
    return granted(await tokens.issue({ clientId, scope, credential }));
  };
}

function granted(accessToken: string): Answer {
  const body = { access_token: accessToken, expires_in: TOKEN_LIFETIME, token_type: 'Bearer' };
  return { status: 200, headers: { pragma: 'no-cache' }, body: JSON.stringify(body) };
}

/** A parameter without a value counts as left out (RFC 6749, 3.2). */
function field(form: Fields, name: string): string | undefined {
  return single(form, name, 'malformed_body') || undefined;
}

/** The client's credentials, from the form or from HTTP Basic; only one of the two may be used (RFC 6749, 2.3). */
function credentialsOf({ headers }: FastifyRequest, form: Fields): BasicCredentials | OAuthError {
  const clientId = field(form, 'client_id');
  const secret = field(form, 'client_secret');
  if (headers.authorization === undefined) {
    return clientId === undefined || secret === undefined ? 'invalid_client' : { clientId, secret };
  }
  if (secret !== undefined) return 'invalid_request';
  const basic = basicCredentials(headers.authorization);
  if (basic === null) return 'invalid_client';
  return clientId !== undefined && clientId !== basic.clientId ? 'invalid_request' : basic;
}

/** Scopes are lists of words in any order. */
function sameScope(requested: string | undefined, granted: string): boolean {
  return requested !== undefined && words(requested) === words(granted);
}

function words(scope: string): string {
  return [...new Set(scope.split(' ').filter((word) => word !== ''))].sort().join(' ');
}
