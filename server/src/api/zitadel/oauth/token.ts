import type { Answer } from '../../shared/answer.ts';
import { formBody } from '../../shared/body.ts';
import type { Handler } from '../../shared/route.ts';
import type { AccessTokens } from './access-tokens.ts';
import { clientBySecret, field } from './client.ts';
import { type OAuthError, oauthAnswer, oauthRefusal } from './errors.ts';
import type { Machine, Machines } from './machines.ts';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const CLIENT_CREDENTIALS = 'client_credentials';

/**
 * `POST /oauth/v2/token`: access tokens for machines. A token stands for the machine and what it may do at the moment it
 * is used, so scopes are read past.
 */
export function tokenEndpoint(machines: Machines, tokens: AccessTokens): Handler {
  return async (request) => {
    const form = formBody(request);
    // Whatever the grant makes of them, no parameter may be repeated (RFC 6749, 3.2).
    for (const name of form.keys()) field(form, name);
    switch (field(form, 'grant_type')) {
      case undefined:
        return oauthRefusal('invalid_request', 'grant_type is required.');
      case JWT_BEARER: {
        const assertion = field(form, 'assertion');
        if (assertion === undefined) return oauthRefusal('invalid_request', 'assertion is required.');
        return granted(await machines.ofAssertion(assertion), tokens, 'invalid_grant');
      }
      case CLIENT_CREDENTIALS: {
        const client = await clientBySecret(machines, request.headers, form);
        return 'refusal' in client ? client.refusal : granted(client.machine, tokens, 'invalid_client');
      }
      default:
        return oauthRefusal('unsupported_grant_type');
    }
  };
}

async function granted(machine: Machine | null, tokens: AccessTokens, otherwise: OAuthError): Promise<Answer> {
  if (machine === null) return oauthRefusal(otherwise);
  const { user, proof } = machine;
  const issued = await tokens.issue(user.id, user.credentials.accessTokenType, proof);
  if (issued === null) return oauthRefusal(otherwise);
  const { token, expiresIn } = issued;
  return oauthAnswer(200, { access_token: token, token_type: 'Bearer', expires_in: expiresIn });
}
