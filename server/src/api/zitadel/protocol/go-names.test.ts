import {
  UpdateUserRequest_Human_ProfileSchema,
  VerifyU2FRegistrationRequestSchema,
} from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { describe, expect, it } from 'vitest';
import { goName, goTypeName } from './go-names.ts';

describe('goName', () => {
  it.each([
    ['user_id', 'UserId'],
    ['u2f_id', 'U2FId'],
    ['url_template', 'UrlTemplate'],
    ['username', 'Username'],
    ['totpSecret', 'TotpSecret'],
    ['_hidden', 'XHidden'],
    ['_9', 'X9'],
    ['a_1b', 'A_1B'],
    ['a__b', 'A_B'],
    ['IDPLink', 'IDPLink'],
  ])('%s becomes %s', (proto, go) => {
    expect(goName(proto)).toBe(go);
  });
});

describe('goTypeName', () => {
  it('joins nested types with underscores', () => {
    expect(goTypeName(UpdateUserRequest_Human_ProfileSchema)).toBe('UpdateUserRequest_Human_Profile');
    expect(goTypeName(VerifyU2FRegistrationRequestSchema)).toBe('VerifyU2FRegistrationRequest');
  });
});
