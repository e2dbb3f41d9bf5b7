import type { Store } from '../../../app/ports/store.ts';
import { FORM_TYPE } from '../../shared/media-type.ts';
import type { Route } from '../../shared/route.ts';
import { limitingFailures } from '../../shared/token-limit.ts';
import { OAUTH_OPERATIONS as OPERATIONS } from '../documentation/oauth-operations.ts';
import type { ZitadelServices } from '../method.ts';
import { AccessTokens } from './access-tokens.ts';
import { discoveryEndpoint, keysEndpoint, PATHS } from './discovery.ts';
import { introspectEndpoint } from './introspect.ts';
import { Machines } from './machines.ts';
import { SigningKeys } from './signing-keys.ts';
import { tokenEndpoint } from './token.ts';

export interface OAuthOptions extends Omit<ZitadelServices, 'accessTokens' | 'repeats'> {
  readonly store: Pick<Store, 'setting' | 'replaceSetting'>;
}

export interface OAuth {
  readonly accessTokens: AccessTokens;
  readonly routes: readonly Route[];
}

/** Access tokens for machines, and the endpoints they are got and understood by. */
export function oauth(options: OAuthOptions): OAuth {
  const { publicUrl, limits } = options;
  const keys = new SigningKeys(options);
  const accessTokens = new AccessTokens({ ...options, keys });
  const machines = new Machines(options);
  const services = { ...options, accessTokens };
  return {
    accessTokens,
    routes: [
      {
        method: 'GET',
        path: PATHS.discovery,
        handler: discoveryEndpoint(publicUrl),
        operation: OPERATIONS.discovery,
      },
      { method: 'GET', path: PATHS.keys, handler: keysEndpoint(keys), operation: OPERATIONS.keys },
      {
        method: 'POST',
        path: PATHS.token,
        handler: limitingFailures(limits, tokenEndpoint(machines, accessTokens)),
        consumes: [FORM_TYPE],
        operation: OPERATIONS.token,
      },
      {
        method: 'POST',
        path: PATHS.introspect,
        handler: limitingFailures(limits, introspectEndpoint(machines, services, publicUrl)),
        consumes: [FORM_TYPE],
        operation: OPERATIONS.introspect,
      },
    ],
  };
}
