import type { JsonObject } from '@bufbuild/protobuf';

/** A field that a message gets, or whose field rules are replaced when the message has it. */
export interface FieldAddition {
  readonly name: string;
  readonly number: number;
  /** A scalar, or the full name of a message or an enum. */
  readonly type: 'string' | 'bytes' | 'int32' | { readonly message: string } | { readonly enum: string };
  readonly repeated?: true;
  /** Declared `optional`. */
  readonly optional?: true;
  /** The oneof it is a member of; made when the message has none of the name. */
  readonly oneof?: string;
  readonly deprecated?: true;
  /** Its `validate.rules`, as protobuf JSON. */
  readonly rules?: JsonObject;
}

export interface MethodAddition {
  /** Names of messages of the same package; absent for a method that only gets its binding. */
  readonly types?: { readonly input: string; readonly output: string };
  /** Verb and path of the REST binding. */
  readonly http: readonly [verb: 'post' | 'patch' | 'delete', path: string];
  /** The body fills the message. */
  readonly body?: '*';
}

/** What one `.proto` file gets. Messages, enums and methods are known by their names; those that are missing are made. */
export interface FileAddition {
  readonly file: string;
  readonly imports?: readonly string[];
  /** Values are numbered on from those that are there. */
  readonly enums?: Readonly<Record<string, readonly string[]>>;
  /** By names within the package, nested ones with dots. */
  readonly messages?: Readonly<Record<string, readonly FieldAddition[]>>;
  readonly methods?: Readonly<Record<string, MethodAddition>>;
}

const USER = 'zitadel.user.v2';
const ID_RULE = { string: { minLen: 1, maxLen: 200 } };
const DEFINED = { enum: { definedOnly: true } };
const USER_ID: FieldAddition = { name: 'user_id', number: 1, type: 'string', rules: ID_RULE };
const DETAILS: FieldAddition = { name: 'details', number: 1, type: { message: 'zitadel.object.v2.Details' } };
const TOKEN_TYPE: FieldAddition = {
  name: 'access_token_type',
  number: 3,
  type: { enum: `${USER}.AccessTokenType` },
  rules: DEFINED,
};

const metadata = (number: number): FieldAddition => ({
  name: 'metadata',
  number,
  type: { message: `${USER}.Metadata` },
  repeated: true,
});

const member = (oneof: string, name: string, number: number, message: string): FieldAddition => ({
  name,
  number,
  type: { message },
  oneof,
});

/** What the service has and the package `@zitadel/proto`, which is older, has not. */
export const ADDITIONS: readonly FileAddition[] = [
  {
    file: 'zitadel/filter/v2/filter.proto',
    enums: { ByteFilterMethod: ['BYTE_FILTER_METHOD_EQUALS', 'BYTE_FILTER_METHOD_NOT_EQUALS'] },
    messages: {
      InIDsFilter: [
        { name: 'ids', number: 1, type: 'string', repeated: true, rules: { repeated: { items: ID_RULE } } },
      ],
    },
  },
  {
    file: 'zitadel/metadata/v2/metadata.proto',
    messages: {
      MetadataValueFilter: [
        { name: 'value', number: 1, type: 'bytes', rules: { bytes: { maxLen: 200 } } },
        { name: 'method', number: 2, type: { enum: 'zitadel.filter.v2.ByteFilterMethod' }, rules: DEFINED },
      ],
    },
  },
  {
    file: 'zitadel/user/v2/query.proto',
    imports: ['zitadel/metadata/v2/metadata.proto'],
    messages: {
      SearchQuery: [
        member('query', 'metadata_key_filter', 17, 'zitadel.metadata.v2.MetadataKeyFilter'),
        member('query', 'metadata_value_filter', 18, 'zitadel.metadata.v2.MetadataValueFilter'),
      ],
    },
  },
  {
    file: 'zitadel/user/v2/idp.proto',
    messages: {
      LDAPCredentials: [{ name: 'password', number: 2, type: 'string', rules: ID_RULE }],
      RedirectURLs: [{ name: 'login_hint', number: 3, type: 'string', rules: { string: { maxLen: 200 } } }],
      IDPOAuthAccessInformation: [{ name: 'refresh_token', number: 3, type: 'string', optional: true }],
    },
  },
  {
    file: 'zitadel/user/v2/user_service.proto',
    enums: { AuthenticationMethodType: ['AUTHENTICATION_METHOD_TYPE_RECOVERY_CODE'] },
    messages: {
      CreateUserRequest: [metadata(6)],
      'CreateUserRequest.Human': [{ ...metadata(9), deprecated: true }],
      'CreateUserRequest.Machine': [TOKEN_TYPE],
      UpdateUserRequest: [metadata(5)],
      'UpdateUserRequest.Machine': [{ ...TOKEN_TYPE, optional: true }],
      // An empty value takes an entry away.
      Metadata: [{ name: 'value', number: 2, type: 'bytes', rules: { bytes: { maxLen: 500_000 } } }],
      GenerateRecoveryCodesRequest: [
        USER_ID,
        { name: 'count', number: 2, type: 'int32', rules: { int32: { gte: 1, lte: 50 } } },
      ],
      GenerateRecoveryCodesResponse: [DETAILS, { name: 'recovery_codes', number: 2, type: 'string', repeated: true }],
      RemoveRecoveryCodesRequest: [USER_ID],
      RemoveRecoveryCodesResponse: [DETAILS],
      RetrieveIdentityProviderIntentResponse: [
        {
          name: 'update_human_user',
          number: 5,
          type: { message: `${USER}.UpdateHumanUserRequest` },
          deprecated: true,
        },
        member('user_action', 'create_user', 6, `${USER}.CreateUserRequest`),
        member('user_action', 'update_user', 7, `${USER}.UpdateUserRequest`),
      ],
    },
    methods: {
      CreateUser: { http: ['post', '/v2/users/new'], body: '*' },
      UpdateUser: { http: ['patch', '/v2/users/{user_id}'], body: '*' },
      GenerateRecoveryCodes: {
        types: { input: 'GenerateRecoveryCodesRequest', output: 'GenerateRecoveryCodesResponse' },
        http: ['post', '/v2/users/{user_id}/recovery_codes'],
        body: '*',
      },
      RemoveRecoveryCodes: {
        types: { input: 'RemoveRecoveryCodesRequest', output: 'RemoveRecoveryCodesResponse' },
        http: ['delete', '/v2/users/{user_id}/recovery_codes'],
      },
      AddSecret: { http: ['post', '/v2/users/{user_id}/secret'], body: '*' },
      RemoveSecret: { http: ['delete', '/v2/users/{user_id}/secret'] },
      AddKey: { http: ['post', '/v2/users/{user_id}/keys'], body: '*' },
      RemoveKey: { http: ['delete', '/v2/users/{user_id}/keys/{key_id}'] },
      ListKeys: { http: ['post', '/v2/users/keys/search'], body: '*' },
      AddPersonalAccessToken: { http: ['post', '/v2/users/{user_id}/pats'], body: '*' },
      RemovePersonalAccessToken: { http: ['delete', '/v2/users/{user_id}/pats/{token_id}'] },
      ListPersonalAccessTokens: { http: ['post', '/v2/users/pats/search'], body: '*' },
    },
  },
];
