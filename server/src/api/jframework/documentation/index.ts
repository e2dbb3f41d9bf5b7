import { type Documentation, type DocumentedAnswer, IDEMPOTENCY_KEY, type Operation } from '../../shared/operation.ts';
import * as models from '../models.ts';
import * as passwordBodies from '../password-schema.ts';
import * as bodies from '../schema.ts';
import * as signInBodies from '../sign-in-schema.ts';

const DESCRIPTION = `The Protocol service of JFramework, as far as it is about users.

Every answer is an envelope: \`success\`, \`statusCode\`, \`message\`, \`data\` and \`errors\`. Which brand is called is said by
the header \`Brand-URL\`, else by \`Origin\`, else by the host. Members that are not known are ignored. Names of query
parameters may be written in any letter case.`;

const refusal = (description: string): DocumentedAnswer => ({ description, schema: models.Failure });

const REFUSALS: Readonly<Record<number, DocumentedAnswer>> = {
  400: refusal('The request is malformed, or a value of it is not valid: one error for each.'),
  401: refusal('The `Auth-Key` is missing, or not valid any more; or the credentials are wrong.'),
  403: refusal('The caller may not do this, or the account may not sign in.'),
  404: refusal('The brand, or what the request names, is not there for the caller.'),
  405: refusal('The user may not be signed in at another device.'),
  408: refusal('The body did not arrive in time.'),
  409: refusal('A value is taken, or the state of the record does not allow this.'),
  412: refusal('The record is not at a version that `If-Match` names.'),
  413: refusal('The body is larger than 1 MiB.'),
  415: refusal('The media type or the encoding of the body is not accepted.'),
  422: refusal('The `Idempotency-Key` was used for another request.'),
  429: refusal('There are too many requests.'),
  500: refusal('An internal error: the log has its cause under the request id.'),
  503: refusal('The service is overloaded, or cannot store changes at the moment.'),
};

const ALWAYS = [400, 404, 500, 503];
const WITH_KEY = [401, 403];
const WITH_BODY = [408, 413, 415];
const OF_CHANGES = [409, 412, 422];

const needsKey = ({ security }: Operation): boolean => security?.some((schemes) => schemes.length === 0) !== true;

/** The named schemas of a module; what else it exports is none. */
function schemasOf(module: object): Record<string, object> {
  return Object.fromEntries(Object.entries(module).filter(([, value]) => typeof value === 'object'));
}

/** What the document says of the dialect as a whole. */
export function documentation(): Documentation {
  return {
    title: 'JFramework',
    version: 'v1',
    description: DESCRIPTION,
    schemas: {
      ...schemasOf(models),
      ...schemasOf(bodies),
      ...schemasOf(passwordBodies),
      ...schemasOf(signInBodies),
    },
    securitySchemes: {
      authKey: {
        type: 'apiKey',
        in: 'header',
        name: 'Auth-Key',
        description: 'The `authKey` that a sign-in gave.',
      },
    },
    security: [['authKey']],
    parameters: [
      {
        name: 'Brand-URL',
        in: 'header',
        description: 'Address of the brand that is called, unless `Origin` or the host names it.',
        schema: { type: 'string' },
        appliesTo: () => true,
      },
      {
        name: 'If-Match',
        in: 'header',
        description: 'Entity tags of which one must be that of the record, or `*`.',
        schema: { type: 'string' },
        appliesTo: ({ changes }) => changes,
      },
      IDEMPOTENCY_KEY,
    ],
    refusals: REFUSALS,
    refusalsOf: (operation, method) => [
      ...ALWAYS,
      ...(needsKey(operation) ? WITH_KEY : []),
      ...(method === 'GET' ? [] : WITH_BODY),
      ...(operation.changes ? OF_CHANGES : []),
    ],
  };
}
