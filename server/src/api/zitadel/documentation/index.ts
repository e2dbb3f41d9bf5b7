import { type Documentation, IDEMPOTENCY_KEY, type Operation } from '../../shared/operation.ts';
import { CONNECT_ERROR, OAUTH_ERROR, REFUSALS, STATUS } from './errors.ts';
import { OAUTH_TAG } from './oauth-operations.ts';
import { messageSchemas } from './schemas.ts';

const DESCRIPTION = `The user service of Zitadel, version 2, and of its organization service what managing users needs.

This document describes REST, and Connect with JSON; the same methods are served over gRPC, gRPC-Web and Connect with
protobuf messages on the same port, and server reflection describes them there. Members that are not known are ignored, and
\`null\` is the same as leaving a member out.`;

const ALWAYS = [400, 401, 403, 404, 429, 500, 501, 503];
const WITH_BODY = [408, 413, 415];
const OF_CHANGES = [409, 412];

const isOurs = ({ tag }: Operation): boolean => tag !== OAUTH_TAG;
const changes = (operation: Operation): boolean => isOurs(operation) && operation.changes;

/** What the documents say of the dialect as a whole; its operations follow from the descriptors. */
export function documentation(): Documentation {
  return {
    title: 'Zitadel',
    version: 'v2',
    description: DESCRIPTION,
    schemas: {
      ...messageSchemas().named,
      'google.rpc.Status': STATUS,
      ConnectError: CONNECT_ERROR,
      OAuthError: OAUTH_ERROR,
    },
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: 'A personal access token, or an access token of `POST /oauth/v2/token`.',
      },
      basic: { type: 'http', scheme: 'basic', description: 'Id or name of a machine, and its secret.' },
    },
    security: [['bearer']],
    parameters: [
      {
        name: 'x-zitadel-orgid',
        in: 'header',
        description: "The organization that the caller acts in; the caller's own unless given.",
        schema: { type: 'string' },
        appliesTo: isOurs,
      },
      {
        name: 'If-Match',
        in: 'header',
        description: 'Entity tags of which one must be that of the record, or `*`.',
        schema: { type: 'string' },
        appliesTo: changes,
      },
      { ...IDEMPOTENCY_KEY, appliesTo: changes },
    ],
    refusals: REFUSALS,
    refusalsOf: ({ tag, changes }, method) => {
      if (tag === OAUTH_TAG || tag.endsWith('(Connect)')) return [];
      return [...ALWAYS, ...(method === 'GET' ? [] : WITH_BODY), ...(changes ? OF_CHANGES : [])];
    },
  };
}
