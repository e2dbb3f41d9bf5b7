import type { Handler } from '../shared/route.ts';
import { Refusal } from './errors.ts';
import { type QueryReader, readQuery } from './query.ts';
import type { Context } from './services.ts';

const NOT_CONFIGURED = [
  { code: 'BrandNotConfiguredApp', message: 'The brand has no integration of other sign-in providers configured.' },
];

export function readCallbackUrl(query: QueryReader): string {
  return query.required('callbackURL');
}

/**
 * GET /users/auth/integrations/google/authenticate-url, POST …/apple/authenticate-url and GET
 * /users/auth/app-integration/authenticate-urls. People do not sign in through other providers here, and the answer
 * says so.
 */
export function refuseIntegration({ brands }: Context): Handler {
  return (request) => {
    brands.of(request.headers);
    readQuery(request, readCallbackUrl);
    throw new Refusal('idp_unknown', 409, NOT_CONFIGURED);
  };
}
