import { create, type Message, type MessageShape, toJson } from '@bufbuild/protobuf';
import { HttpRuleSchema } from '@zitadel/proto/google/api/http_pb';
import {
  AddKeyRequestSchema,
  CreateUserRequestSchema,
  ListUsersRequestSchema,
  SetUserMetadataRequestSchema,
  UpdateHumanUserRequestSchema,
  UserService,
  VerifyPasskeyRegistrationRequestSchema,
} from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, decodeRest } from './decode.ts';
import { DecodeError } from './decode-error.ts';
import { encodeValue } from './encode.ts';
import { bindingsOf, type RestRoute, restRoutes } from './routes.ts';

const routes = restRoutes(UserService);
function route(name: string): RestRoute {
  const found = routes.find(({ method }) => method.name === name);
  if (found === undefined) throw new Error(`no route ${name}`);
  return found;
}
const shown = (message: Message, { method }: RestRoute) =>
  encodeValue(method.input, message as MessageShape<typeof method.input>);
function rest(name: string, query: string, body?: unknown, params: Record<string, string> = { userId: '7' }) {
  return shown(decodeRest(route(name), params, new URLSearchParams(query), body), route(name));
}
const update = (body?: unknown) => rest('UpdateHumanUser', '', body);

describe('decodeRest with a body', () => {
  it('takes an empty body for an empty object', () => {
    expect(update()).toEqual({ userId: '7' });
    expect(update({})).toEqual({ userId: '7' });
  });

  it('lets the path override the body and ignores the query string', () => {
    expect(rest('UpdateHumanUser', 'username=q&userId=q', { user_id: 'b', username: 'u' })).toEqual({
      userId: '7',
      username: 'u',
    });
  });

  it('accepts proto names and JSON names', () => {
    expect(update({ profile: { given_name: 'a', familyName: 'b' } })).toEqual({
      userId: '7',
      profile: { givenName: 'a', familyName: 'b' },
    });
  });

  it('ignores unknown fields and enum names but keeps unknown enum numbers', () => {
    const body = (gender: unknown) => ({ profile: { gender, more: [{}] }, __proto__x: 1, 'profile.x': null });
    expect(update(body('GENDER_OTHER'))).toEqual({ userId: '7', profile: {} });
    expect(update(body(77))).toEqual({ userId: '7', profile: { gender: 77 } });
    expect(update(body('GENDER_MALE'))).toEqual({ userId: '7', profile: { gender: 'GENDER_MALE' } });
  });

  it('takes null for absent at every level', () => {
    expect(update({ userId: null, username: null, profile: null, email: { email: null }, nothing: null })).toEqual({
      userId: '7',
      email: {},
    });
    const body = { email: { sendCode: null, return_code: null, isVerified: true }, phone: { isVerified: null } };
    expect(update(body)).toEqual({ userId: '7', email: { isVerified: true }, phone: {} });
    expect(body.email).toHaveProperty('sendCode', null);
    expect(update({ password: { password: null, hashedPassword: { hash: 'h' } } })).toEqual({
      userId: '7',
      password: { hashedPassword: { hash: 'h' } },
    });
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'unexpected value, an object is expected'],
    ['a list', [], 'unexpected value, an object is expected'],
    ['a string', 'x', 'unexpected value, an object is expected'],
    ['a number for a string', { username: 5 }, 'invalid value for string field username'],
    ['a string for a message', { password: 'hunter2' }, 'invalid value for message field password'],
    ['a list for a message', { profile: [] }, 'invalid value for message field profile'],
    ['a string for a boolean', { email: { isVerified: 'true' } }, 'invalid value for bool field is_verified'],
    ['a fraction for an enum', { profile: { gender: 1.5 } }, 'invalid value for zitadel.user.v2.Gender'],
    ['a field by both names', { user_id: 'a', userId: 'b' }, 'duplicate field user_id'],
    ['a field by both names, one of them null', { userId: 'a', user_id: null }, 'duplicate field user_id'],
    [
      'two members of a oneof',
      { email: { sendCode: {}, isVerified: false } },
      'oneof zitadel.user.v2.SetHumanEmail.verification is already set',
    ],
    [
      'two kinds of password',
      { password: { password: {}, hashedPassword: {} } },
      'oneof zitadel.user.v2.SetPassword.password_type is already set',
    ],
    ['a lone surrogate', { username: 'a\ud800' }, 'invalid UTF-8 in string'],
    ['a lone surrogate in an unknown field', { more: [{ x: '\udc00' }] }, 'invalid UTF-8 in string'],
    ['a lone surrogate in a name', { '\ud800': 1 }, 'invalid UTF-8 in string'],
    [
      'a value nested too deep',
      JSON.parse(`{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
      'exceeded max recursion depth',
    ],
  ])('refuses %s', (_, body, text) => {
    expect(() => update(body)).toThrow(new DecodeError(text));
  });

  it('fills one field where the body is mapped to it, and the others from the query string', () => {
    const rule = create(HttpRuleSchema, { pattern: { case: 'put', value: '/x/{user_id}' }, body: 'email' });
    const [bound] = bindingsOf(UserService.method.updateHumanUser, rule);
    if (bound === undefined) throw new Error('no binding');
    const query = new URLSearchParams('username=u&email.email=q&userId=q');
    const decode = (body: unknown) => shown(decodeRest(bound, { userId: '7' }, query, body), bound);
    expect(decode({ email: 'a@b.ch' })).toEqual({ userId: '7', username: 'u', email: { email: 'a@b.ch' } });
    expect(decode(undefined)).toEqual({ userId: '7', username: 'u' });
  });
});

describe('decodeRest without a body', () => {
  it('fills the message from the query string and ignores the body', () => {
    expect(rest('DeleteUserMetadata', 'keys=a&keys=b&nobody=1&no.body=2', 'ignored')).toEqual({
      userId: '7',
      keys: ['a', 'b'],
    });
  });

  it('accepts nested proto and JSON names, and enums by name or number', () => {
    const expected = { userId: '7', domainQuery: { domain: 'x', includeWithoutDomain: true } };
    const name = 'ListAuthenticationMethodTypes';
    expect(rest(name, 'domainQuery.domain=x&domain_query.include_without_domain=1')).toEqual(expected);
    expect(rest(name, 'domain_query.domain=x&domainQuery.includeWithoutDomain=true')).toEqual(expected);
    expect(rest('ListAuthenticationFactors', 'authFactors=OTP&auth_factors=3&states=AUTH_FACTOR_STATE_READY')).toEqual({
      userId: '7',
      authFactors: ['OTP', 'U2F'],
      states: ['AUTH_FACTOR_STATE_READY'],
    });
  });

  it('ignores the query string for what the path gives', () => {
    expect(rest('GetUserByID', 'userId=8&user_id=9')).toEqual({ userId: '7' });
  });

  it('takes a missing path parameter for an empty one', () => {
    expect(rest('GetUserByID', '', undefined, {})).toEqual({});
  });

  it.each([
    ['ListAuthenticationMethodTypes', 'domainQuery.domain=a&domain_query.domain=b', 'too many values for field domain'],
    [
      'ListAuthenticationMethodTypes',
      'domainQuery.includeWithoutDomain=yes',
      'invalid value for bool field include_without_domain',
    ],
    ['ListAuthenticationMethodTypes', 'domainQuery=x', 'invalid value for message field domain_query'],
    ['ListAuthenticationFactors', 'authFactors=NOPE', 'invalid value for enum field auth_factors'],
    ['DeleteUserMetadata', 'keys.x=1', 'invalid path: keys is not a message'],
  ])('%s refuses %s', (name, query, text) => {
    expect(() => rest(name, query)).toThrow(new DecodeError(text));
  });
});

describe('decodeJson', () => {
  const offset = (value: unknown) => decodeJson(ListUsersRequestSchema, { query: { offset: value } }).query?.offset;

  it('reads 64-bit integers from strings and numbers', () => {
    expect(offset('12')).toBe(12n);
    expect(offset(12)).toBe(12n);
    expect(offset('18446744073709551615')).toBe(2n ** 64n - 1n);
    // A number of JavaScript that is no longer the one that was sent, among them.
    const rounded = JSON.parse('9007199254740993');
    for (const bad of ['0x10', ' 5', '', '-1', 1.5, '18446744073709551616', true, rounded]) {
      expect(() => offset(bad)).toThrow(new DecodeError('invalid value for uint64 field offset'));
    }
  });

  it.each<[string, unknown, number]>([
    ['an exponent', '1e1', 10],
    ['an exponent in a number', JSON.parse('1e1'), 10],
    ['a fraction of zeros', '10.0', 10],
  ])('reads integers of either size with %s', (_, value, integer) => {
    const { query } = decodeJson(ListUsersRequestSchema, { query: { offset: value, limit: value } });
    expect(query).toMatchObject({ offset: BigInt(integer), limit: integer });
  });

  it.each([
    ['__79', [255, 254, 253]],
    ['//79', [255, 254, 253]],
    ['YQ', [97]],
    ['YQ==', [97]],
    ['', []],
  ])('reads base64 %s', (text, bytes) => {
    const { metadata } = decodeJson(SetUserMetadataRequestSchema, { metadata: [{ key: 'a', value: text }] });
    expect([...(metadata[0]?.value ?? [])]).toEqual(bytes);
  });

  it.each(['Y', 'YQ=', 'Y Q=', 'YQ==YQ==', '=', 'é', 5])('refuses base64 %s', (value) => {
    expect(() => decodeJson(SetUserMetadataRequestSchema, { metadata: [{ value }] })).toThrow(
      new DecodeError('invalid value for bytes field value'),
    );
  });

  it('reads times with a zone', () => {
    const { expirationDate } = decodeJson(AddKeyRequestSchema, { expirationDate: '2024-02-29T01:00:00.5+01:00' });
    expect(expirationDate).toMatchObject({ seconds: 1_709_164_800n, nanos: 500_000_000 });
  });

  it.each(['2025-02-29T00:00:00Z', '2025-01-01T24:00:00Z', '2025-13-01T00:00:00Z', '2025-01-01', 'x', 5, {}])(
    'refuses the time %j',
    (expirationDate) => {
      expect(() => decodeJson(AddKeyRequestSchema, { expirationDate })).toThrow(/^proto: invalid value for /);
    },
  );

  it('refuses null in lists and a list that is none', () => {
    expect(() => decodeJson(ListUsersRequestSchema, { queries: [null] })).toThrow(DecodeError);
    expect(() => decodeJson(ListUsersRequestSchema, { queries: {} })).toThrow(DecodeError);
  });

  it('drops nulls of oneofs inside lists, and keeps them inside structs', () => {
    const queries = [{ typeQuery: null, emailQuery: { emailAddress: 'a' } }];
    expect(decodeJson(ListUsersRequestSchema, { queries }).queries[0]?.query.case).toBe('emailQuery');
    const struct = decodeJson(VerifyPasskeyRegistrationRequestSchema, { publicKeyCredential: { a: null } });
    expect(struct.publicKeyCredential).toEqual({ a: null });
  });

  it('refuses recursion beyond the limit', () => {
    let query: object = { typeQuery: {} };
    for (let i = 0; i < 200; i++) query = { notQuery: { query } };
    expect(() => decodeJson(ListUsersRequestSchema, { queries: [query] })).toThrow(
      new DecodeError('exceeded max recursion depth'),
    );
  });

  it('drops nothing of a oneof that is set', () => {
    const message = decodeJson(CreateUserRequestSchema, { human: { password: null }, machine: null });
    expect(message.userType).toMatchObject({ case: 'human', value: { passwordType: { case: undefined } } });
  });
});

describe('UpdateHumanUserRequest survives a round trip', () => {
  const text = fc.string({ unit: 'binary', maxLength: 8 });
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const oneof = <T>(...members: fc.Arbitrary<T>[]) => fc.oneof(...members);
  const profile = fc.record(
    { givenName: text, familyName: text, nickName: text, displayName: text, gender: fc.integer({ min: 0, max: 5 }) },
    { requiredKeys: ['givenName', 'familyName'] },
  );
  const verification = oneof<object>(
    fc.constant({ case: 'returnCode' as const, value: {} }),
    fc.record({ case: fc.constant('isVerified' as const), value: fc.boolean() }),
    fc.record({ case: fc.constant('sendCode' as const), value: fc.constant({}) }),
    fc.constant({ case: undefined }),
  );
  const passwordType = fc.record({
    case: fc.constant('password' as const),
    value: fc.record({ password: text, changeRequired: fc.boolean() }),
  });
  const arbitrary = fc.record({
    userId: text,
    username: maybe(text),
    profile: maybe(profile),
    email: maybe(fc.record({ email: text, verification })),
    phone: maybe(fc.record({ phone: text, verification })),
    password: maybe(fc.record({ passwordType })),
  });

  it('through JSON', () => {
    fc.assert(
      fc.property(arbitrary, (init) => {
        const message = create(
          UpdateHumanUserRequestSchema,
          init as Parameters<typeof create<typeof UpdateHumanUserRequestSchema>>[1],
        );
        const json = toJson(UpdateHumanUserRequestSchema, message);
        const decoded = decodeRest(route('UpdateHumanUser'), { userId: message.userId }, [], json);
        expect(decoded).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });
});
