import type { Answer } from '../../shared/answer.ts';
import type { Handler } from '../../shared/route.ts';
import type { SigningKeys } from './signing-keys.ts';
import { SIGNATURE } from './signing-keys.ts';
import { CLIENT_CREDENTIALS, JWT_BEARER } from './token.ts';

export const PATHS = {
  discovery: '/.well-known/openid-configuration',
  token: '/oauth/v2/token',
  keys: '/oauth/v2/keys',
  introspect: '/oauth/v2/introspect',
} as const;

/** Whether failures on the path are told in the words of OAuth. */
export function isOAuthPath(path: string): boolean {
  return path === PATHS.discovery || path.startsWith('/oauth/v2/');
}

/** What clients learn the other endpoints from. Addresses follow from the configuration, never from the request. */
export function discoveryEndpoint(publicUrl: () => string): Handler {
  return () => {
    const issuer = publicUrl();
    const clientMethods = ['client_secret_basic', 'client_secret_post'];
    return json({
      issuer,
      token_endpoint: `${issuer}${PATHS.token}`,
      introspection_endpoint: `${issuer}${PATHS.introspect}`,
      jwks_uri: `${issuer}${PATHS.keys}`,
      grant_types_supported: [CLIENT_CREDENTIALS, JWT_BEARER],
      // Nobody signs in here by a browser: there is no authorization endpoint.
      response_types_supported: ['none'],
      scopes_supported: ['openid'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [SIGNATURE],
      token_endpoint_auth_methods_supported: clientMethods,
      introspection_endpoint_auth_methods_supported: [...clientMethods, 'private_key_jwt'],
      introspection_endpoint_auth_signing_alg_values_supported: [SIGNATURE],
    });
  };
}

/** The public keys of access tokens, as a JWK Set. */
export function keysEndpoint(keys: SigningKeys): Handler {
  return async () => json({ keys: await keys.published() });
}

function json(body: object): Answer {
  return { status: 200, body: JSON.stringify(body) };
}
