import { type Documentation, type DocumentedAnswer, IDEMPOTENCY_KEY, type Operation } from '../shared/operation.ts';
import * as operations from './operations.ts';
import { ErrorInfo, TOKEN_TAG } from './operations.ts';
import * as bodies from './schema.ts';

const DESCRIPTION = `The API by which partners enrol their users at a benefits provider and keep their contact details current.

Under \`Version: v2\` a call is done when it is answered; under \`v1\`, which is also that of calls without the header, it is
kept, answered, and applied in the background. Members that are not known are ignored, and \`null\` says the same as leaving
a member out. Every path is also served under \`/preprod\`, as the same call.`;

const refusal = (description: string): DocumentedAnswer => ({ description, schema: ErrorInfo });

const REFUSALS: Readonly<Record<number, DocumentedAnswer>> = {
  400: refusal('The request is malformed, a value is not valid or taken, or the record does not allow this now.'),
  401: refusal('The access token or the API key is missing or not valid.'),
  403: refusal('The user holds more than the client.'),
  404: refusal('The partner has no such user.'),
  408: refusal('The body did not arrive in time.'),
  409: refusal('The user exists already, or the key was used with another request.'),
  412: refusal('The record is not at a version that `If-Match` names.'),
  413: refusal('The body is larger than 1 MiB.'),
  429: refusal('There were too many failures.'),
  500: refusal('An internal error: the log has its cause under the request id.'),
  503: refusal('The service is overloaded, or cannot store changes at the moment.'),
};

const ALWAYS = [400, 401, 408, 413, 500, 503];
const OF_CHANGES = [403, 412];

const changes = (operation: Operation): boolean => operation.changes;

function schemasOf(module: object): Record<string, object> {
  return Object.fromEntries(
    Object.entries(module).filter(([name, value]) => typeof value === 'object' && /^[A-Z][a-z]/.test(name)),
  );
}

/** What the document says of the dialect as a whole. */
export function documentation(): Documentation {
  return {
    title: 'Avibra',
    version: '1.0.2',
    description: DESCRIPTION,
    schemas: { ...schemasOf(bodies), ...schemasOf(operations) },
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'An access token of `POST /oauth2/token`.' },
      apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: "The partner's API key." },
      basic: { type: 'http', scheme: 'basic', description: 'Id and secret of the client.' },
      linkUser: { type: 'http', scheme: 'basic', description: 'User name and password of the link-token call.' },
    },
    security: [['bearer', 'apiKey']],
    parameters: [
      {
        name: 'Version',
        in: 'header',
        description: '`v2` is done when it is answered, `v1` afterwards.',
        schema: { type: 'string', enum: ['v1', 'v2'], default: 'v1' },
        appliesTo: changes,
      },
      { ...IDEMPOTENCY_KEY, description: `${IDEMPOTENCY_KEY.description} Required under \`v2\`.` },
      {
        name: 'If-Match',
        in: 'header',
        description: 'Entity tags of which one must be that of the record, or `*`. Ignored under `v1`.',
        schema: { type: 'string' },
        appliesTo: changes,
      },
    ],
    refusals: REFUSALS,
    refusalsOf: (operation) => {
      // The token call answers in the words of OAuth.
      if (operation.tag === TOKEN_TAG && operation.id === 'token') return [];
      return [...ALWAYS, ...(operation.changes ? OF_CHANGES : [])];
    },
  };
}
