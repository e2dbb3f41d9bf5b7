import { create, type DescFile, type DescMessage, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import * as packaged from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { describe, expect, it } from 'vitest';
import { addToFile } from './add-to-file.ts';
import * as whole from './user-service.ts';
import { firstViolation } from './validate.ts';

const { UserService } = whole;

function messagesOf(file: DescFile, into = new Map<string, DescMessage>()): Map<string, DescMessage> {
  for (const each of file.dependencies) messagesOf(each, into);
  const add = (message: DescMessage): void => {
    into.set(message.typeName, message);
    message.nestedMessages.forEach(add);
  };
  file.messages.forEach(add);
  return into;
}

const shapeOf = ({ fields }: DescMessage) =>
  fields.map(({ number, name, fieldKind }) => `${number} ${name} ${fieldKind}`);

describe('the user service', () => {
  it('has all sixty methods', () => {
    expect(UserService.methods).toHaveLength(60);
    expect(new Set(UserService.methods.map(({ name }) => name)).size).toBe(60);
  });

  it('keeps every message and field of the package', () => {
    const ours = messagesOf(UserService.file);
    for (const [name, message] of messagesOf(packaged.UserService.file)) {
      expect(shapeOf(ours.get(name) ?? message)).toEqual(expect.arrayContaining(shapeOf(message)));
    }
    expect(ours.size).toBe(messagesOf(packaged.UserService.file).size + 6);
  });

  it('leaves the descriptors of the package as they are', () => {
    expect(packaged.UserService.methods).toHaveLength(58);
    expect(packaged.CreateUserRequestSchema.field).not.toHaveProperty('metadata');
  });
});

describe('what the package lacks', () => {
  it('is read and written, as JSON and in binary', () => {
    const json = {
      organizationId: '1',
      machine: { name: 'm', accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
      metadata: [{ key: 'k', value: 'dg==' }],
    };
    const message = fromJson(whole.CreateUserRequestSchema, json);
    expect(message.metadata[0]?.key).toBe('k');
    const again = fromBinary(whole.CreateUserRequestSchema, toBinary(whole.CreateUserRequestSchema, message));
    expect(toJson(whole.CreateUserRequestSchema, again)).toEqual(json);
  });

  it('tells an optional field from a zero value', () => {
    const machine = create(whole.UpdateUserRequest_MachineSchema);
    expect(machine.accessTokenType).toBeUndefined();
    expect(toJson(whole.UpdateUserRequest_MachineSchema, { ...machine, accessTokenType: 0 })).toEqual({
      accessTokenType: 'ACCESS_TOKEN_TYPE_BEARER',
    });
  });

  it('is a member of its oneof', () => {
    const query = { metadataValueFilter: { value: 'dg==', method: 'BYTE_FILTER_METHOD_NOT_EQUALS' } };
    const request = fromJson(whole.ListUsersRequestSchema, { queries: [query] });
    expect(request.queries[0]?.query).toMatchObject({
      case: 'metadataValueFilter',
      value: { method: whole.ByteFilterMethod.NOT_EQUALS },
    });
    const both = { ...query, typeQuery: { type: 'TYPE_HUMAN' } };
    expect(() => fromJson(whole.ListUsersRequestSchema, { queries: [both] })).toThrow();
  });

  it('has field rules', () => {
    const count = (n: number) =>
      firstViolation(
        whole.GenerateRecoveryCodesRequestSchema,
        create(whole.GenerateRecoveryCodesRequestSchema, { userId: '1', count: n }),
      );
    expect(count(0)).toBe('invalid GenerateRecoveryCodesRequest.Count: value must be inside range [1, 50]');
    expect(count(1)).toBeUndefined();
    expect(count(51)).toBe(count(0));
  });

  it('is the last value of an enum', () => {
    const { RECOVERY_CODE, OTP_EMAIL } = whole.AuthenticationMethodType;
    const message = create(whole.ListAuthenticationMethodTypesResponseSchema, {
      authMethodTypes: [OTP_EMAIL, RECOVERY_CODE],
    });
    expect(toJson(whole.ListAuthenticationMethodTypesResponseSchema, message)).toEqual({
      authMethodTypes: ['AUTHENTICATION_METHOD_TYPE_OTP_EMAIL', 'AUTHENTICATION_METHOD_TYPE_RECOVERY_CODE'],
    });
  });

  it('lets a metadata value be empty', () => {
    expect(firstViolation(whole.MetadataSchema, create(whole.MetadataSchema, { key: 'k' }))).toBeUndefined();
    expect(firstViolation(packaged.MetadataSchema, create(packaged.MetadataSchema, { key: 'k' }))).toBeDefined();
  });
});

describe('addToFile', () => {
  const file = packaged.UserService.file.proto;

  it.each([
    ['a message that is not there', { file: '', messages: { 'No.Such': [] } }],
    ['a field number of another', { file: '', messages: { Metadata: [{ name: 'x', number: 1, type: 'string' }] } }],
    ['a binding of a method that has one', { file: '', methods: { SetEmail: { http: ['post', '/x'] } } }],
    ['a value of an enum that has it', { file: '', enums: { AuthFactors: ['U2F'] } }],
    ['a method without types', { file: '', methods: { NoSuch: { http: ['post', '/x'] } } }],
  ] as const)('refuses %s', (_, addition) => {
    expect(() => addToFile(file, addition)).toThrow();
  });
});
