import { mediaType } from '../../shared/media-type.ts';
import { connect } from './connect.ts';
import { grpc, grpcWeb } from './grpc.ts';
import type { RpcProtocol } from './protocol.ts';

/** How a call is put on the wire. */
export interface RpcForm {
  readonly protocol: RpcProtocol;
  /** Messages are protobuf JSON, otherwise binary. */
  readonly json: boolean;
  /** Of the answer too. */
  readonly contentType: string;
}

const FORMS = new Map<string, RpcForm>(
  [
    { protocol: grpc, json: false, contentType: 'application/grpc' },
    { protocol: grpc, json: false, contentType: 'application/grpc+proto' },
    { protocol: grpc, json: true, contentType: 'application/grpc+json' },
    { protocol: grpcWeb, json: false, contentType: 'application/grpc-web' },
    { protocol: grpcWeb, json: false, contentType: 'application/grpc-web+proto' },
    { protocol: grpcWeb, json: true, contentType: 'application/grpc-web+json' },
    { protocol: connect, json: false, contentType: 'application/proto' },
    { protocol: connect, json: true, contentType: 'application/json' },
  ].map((form) => [form.contentType, form]),
);

/** Of a call that names none. */
const DEFAULT_TYPE = 'application/json';
/** Media types of all forms. */
export const RPC_TYPES: readonly string[] = [DEFAULT_TYPE, ...FORMS.keys()];

/** The form of a call with this content type, or undefined when it is none. */
export function formOf(contentType: string = DEFAULT_TYPE): RpcForm | undefined {
  return FORMS.get(contentType) ?? FORMS.get(mediaType(contentType) ?? '');
}
