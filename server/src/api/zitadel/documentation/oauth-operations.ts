import { FORM_TYPE } from '../../shared/media-type.ts';
import type { DocumentedAnswer, JsonSchema, Operation } from '../../shared/operation.ts';
import { CLIENT_CREDENTIALS, JWT_BEARER } from '../oauth/token.ts';
import { OAUTH_ERROR } from './errors.ts';

export const OAUTH_TAG = 'OAuth';

const text = { type: 'string' };
const url = { type: 'string', format: 'uri' };
const texts = { type: 'array', items: text };
const refused = (description: string): DocumentedAnswer => ({ description, schema: OAUTH_ERROR });

const BUSY = {
  500: refused('An internal error.'),
  503: refused('The service is overloaded, or its database cannot be reached.'),
};
const OF_FORMS = {
  400: refused('The form is malformed, or the grant is none.'),
  401: refused('The client could not prove itself.'),
  408: refused('The body did not arrive in time.'),
  413: refused('The body is larger than 1 MiB.'),
  415: refused('The body is no form.'),
  429: refused('There were too many failures.'),
  ...BUSY,
};

/** Of an object all of whose members are always there. */
const members = (
  properties: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
) => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
  additionalProperties: false,
});

const form = (schema: JsonSchema) => ({ schema, required: true, contentTypes: [FORM_TYPE] });

/** A client proves itself in the form, by HTTP Basic, or by an assertion signed with its key. */
const CLIENT = { client_id: text, client_secret: text };
const CLIENT_ASSERTION = { client_assertion: text, client_assertion_type: text };

const base = { tag: OAUTH_TAG, changes: false } as const;
const EVERYBODY = [[]] as const;

/** The endpoints by which machines get access tokens. */
export const OAUTH_OPERATIONS = {
  discovery: {
    ...base,
    id: 'discovery',
    summary: 'Where the other endpoints are',
    description: 'OpenID Connect Discovery 1.0, as far as machines need it.',
    security: EVERYBODY,
    answers: {
      200: {
        description: 'What the server is and can.',
        schema: members({
          issuer: url,
          token_endpoint: url,
          introspection_endpoint: url,
          jwks_uri: url,
          grant_types_supported: texts,
          response_types_supported: texts,
          scopes_supported: texts,
          subject_types_supported: texts,
          id_token_signing_alg_values_supported: texts,
          token_endpoint_auth_methods_supported: texts,
          introspection_endpoint_auth_methods_supported: texts,
          introspection_endpoint_auth_signing_alg_values_supported: texts,
        }),
      },
      ...BUSY,
    },
  },
  keys: {
    ...base,
    id: 'keys',
    summary: 'The public keys of access tokens',
    security: EVERYBODY,
    answers: {
      200: {
        description: 'A JWK Set (RFC 7517).',
        schema: members({ keys: { type: 'array', items: { type: 'object', properties: { kty: text, kid: text } } } }),
      },
      ...BUSY,
    },
  },
  token: {
    ...base,
    id: 'token',
    summary: 'An access token for a machine',
    description:
      'By the JWT profile (RFC 7523) or by client credentials (RFC 6749, 4.4), in the form or by HTTP Basic. Scopes are read past.',
    security: [[], ['basic']],
    body: form({
      type: 'object',
      properties: {
        grant_type: { type: 'string', enum: [CLIENT_CREDENTIALS, JWT_BEARER] },
        assertion: text,
        scope: text,
        ...CLIENT,
      },
      required: ['grant_type'],
    }),
    answers: {
      200: {
        description: 'The token.',
        schema: members({ access_token: text, token_type: { const: 'Bearer' }, expires_in: { type: 'integer' } }),
      },
      ...OF_FORMS,
    },
  },
  introspect: {
    ...base,
    id: 'introspect',
    summary: 'What a token is',
    description: 'RFC 7662, for machines that prove themselves by secret or by key.',
    security: [[], ['basic']],
    body: form({
      type: 'object',
      properties: { token: text, token_type_hint: text, ...CLIENT, ...CLIENT_ASSERTION },
      required: ['token'],
    }),
    answers: {
      200: {
        description: 'Whether the token is good, and whose it is.',
        schema: members(
          { active: { type: 'boolean' } },
          {
            iss: url,
            aud: texts,
            sub: text,
            username: text,
            token_type: { const: 'Bearer' },
            client_id: text,
            iat: { type: 'integer' },
            exp: { type: 'integer' },
            jti: text,
          },
        ),
      },
      ...OF_FORMS,
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
