import { createFileRegistry, type DescService, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const STREAM = { clientStreaming: true, serverStreaming: true };

const field = (name: string, number: number, type: string, more: JsonObject = {}): JsonObject => ({
  name,
  number,
  jsonName: name.replaceAll(/_([a-z])/g, (_, char: string) => char.toUpperCase()),
  label: 'LABEL_OPTIONAL',
  ...(/^[A-Z]/.test(type) ? { type } : { type: 'TYPE_MESSAGE', typeName: type }),
  ...more,
});
const text = (name: string, number: number, more?: JsonObject) => field(name, number, 'TYPE_STRING', more);
const whole = (name: string, number: number, more?: JsonObject) => field(name, number, 'TYPE_INT32', more);
const message = (name: string, fields: JsonObject[], more: JsonObject = {}): JsonObject => ({
  name,
  field: fields,
  ...more,
});
const REPEATED = { label: 'LABEL_REPEATED' };

/** `grpc/health/v1/health.proto`. */
const HEALTH = {
  name: 'grpc/health/v1/health.proto',
  package: 'grpc.health.v1',
  syntax: 'proto3',
  messageType: [
    message('HealthCheckRequest', [text('service', 1)]),
    message(
      'HealthCheckResponse',
      [field('status', 1, 'TYPE_ENUM', { typeName: '.grpc.health.v1.HealthCheckResponse.ServingStatus' })],
      {
        enumType: [
          {
            name: 'ServingStatus',
            value: ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'].map((name, number) => ({ name, number })),
          },
        ],
      },
    ),
  ],
  service: [
    {
      name: 'Health',
      method: [
        rpc('grpc.health.v1', 'Check', 'HealthCheckRequest', 'HealthCheckResponse'),
        {
          ...rpc('grpc.health.v1', 'Watch', 'HealthCheckRequest', 'HealthCheckResponse'),
          serverStreaming: true,
        },
      ],
    },
  ],
};

/** `grpc/reflection/.../reflection.proto`, whose versions differ by the package's name only. */
function reflection(version: 'v1' | 'v1alpha') {
  const name = `grpc.reflection.${version}`;
  const request = { oneofIndex: 0 };
  const own = (type: string) => `.${name}.${type}`;
  return {
    name: `grpc/reflection/${version}/reflection.proto`,
    package: name,
    syntax: 'proto3',
    messageType: [
      message(
        'ServerReflectionRequest',
        [
          text('host', 1),
          text('file_by_filename', 3, request),
          text('file_containing_symbol', 4, request),
          field('file_containing_extension', 5, own('ExtensionRequest'), request),
          text('all_extension_numbers_of_type', 6, request),
          text('list_services', 7, request),
        ],
        { oneofDecl: [{ name: 'message_request' }] },
      ),
      message('ExtensionRequest', [text('containing_type', 1), whole('extension_number', 2)]),
      message(
        'ServerReflectionResponse',
        [
          text('valid_host', 1),
          field('original_request', 2, own('ServerReflectionRequest')),
          field('file_descriptor_response', 4, own('FileDescriptorResponse'), request),
          field('all_extension_numbers_response', 5, own('ExtensionNumberResponse'), request),
          field('list_services_response', 6, own('ListServiceResponse'), request),
          field('error_response', 7, own('ErrorResponse'), request),
        ],
        { oneofDecl: [{ name: 'message_response' }] },
      ),
      message('FileDescriptorResponse', [field('file_descriptor_proto', 1, 'TYPE_BYTES', REPEATED)]),
      message('ExtensionNumberResponse', [text('base_type_name', 1), whole('extension_number', 2, REPEATED)]),
      message('ListServiceResponse', [field('service', 1, own('ServiceResponse'), REPEATED)]),
      message('ServiceResponse', [text('name', 1)]),
      message('ErrorResponse', [whole('error_code', 1), text('error_message', 2)]),
    ],
    service: [
      {
        name: 'ServerReflection',
        method: [
          { ...rpc(name, 'ServerReflectionInfo', 'ServerReflectionRequest', 'ServerReflectionResponse'), ...STREAM },
        ],
      },
    ],
  };
}

function rpc(scope: string, name: string, input: string, output: string): JsonObject {
  return { name, inputType: `.${scope}.${input}`, outputType: `.${scope}.${output}` };
}

const registry = createFileRegistry(
  fromJson(FileDescriptorSetSchema, { file: [HEALTH, reflection('v1'), reflection('v1alpha')] as JsonObject[] }),
);

function service(name: string): DescService {
  const found = registry.getService(name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

export const Health = service('grpc.health.v1.Health');
/** Both versions of server reflection; the older one is what most tools ask first. */
export const REFLECTIONS: readonly DescService[] = [
  service('grpc.reflection.v1.ServerReflection'),
  service('grpc.reflection.v1alpha.ServerReflection'),
];
