import type { DescMessage } from '@bufbuild/protobuf';
import type { DocumentedAnswer } from '../../shared/operation.ts';
import { DETAILS, messageSchemas } from './schemas.ts';

/** A detail as `google.protobuf.Any` in JSON: its type, and its members. */
function packed(desc: DescMessage): object {
  const { properties } = messageSchemas().of(desc, 'answer');
  return {
    type: 'object',
    properties: { '@type': { const: `type.googleapis.com/${desc.typeName}` }, ...(properties as object) },
    required: ['@type'],
    additionalProperties: false,
  };
}

/** A refusal over REST. */
export const STATUS = {
  type: 'object',
  properties: {
    code: { type: 'integer', minimum: 1, maximum: 16, description: 'Code of gRPC.' },
    message: { type: 'string' },
    get details() {
      return { type: 'array', minItems: 1, items: { anyOf: DETAILS.map(packed) } };
    },
  },
  required: ['code', 'message'],
  additionalProperties: false,
};

/** A refusal over Connect. */
export const CONNECT_ERROR = {
  type: 'object',
  properties: {
    code: {
      type: 'string',
      enum: [
        'canceled',
        'unknown',
        'invalid_argument',
        'deadline_exceeded',
        'not_found',
        'already_exists',
        'permission_denied',
        'resource_exhausted',
        'failed_precondition',
        'aborted',
        'out_of_range',
        'unimplemented',
        'internal',
        'unavailable',
        'data_loss',
        'unauthenticated',
      ],
    },
    message: { type: 'string' },
    details: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { type: 'string', description: 'Full name of the message.' },
          value: { type: 'string', contentEncoding: 'base64', description: 'The message, binary.' },
          debug: { description: 'The message as JSON.' },
        },
        required: ['type', 'value'],
        additionalProperties: false,
      },
    },
  },
  required: ['code'],
  additionalProperties: false,
};

/** A refusal in the words of OAuth (RFC 6749, 5.2). */
export const OAUTH_ERROR = {
  type: 'object',
  properties: {
    error: {
      type: 'string',
      enum: [
        'invalid_request',
        'invalid_client',
        'invalid_grant',
        'unsupported_grant_type',
        'temporarily_unavailable',
        'server_error',
      ],
    },
    error_description: { type: 'string' },
  },
  required: ['error'],
  additionalProperties: false,
};

const refusal = (description: string): DocumentedAnswer => ({ description, schema: STATUS });

/** Refusals over REST by their statuses. */
export const REFUSALS: Readonly<Record<number, DocumentedAnswer>> = {
  400: refusal('The request is malformed, breaks a rule of a field, or does not fit the state of the record.'),
  401: refusal('The access token is missing, or not valid any more.'),
  403: refusal('The caller lacks the permission.'),
  404: refusal('What the request names is not there, or not for the caller.'),
  408: refusal('The body did not arrive in time.'),
  409: refusal('What was to be made exists already.'),
  412: refusal('The record is not at a version that `If-Match` names.'),
  413: refusal('The body is larger than 1 MiB.'),
  415: refusal('The media type or the encoding of the body is not accepted.'),
  429: refusal('There are too many requests.'),
  500: refusal('An internal error: the log has its cause under the request id.'),
  501: refusal('What the request asks for is not implemented here.'),
  503: refusal('The service is overloaded, or cannot store changes at the moment.'),
};
