import { create, type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { decodeBinary } from './decode-binary.ts';
import {
  AddHumanUserRequestSchema,
  DeleteUserMetadataRequestSchema,
  SetUserMetadataRequestSchema,
  UpdateHumanUserRequestSchema,
} from './user-service.ts';

function decoded<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>) {
  return decodeBinary(schema, toBinary(schema, create(schema, message)));
}

const NAMES = { givenName: 'Min', familyName: 'Nie' };

describe('a text with a NUL', () => {
  it.each([
    ['of the message', () => decoded(UpdateHumanUserRequestSchema, { userId: '1', username: 'a\0b' })],
    [
      'of one within',
      () => decoded(UpdateHumanUserRequestSchema, { userId: '1', profile: { ...NAMES, nickName: '\0' } }),
    ],
    [
      'of a oneof',
      () => decoded(AddHumanUserRequestSchema, { organization: { org: { case: 'orgId', value: 'a\0' } } }),
    ],
    ['of a list', () => decoded(DeleteUserMetadataRequestSchema, { userId: '1', keys: ['a', 'b\0'] })],
  ])('%s is refused, as it is in JSON', (_where, decode) => {
    expect(decode).toThrow('proto: The body holds a NUL character.');
  });
});

describe('a zero byte that is none', () => {
  it.each<[string, () => unknown, object]>([
    [
      'the length of an empty message',
      () =>
        decoded(UpdateHumanUserRequestSchema, {
          userId: '1',
          email: { verification: { case: 'returnCode', value: {} } },
        }),
      { email: { verification: { case: 'returnCode' } } },
    ],
    [
      'bytes',
      () =>
        decoded(SetUserMetadataRequestSchema, { userId: '1', metadata: [{ key: 'k', value: new Uint8Array([0, 1]) }] }),
      { metadata: [{ key: 'k', value: new Uint8Array([0, 1]) }] },
    ],
  ])('%s', (_what, decode, expected) => {
    expect(decode()).toMatchObject(expected);
  });
});
