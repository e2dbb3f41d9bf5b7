import { create, createFileRegistry, type DescFile, type Message } from '@bufbuild/protobuf';
import type { GenMessage, GenService } from '@bufbuild/protobuf/codegenv1';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { MetadataKeyFilter } from '@zitadel/proto/zitadel/metadata/v2/metadata_pb';
import type { Details } from '@zitadel/proto/zitadel/object/v2/object_pb';
import type * as query from '@zitadel/proto/zitadel/user/v2/query_pb';
import type { AccessTokenType } from '@zitadel/proto/zitadel/user/v2/user_pb';
import * as packaged from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { addToFile } from './add-to-file.ts';
import { ADDITIONS } from './additions.ts';

export * from '@zitadel/proto/zitadel/user/v2/user_service_pb';

/** Every file the user service is made of, as the package describes it, with what the package lacks. */
const registry = createFileRegistry(
  create(FileDescriptorSetSchema, { file: [...filesOf(packaged.file_zitadel_user_v2_user_service).values()] }),
);

/** A file and what it imports, imports first. What one gets from `ADDITIONS` may only import what is here already. */
function filesOf(file: DescFile, into = new Map<string, FileDescriptorProto>()): Map<string, FileDescriptorProto> {
  const { name } = file.proto;
  if (into.has(name)) return into;
  const addition = ADDITIONS.find((each) => each.file === name);
  for (const each of file.dependencies) filesOf(each, into);
  for (const each of addition?.imports ?? []) filesOf(fileNamed(each), into);
  return into.set(name, addition === undefined ? file.proto : addToFile(file.proto, addition));
}

function fileNamed(name: string, from: DescFile = packaged.file_zitadel_user_v2_user_service): DescFile {
  const found = from.dependencies.find((file) => file.proto.name === name);
  if (found === undefined) throw new Error(`${from.proto.name} does not import ${name}`);
  return found;
}

function schema<Shape extends Message>(name: Shape['$typeName']): GenMessage<Shape> {
  const found = registry.getMessage(name);
  if (found === undefined) throw new Error(`there is no message ${name}`);
  // The registry knows the shape at run time only.
  return found as unknown as GenMessage<Shape>;
}

/** A member of a oneof. */
interface Case<Name extends string, Value> {
  case: Name;
  value: Value;
}

/** How a metadata filter compares values. */
export const ByteFilterMethod = { EQUALS: 0, NOT_EQUALS: 1 } as const;

/** How a user can prove itself. */
export const AuthenticationMethodType = { ...packaged.AuthenticationMethodType, RECOVERY_CODE: 8 } as const;

export type ListAuthenticationMethodTypesResponse = Omit<
  packaged.ListAuthenticationMethodTypesResponse,
  'authMethodTypes'
> & {
  /** Of `AuthenticationMethodType`. */
  authMethodTypes: number[];
};

export type MetadataValueFilter = Message<'zitadel.metadata.v2.MetadataValueFilter'> & {
  value: Uint8Array;
  /** One of `ByteFilterMethod`; any other number breaks a field rule. */
  method: number;
};

type OtherQuery = Exclude<query.SearchQuery['query'], { case: 'orQuery' | 'andQuery' | 'notQuery' }>;
export type SearchQuery = Message<'zitadel.user.v2.SearchQuery'> & {
  query:
    | OtherQuery
    | Case<'metadataKeyFilter', MetadataKeyFilter>
    | Case<'metadataValueFilter', MetadataValueFilter>
    | Case<'orQuery', OrQuery>
    | Case<'andQuery', AndQuery>
    | Case<'notQuery', NotQuery>;
};
export type OrQuery = Message<'zitadel.user.v2.OrQuery'> & { queries: SearchQuery[] };
export type AndQuery = Message<'zitadel.user.v2.AndQuery'> & { queries: SearchQuery[] };
export type NotQuery = Message<'zitadel.user.v2.NotQuery'> & { query?: SearchQuery };

export type ListUsersRequest = Omit<packaged.ListUsersRequest, 'queries'> & { queries: SearchQuery[] };

export type CreateUserRequest_Machine = packaged.CreateUserRequest_Machine & { accessTokenType: AccessTokenType };
export type CreateUserRequest_Human = packaged.CreateUserRequest_Human & { metadata: packaged.Metadata[] };
export type CreateUserRequest = Omit<packaged.CreateUserRequest, 'userType'> & {
  userType:
    | Case<'human', CreateUserRequest_Human>
    | Case<'machine', CreateUserRequest_Machine>
    | { case: undefined; value?: undefined };
  metadata: packaged.Metadata[];
};

export type UpdateUserRequest_Machine = packaged.UpdateUserRequest_Machine & { accessTokenType?: AccessTokenType };
export type UpdateUserRequest = Omit<packaged.UpdateUserRequest, 'userType'> & {
  userType:
    | Case<'human', packaged.UpdateUserRequest_Human>
    | Case<'machine', UpdateUserRequest_Machine>
    | { case: undefined; value?: undefined };
  metadata: packaged.Metadata[];
};

export type GenerateRecoveryCodesRequest = Message<'zitadel.user.v2.GenerateRecoveryCodesRequest'> & {
  userId: string;
  count: number;
};
export type GenerateRecoveryCodesResponse = Message<'zitadel.user.v2.GenerateRecoveryCodesResponse'> & {
  details?: Details;
  recoveryCodes: string[];
};
export type RemoveRecoveryCodesRequest = Message<'zitadel.user.v2.RemoveRecoveryCodesRequest'> & { userId: string };
export type RemoveRecoveryCodesResponse = Message<'zitadel.user.v2.RemoveRecoveryCodesResponse'> & {
  details?: Details;
};

export const ListUsersRequestSchema = schema<ListUsersRequest>('zitadel.user.v2.ListUsersRequest');
export const CreateUserRequestSchema = schema<CreateUserRequest>('zitadel.user.v2.CreateUserRequest');
export const CreateUserRequest_MachineSchema = schema<CreateUserRequest_Machine>(
  'zitadel.user.v2.CreateUserRequest.Machine',
);
export const UpdateUserRequestSchema = schema<UpdateUserRequest>('zitadel.user.v2.UpdateUserRequest');
export const UpdateUserRequest_MachineSchema = schema<UpdateUserRequest_Machine>(
  'zitadel.user.v2.UpdateUserRequest.Machine',
);
export const MetadataSchema = schema<packaged.Metadata>('zitadel.user.v2.Metadata');
export const ListAuthenticationMethodTypesResponseSchema = schema<ListAuthenticationMethodTypesResponse>(
  'zitadel.user.v2.ListAuthenticationMethodTypesResponse',
);
export const GenerateRecoveryCodesRequestSchema = schema<GenerateRecoveryCodesRequest>(
  'zitadel.user.v2.GenerateRecoveryCodesRequest',
);
export const GenerateRecoveryCodesResponseSchema = schema<GenerateRecoveryCodesResponse>(
  'zitadel.user.v2.GenerateRecoveryCodesResponse',
);
export const RemoveRecoveryCodesRequestSchema = schema<RemoveRecoveryCodesRequest>(
  'zitadel.user.v2.RemoveRecoveryCodesRequest',
);
export const RemoveRecoveryCodesResponseSchema = schema<RemoveRecoveryCodesResponse>(
  'zitadel.user.v2.RemoveRecoveryCodesResponse',
);

type Unary<Input extends Message, Output extends Message> = {
  methodKind: 'unary';
  input: GenMessage<Input>;
  output: GenMessage<Output>;
};

type Packaged = typeof packaged.UserService.method;
type Added = {
  createUser: Unary<CreateUserRequest, packaged.CreateUserResponse>;
  updateUser: Unary<UpdateUserRequest, packaged.UpdateUserResponse>;
  listAuthenticationMethodTypes: Unary<
    packaged.ListAuthenticationMethodTypesRequest,
    ListAuthenticationMethodTypesResponse
  >;
  listUsers: Unary<ListUsersRequest, packaged.ListUsersResponse>;
  generateRecoveryCodes: Unary<GenerateRecoveryCodesRequest, GenerateRecoveryCodesResponse>;
  removeRecoveryCodes: Unary<RemoveRecoveryCodesRequest, RemoveRecoveryCodesResponse>;
};

const { typeName } = packaged.UserService;
const service = registry.getService(typeName);
if (service === undefined) throw new Error(`there is no service ${typeName}`);

/** The whole user service: methods, REST bindings, fields and their rules. */
export const UserService = service as unknown as GenService<Omit<Packaged, keyof Added> & Added>;
