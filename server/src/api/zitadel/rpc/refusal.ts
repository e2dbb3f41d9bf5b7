import { create, createFileRegistry, fromJson, type MessageShape } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
} from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import type { WireAnswer } from '../../shared/answer.ts';
import type { RequestError } from '../../shared/route.ts';
import { DETAIL_TYPES } from '../protocol/encode.ts';
import { STATUS_CODES } from '../protocol/status.ts';
import { StatusError } from '../status-error.ts';
import type { RpcForm } from './forms.ts';

/** `google/rpc/error_details.proto`, as far as it is used. */
const ERROR_DETAILS = fromJson(FileDescriptorProtoSchema, {
  name: 'google/rpc/error_details.proto',
  package: 'google.rpc',
  syntax: 'proto3',
  dependency: ['google/protobuf/duration.proto'],
  messageType: [
    {
      name: 'RetryInfo',
      field: [
        {
          name: 'retry_delay',
          jsonName: 'retryDelay',
          number: 1,
          label: 'LABEL_OPTIONAL',
          type: 'TYPE_MESSAGE',
          typeName: '.google.protobuf.Duration',
        },
      ],
    },
  ],
});
const files = createFileRegistry(
  create(FileDescriptorSetSchema, { file: [file_google_protobuf_duration.proto, ERROR_DETAILS] }),
);
const RETRY_INFO = named(files.getMessage('google.rpc.RetryInfo'));

/** A refusal in the form of its call: the same code, text and details as over REST. */
export function refusalOf(refused: StatusError, { protocol, contentType }: RpcForm): WireAnswer {
  const { retryAfter } = refused;
  return protocol.refusal(connectErrorOf(refused), contentType, {
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  });
}

/**
 * A refusal before any method was called, or undefined where it is the same as over REST: a client of Connect reads the
 * HTTP status of a path or a verb that is not there.
 */
export function refusalBefore(
  error: RequestError,
  refused: StatusError,
  form: RpcForm,
  path: string,
): WireAnswer | undefined {
  switch (error.kind === 'fault' ? error.fault.fault : undefined) {
    case 'method_not_allowed':
    case 'unsupported_media_type':
      return undefined;
    case 'route_not_found':
      return form.protocol.statusInHttp ? undefined : refusalOf(unimplemented(`unknown method ${path}`), form);
    case 'content_encoding':
      return refusalOf(unimplemented(refused.message), form);
    default:
      return refusalOf(refused, form);
  }
}

function unimplemented(message: string): StatusError {
  return new StatusError({ code: STATUS_CODES.unimplemented, message });
}

function connectErrorOf({ status, httpStatus, retryAfter }: StatusError): ConnectError {
  // A precondition that REST tells by 412: here the code says that reading anew and trying again may help.
  const code = httpStatus === 412 ? STATUS_CODES.aborted : status.code;
  const details = (status.details ?? []).map((value) => ({
    desc: named(DETAIL_TYPES.getMessage(value.$typeName)),
    value,
  }));
  const retry = retryAfter === undefined ? [] : [{ desc: RETRY_INFO, value: retryInfo(retryAfter) }];
  return new ConnectError(status.message, code, undefined, [...details, ...retry]);
}

function retryInfo(seconds: number): MessageShape<typeof RETRY_INFO> {
  return fromJson(RETRY_INFO, { retryDelay: `${seconds}s` });
}

function named<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the detail is not known');
  return found;
}
