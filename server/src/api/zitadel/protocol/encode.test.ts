import { create, protoInt64 } from '@bufbuild/protobuf';
import { AnySchema, anyPack, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { MetadataSchema } from '@zitadel/proto/zitadel/metadata/v2/metadata_pb';
import { Gender, UserState } from '@zitadel/proto/zitadel/user/v2/user_pb';
import {
  GetUserByIDResponseSchema,
  ListUsersResponseSchema,
  UpdateHumanUserResponseSchema,
} from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { describe, expect, it } from 'vitest';
import { encodeJson, encodeValue } from './encode.ts';

describe('encodeValue', () => {
  it('writes 64-bit integers as strings and leaves zero values out', () => {
    const details = { sequence: protoInt64.parse(2), resourceOwner: '' };
    expect(encodeValue(UpdateHumanUserResponseSchema, create(UpdateHumanUserResponseSchema, { details }))).toEqual({
      details: { sequence: '2' },
    });
    expect(encodeJson(ListUsersResponseSchema, create(ListUsersResponseSchema))).toBe('{}');
  });

  it('shows optional fields and set messages even when empty', () => {
    const user = {
      state: UserState.ACTIVE,
      type: {
        case: 'human' as const,
        value: {
          profile: { nickName: '', displayName: '', preferredLanguage: 'und', gender: Gender.UNSPECIFIED },
          email: { isVerified: false },
          phone: {},
        },
      },
    };
    expect(encodeValue(GetUserByIDResponseSchema, create(GetUserByIDResponseSchema, { user }))).toEqual({
      user: {
        state: 'USER_STATE_ACTIVE',
        human: {
          profile: { nickName: '', displayName: '', preferredLanguage: 'und', gender: 'GENDER_UNSPECIFIED' },
          email: {},
          phone: {},
        },
      },
    });
    const empty = create(UpdateHumanUserResponseSchema, { emailCode: '' });
    expect(encodeJson(UpdateHumanUserResponseSchema, empty)).toBe('{"emailCode":""}');
  });

  it.each([
    [0, '2025-03-25T16:00:34Z'],
    [438_000_000, '2025-03-25T16:00:34.438Z'],
    [438_001_000, '2025-03-25T16:00:34.438001Z'],
    [438_001_002, '2025-03-25T16:00:34.438001002Z'],
  ])('writes %i nanoseconds with 0, 3, 6 or 9 digits', (nanos, text) => {
    const time = create(TimestampSchema, { seconds: protoInt64.parse(1_742_918_434), nanos });
    expect(encodeValue(TimestampSchema, time)).toBe(text);
  });

  it('writes bytes as padded base64', () => {
    const metadata = create(MetadataSchema, { value: new Uint8Array([255, 254]) });
    expect(encodeValue(MetadataSchema, metadata)).toEqual({ value: '//4=' });
  });

  it('opens details packed in an Any', () => {
    const packed = anyPack(ErrorDetailSchema, create(ErrorDetailSchema, { id: 'X-1' }));
    expect(encodeValue(AnySchema, packed)).toEqual({
      '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail',
      id: 'X-1',
    });
  });
});
