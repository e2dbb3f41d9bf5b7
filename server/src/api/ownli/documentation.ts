import { type Documentation, type DocumentedAnswer, IDEMPOTENCY_KEY } from '../shared/operation.ts';
import * as models from './models.ts';
import * as bodies from './schema.ts';

const DESCRIPTION = `The partner API of Ownli: partners create users and keep them up to date.

Members that are not known are ignored, and \`null\` says the same as leaving a member out. Every answer that shows one user
carries its version as \`ETag\`.`;

const refusal = (description: string): DocumentedAnswer => ({ description, schema: models.Refusal });

const REFUSALS: Readonly<Record<number, DocumentedAnswer>> = {
  400: refusal('The request is malformed, a value is not valid, or the key was used with another request.'),
  401: refusal('The credentials are missing or wrong, or the scope of the token is too small.'),
  403: refusal('The credentials do not permit this.'),
  404: refusal('There is no such user for the caller.'),
  408: refusal('The body did not arrive in time.'),
  409: refusal('Another user has that phone, e-mail address or policy.'),
  412: refusal('The user is not at a version that `If-Match` names.'),
  413: refusal('The body is larger than 1 MiB.'),
  415: refusal('The media type or the encoding of the body is not accepted.'),
  429: refusal('There were too many failures.'),
  500: refusal('An internal error: the log has its cause under the request id.'),
  503: refusal('The service is overloaded, or cannot store changes at the moment.'),
};

const ALWAYS = [400, 401, 429, 500, 503];
const WITH_BODY = [408, 413, 415];

function schemasOf(module: object): Record<string, object> {
  return Object.fromEntries(
    Object.entries(module).filter(([name, value]) => typeof value === 'object' && /^[A-Z]/.test(name)),
  );
}

/** What the document says of the dialect as a whole. */
export function documentation(): Documentation {
  return {
    title: 'Ownli',
    version: '2.0',
    description: DESCRIPTION,
    schemas: { ...schemasOf(models), ...schemasOf(bodies) },
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'An access token of `POST /api/auth/token`, of scope admin.',
      },
      partnerId: { type: 'apiKey', in: 'header', name: 'partnerId' },
      clientId: { type: 'apiKey', in: 'header', name: 'clientId' },
      clientSecret: { type: 'apiKey', in: 'header', name: 'clientSecret' },
    },
    // Older clients send their credentials with each call.
    security: [['bearer'], ['partnerId', 'clientId', 'clientSecret']],
    parameters: [
      {
        name: 'If-Match',
        in: 'header',
        description: 'Entity tags of which one must be that of the user, or `*`.',
        schema: { type: 'string' },
        appliesTo: ({ changes }) => changes,
      },
      IDEMPOTENCY_KEY,
    ],
    refusals: REFUSALS,
    refusalsOf: ({ changes }, method) => [...ALWAYS, ...(method === 'GET' ? [] : WITH_BODY), ...(changes ? [412] : [])],
  };
}
