import { type DescMessage, fromJson, type JsonObject } from '@bufbuild/protobuf';
import * as users from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { describe, expect, it } from 'vitest';
import { firstViolation, prepareRules } from './validate.ts';

const RUNES_1_200 = 'value length must be between 1 and 200 runes, inclusive';
const EMBEDDED = 'embedded message failed validation | caused by: ';
const LONG = 'x'.repeat(201);
const names = { givenName: 'Minnie', familyName: 'Mouse' };

function violation(desc: DescMessage, json: JsonObject): string | undefined {
  return firstViolation(desc, fromJson(desc, json));
}
const update = (json: JsonObject) => violation(users.UpdateHumanUserRequestSchema, { userId: '1', ...json });

describe('prepareRules', () => {
  it('supports every rule of the service', () => {
    const inputs = users.UserService.methods.map((method) => method.input);
    expect(() => inputs.forEach(prepareRules)).not.toThrow();
  });
});

describe('UpdateHumanUserRequest', () => {
  it('accepts an empty update and a full one', () => {
    expect(update({})).toBeUndefined();
    const full = {
      username: 'mini',
      profile: { ...names, nickName: '', displayName: '', preferredLanguage: 'de', gender: 77 },
      email: { email: 'Ann <a@b.ch>', sendCode: { urlTemplate: 'x' } },
      phone: { phone: '', isVerified: true },
      password: { password: { password: 'x' }, verificationCode: 'x'.repeat(20) },
    };
    expect(update(full)).toBeUndefined();
    expect(update({ email: { email: '<a@b.ch>', isVerified: false }, password: {} })).toBeUndefined();
  });

  const profile = (rest: JsonObject) => ({ profile: { ...names, ...rest } });
  const plain = (field: string, reason: string) => `invalid UpdateHumanUserRequest.${field}: ${reason}`;
  const nested = (field: string, type: string, inner: string, reason: string) =>
    plain(field, `${EMBEDDED}invalid ${type}.${inner}: ${reason}`);
  const deep = (type: string, inner: string, reason: string) => `${EMBEDDED}invalid ${type}.${inner}: ${reason}`;
  const codes = 'value length must be between 1 and 20 runes, inclusive';

  it.each<[JsonObject, string]>([
    [{ userId: '' }, plain('UserId', RUNES_1_200)],
    [{ userId: LONG }, plain('UserId', RUNES_1_200)],
    [{ username: '' }, plain('Username', RUNES_1_200)],
    [{ username: LONG }, plain('Username', RUNES_1_200)],
    [{ profile: {} }, nested('Profile', 'SetHumanProfile', 'GivenName', RUNES_1_200)],
    [{ profile: { givenName: 'a' } }, nested('Profile', 'SetHumanProfile', 'FamilyName', RUNES_1_200)],
    [
      profile({ nickName: LONG }),
      nested('Profile', 'SetHumanProfile', 'NickName', 'value length must be at most 200 runes'),
    ],
    [
      profile({ displayName: LONG }),
      nested('Profile', 'SetHumanProfile', 'DisplayName', 'value length must be at most 200 runes'),
    ],
    [
      profile({ preferredLanguage: 'x'.repeat(11) }),
      nested('Profile', 'SetHumanProfile', 'PreferredLanguage', 'value length must be at most 10 runes'),
    ],
    [{ email: {} }, nested('Email', 'SetHumanEmail', 'Email', RUNES_1_200)],
    [
      { email: { email: 'plain' } },
      nested(
        'Email',
        'SetHumanEmail',
        'Email',
        "value must be a valid email address | caused by: mail: missing '@' or angle-addr",
      ),
    ],
    [
      { email: { email: 'a@b.ch', sendCode: { urlTemplate: '' } } },
      nested('Email', 'SetHumanEmail', 'SendCode', deep('SendEmailVerificationCode', 'UrlTemplate', RUNES_1_200)),
    ],
    [{ phone: { phone: LONG } }, nested('Phone', 'SetHumanPhone', 'Phone', 'value length must be at most 200 runes')],
    [{ phone: { isVerified: false } }, nested('Phone', 'SetHumanPhone', 'IsVerified', 'value must equal true')],
    [
      { password: { password: {} } },
      nested('Password', 'SetPassword', 'Password', deep('Password', 'Password', RUNES_1_200)),
    ],
    [
      { password: { hashedPassword: { hash: '' } } },
      nested('Password', 'SetPassword', 'HashedPassword', deep('HashedPassword', 'Hash', RUNES_1_200)),
    ],
    [{ password: { currentPassword: '' } }, nested('Password', 'SetPassword', 'CurrentPassword', RUNES_1_200)],
    [{ password: { verificationCode: LONG } }, nested('Password', 'SetPassword', 'VerificationCode', codes)],
  ])('refuses %j', (json, message) => {
    expect(update(json)).toBe(message);
  });

  it('counts code points, not UTF-16 units', () => {
    expect(update({ username: '😀'.repeat(200) })).toBeUndefined();
    expect(update({ username: '😀'.repeat(201) })).toBe(plain('Username', RUNES_1_200));
    expect(update({ username: `😀${'x'.repeat(199)}` })).toBeUndefined();
    expect(update({ username: `😀${'x'.repeat(200)}` })).toBe(plain('Username', RUNES_1_200));
    expect(update({ username: '😀' })).toBeUndefined();
  });

  it('reports the first of several violations in field order', () => {
    const faults: [string, JsonObject | string][] = [
      ['userId', ''],
      ['username', ''],
      ['profile', {}],
      ['email', {}],
      ['phone', { isVerified: false }],
      ['password', { password: {} }],
    ];
    for (const [i, [field]] of faults.entries()) {
      const go = field.charAt(0).toUpperCase() + field.slice(1);
      expect(update(Object.fromEntries(faults.slice(i)))).toMatch(
        new RegExp(`^invalid UpdateHumanUserRequest\\.${go}:`),
      );
    }
  });
});

describe('other requests', () => {
  const { AddHumanUserRequestSchema: Add } = users;
  const email = { email: 'a@b.ch' };

  it.each<[string, DescMessage, JsonObject, string]>([
    ['a missing message', Add, { username: '' }, 'invalid AddHumanUserRequest.Profile: value is required'],
    [
      'a plain field before an optional one declared first',
      Add,
      { username: '', profile: names, email: {} },
      `invalid AddHumanUserRequest.Email: ${EMBEDDED}invalid SetHumanEmail.Email: ${RUNES_1_200}`,
    ],
    [
      'a oneof member before an optional field',
      Add,
      { username: '', profile: names, email, password: {} },
      `invalid AddHumanUserRequest.Password: ${EMBEDDED}invalid Password.Password: ${RUNES_1_200}`,
    ],
    [
      'an optional field last',
      Add,
      { username: '', profile: names, email },
      `invalid AddHumanUserRequest.Username: ${RUNES_1_200}`,
    ],
    [
      'an element of a list',
      Add,
      { profile: names, email, metadata: [{ key: 'a', value: 'YQ==' }, { key: 'b' }] },
      `invalid AddHumanUserRequest.Metadata[1]: ${EMBEDDED}invalid SetMetadataEntry.Value: value length must be between 1 and 500000 bytes, inclusive`,
    ],
    [
      'a code',
      users.VerifyEmailRequestSchema,
      { userId: '1' },
      'invalid VerifyEmailRequest.VerificationCode: value length must be between 1 and 20 runes, inclusive',
    ],
    [
      'a verified e-mail that is not',
      users.SetEmailRequestSchema,
      { userId: '1', email: 'a@b.ch', isVerified: false },
      'invalid SetEmailRequest.IsVerified: value must equal true',
    ],
    [
      'a missing oneof',
      users.CreateUserRequestSchema,
      { organizationId: '1' },
      'invalid CreateUserRequest.UserType: value is required',
    ],
    [
      'a query without a filter',
      users.ListUsersRequestSchema,
      { queries: [{ typeQuery: {} }, {}] },
      `invalid ListUsersRequest.Queries[1]: ${EMBEDDED}invalid SearchQuery.Query: value is required`,
    ],
    [
      'a recursive query',
      users.ListUsersRequestSchema,
      { queries: [{ notQuery: { query: { userNameQuery: {} } } }] },
      `invalid ListUsersRequest.Queries[0]: ${EMBEDDED}invalid SearchQuery.NotQuery: ${EMBEDDED}invalid NotQuery.Query: ${EMBEDDED}invalid SearchQuery.UserNameQuery: ${EMBEDDED}invalid UserNameQuery.UserName: ${RUNES_1_200}`,
    ],
    [
      'an undefined enum number',
      users.ListUsersRequestSchema,
      { queries: [{ emailQuery: { method: 99 } }] },
      `invalid ListUsersRequest.Queries[0]: ${EMBEDDED}invalid SearchQuery.EmailQuery: ${EMBEDDED}invalid EmailQuery.Method: value must be one of the defined enum values`,
    ],
    [
      'a missing date',
      users.AddKeyRequestSchema,
      { userId: '1' },
      'invalid AddKeyRequest.ExpirationDate: value is required',
    ],
    [
      'a scalar element',
      users.DeleteUserMetadataRequestSchema,
      { userId: '1', keys: ['a', ''] },
      `invalid DeleteUserMetadataRequest.Keys[1]: ${RUNES_1_200}`,
    ],
    [
      'a missing struct',
      users.VerifyPasskeyRegistrationRequestSchema,
      { userId: '1', passkeyId: '1' },
      'invalid VerifyPasskeyRegistrationRequest.PublicKeyCredential: value is required',
    ],
    [
      'a bad URL',
      users.StartIdentityProviderIntentRequestSchema,
      { idpId: '1', urls: { successUrl: ':', failureUrl: '/' } },
      `invalid StartIdentityProviderIntentRequest.Urls: ${EMBEDDED}invalid RedirectURLs.SuccessUrl: value must be a valid URI | caused by: missing protocol scheme`,
    ],
    [
      'a nested type',
      users.UpdateUserRequestSchema,
      { userId: '1', human: { profile: { givenName: '' } } },
      `invalid UpdateUserRequest.Human: ${EMBEDDED}invalid UpdateUserRequest_Human.Profile: ${EMBEDDED}invalid UpdateUserRequest_Human_Profile.GivenName: ${RUNES_1_200}`,
    ],
  ])('refuses %s', (_, desc, json, message) => {
    expect(violation(desc, json)).toBe(message);
  });
});
