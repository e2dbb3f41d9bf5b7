import { afterAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import {
  ADMIN,
  END,
  eventTypes,
  expectRefusal,
  type Headers,
  MANAGE,
  messagesTo,
  newPerson,
  ROOT_AUTH,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const add = (body: unknown, headers: Headers = ADMIN): Promise<TestResponse> =>
  tessera.send('POST', '/v2/users/human', { headers, body });

async function added(body: unknown, headers: Headers = ADMIN) {
  const response = await add(body, headers);
  expect(response.status, response.text).toBe(200);
  return { response, user: await tessera.user(response.json.userId) };
}

describe('defaults', () => {
  it('username is the e-mail address, display name both names; active at once, no mail promised', async () => {
    const { response, user } = await added(newPerson({ email: { email: 'plain@mouse.test', isVerified: false } }));
    expect(user.id).toMatch(/^\d{18}$/);
    expect(user).toMatchObject({
      organizationId: ACME.id,
      kind: 'human',
      state: 'active',
      username: 'plain@mouse.test',
      profile: { displayName: 'Minnie Mouse', nickName: null, preferredLanguage: null, gender: null },
      email: { value: 'plain@mouse.test', verified: false, code: null },
    });
    expect(response.json).toEqual({
      userId: user.id,
      details: { sequence: '1', changeDate: expect.any(String), resourceOwner: ACME.id },
    });
    expect(response.headers.get('etag')).toBe('"1"');
  });

  it('username, given and family name are trimmed', async () => {
    const profile = { givenName: ' Ann ', familyName: ' Lee ', nickName: ' A ' };
    const { user } = await added(newPerson({ username: ' ann.lee ', profile }));
    expect(user.username).toBe('ann.lee');
    const other = await added(newPerson({ email: { email: ' blank@mouse.test', isVerified: true } }));
    expect(other.user.username).toBe('blank@mouse.test');
    expect(user.profile).toMatchObject({
      givenName: 'Ann',
      familyName: 'Lee',
      nickName: ' A ',
      displayName: 'Ann Lee',
    });
  });

  it('an id may be chosen', async () => {
    expect((await added(newPerson({ userId: 'my-own/id' }))).user.id).toBe('my-own/id');
  });

  it('takes every field', async () => {
    const { user } = await added(
      newPerson({
        username: 'every.field',
        profile: {
          givenName: 'E',
          familyName: 'F',
          nickName: 'N',
          displayName: 'D',
          preferredLanguage: 'de',
          gender: 'GENDER_MALE',
        },
        phone: { phone: '0791112233', isVerified: true },
        metadata: [
          { key: ' color ', value: 'cmVk' },
          { key: '__proto__', value: 'eA' },
        ],
        password: { password: 'Secr3tP4ssw0rd!', changeRequired: true },
      }),
    );
    expect(user).toMatchObject({
      profile: { nickName: 'N', displayName: 'D', preferredLanguage: 'de', gender: 'male' },
      phone: { value: '+41791112233', verified: true },
      password: { hash: expect.stringMatching(/^\$argon2id\$/), changeRequired: true },
    });
    expect(Object.entries(user.extra.metadata)).toEqual([
      ['color', 'cmVk'],
      ['__proto__', 'eA=='],
    ]);
  });
});

describe('contacts', () => {
  it.each([
    ['returnCode', { returnCode: {} }, ['user.created', 'user.email_code_added'], []],
    ['sendCode', { sendCode: {} }, ['user.created', 'user.email_code_added'], ['verify_email']],
    ['nothing', {}, ['user.created', 'user.email_code_added'], ['verify_email']],
    ['isVerified:true', { isVerified: true }, ['user.created', 'user.email_verified'], []],
    ['isVerified:false', { isVerified: false }, ['user.created'], []],
  ])('email with %s', async (what, verification, events, messages) => {
    const { response, user } = await added(
      newPerson({ email: { email: `c.${what.replace(':', '.')}@mouse.test`, ...verification } }),
    );
    expect(await eventTypes(tessera, user.id)).toEqual(events);
    expect(await messagesTo(tessera, user.id)).toEqual(messages);
    expect('emailCode' in response.json).toBe(what === 'returnCode');
  });

  it('phone by SMS, returned, or absent when empty', async () => {
    const sent = await added(newPerson({ phone: { phone: '+41791112234' } }));
    expect(await messagesTo(tessera, sent.user.id)).toEqual(['verify_phone']);
    const returned = await added(newPerson({ phone: { phone: '+41791112235', returnCode: {} } }));
    expect(returned.response.json.phoneCode).toMatch(/^[A-Z0-9]{6}$/);
    expect((await added(newPerson({ phone: { phone: '' } }))).user.phone.value).toBeNull();
  });
});

describe('organization', () => {
  const inGlobex = (body: object, headers: Headers) => added(newPerson(body), headers);
  it.each<[string, object, Headers]>([
    ['by id', { organization: { orgId: GLOBEX.id } }, ROOT_AUTH],
    ['by verified domain', { organization: { orgDomain: 'Globex.Test' } }, ROOT_AUTH],
    ['by x-zitadel-orgid', {}, { ...ROOT_AUTH, 'x-zitadel-orgid': GLOBEX.id }],
    [
      'the body before the header',
      { organization: { orgId: GLOBEX.id } },
      { ...ROOT_AUTH, 'x-zitadel-orgid': ACME.id },
    ],
  ])('%s', async (_what, body, headers) => {
    expect((await inGlobex(body, headers)).user.organizationId).toBe(GLOBEX.id);
  });

  it("else the caller's own", async () => {
    const { user } = await added(newPerson(), MANAGE);
    expect(user.organizationId).toBe(ACME.id);
    expect((await added(newPerson(), ROOT_AUTH)).user.organizationId).toBe(
      (await tessera.user(ROOT.id)).organizationId,
    );
  });

  it.each([{ orgId: 'unknown' }, { orgDomain: 'unknown.test' }])('unknown: %j', async (organization) => {
    const body = newPerson({ organization });
    expectRefusal(await add(body, ROOT_AUTH), 400, 9, 'Organisation not found (COMMAND-QXPGs)');
    expectRefusal(await add(body), 403, 7, 'No matching permissions found (AUTH-5mWD2)');
  });
});

describe('permission', () => {
  const DENIED = 'No matching permissions found (AUTH-5mWD2)';
  it.each([
    ['no role', END],
    ['a viewer', VIEWER],
  ])('%s: 403', async (_who, headers) => {
    expectRefusal(await add(newPerson(), headers), 403, 7, DENIED);
  });

  it('is asked for before the rules, and after the body could be read', async () => {
    expectRefusal(await add({}, END), 403, 7, DENIED);
    expect((await add('{', END)).status).toBe(400);
    expectRefusal(await add({}, {}), 401, 16, 'auth header missing');
  });
});

describe('refusals', () => {
  const weak = (password: string) => newPerson({ password: { password } });
  const hashed = (hash: string) => newPerson({ hashedPassword: { hash } });
  const named = (givenName: string, familyName: string) => newPerson({ profile: { givenName, familyName } });
  it.each<[string, object, number, number, string]>([
    ['no profile', { email: { email: 'a@b.ch' } }, 400, 3, 'invalid AddHumanUserRequest.Profile: value is required'],
    [
      'no e-mail',
      { profile: { givenName: 'a', familyName: 'b' } },
      400,
      3,
      'invalid AddHumanUserRequest.Email: value is required',
    ],
    ['blank given name', named(' ', 'x'), 400, 3, 'First name in profile is empty (USER-UCej2)'],
    ['blank family name', named('x', ' '), 400, 3, 'Last name in profile is empty (USER-4hB7d)'],
    [
      'a display name in the e-mail',
      newPerson({ email: { email: 'A <a@b.ch>' } }),
      400,
      3,
      'Email is invalid (EMAIL-599GV)',
    ],
    ['a bad phone', newPerson({ phone: { phone: 'x' } }), 400, 3, 'Phone is invalid (PHONE-so0wa)'],
    [
      'a bad template',
      newPerson({ email: { email: 'a@b.ch', sendCode: { urlTemplate: '{{' } } }),
      400,
      3,
      'URL Template is invalid (DOMAIN-oGh5e)',
    ],
    ['too short', weak('Sh0rt!'), 400, 3, 'Password is too short (COMMA-HuJf6)'],
    ['no lower case', weak('SECR3TP4SS!'), 400, 3, 'Password must contain lower case (COMMA-co3Xw)'],
    ['no upper case', weak('secr3tp4ss!'), 400, 3, 'Password must contain upper case (COMMA-VoaRj)'],
    ['no number', weak('SecretPass!'), 400, 3, 'Password must contain number (COMMA-ZBv4H)'],
    ['no symbol', weak('Secr3tP4ss'), 400, 3, 'Password must contain symbol (COMMA-ZDLwA)'],
    ['a hash not enabled', hashed('$1$salt$x'), 400, 3, 'Errors.Hash.NotSupported (CRYPT-2xK7d)'],
    [
      'an identity provider',
      newPerson({ idpLinks: [{ idpId: 'a', userId: 'b', userName: 'c' }] }),
      400,
      9,
      'Identity provider not found (COMMAND-39nf2)',
    ],
    ['a TOTP secret that is none', newPerson({ totpSecret: 'JBSWY3DP' }), 400, 3, 'TOTP secret is invalid'],
    [
      'a blank metadata key',
      newPerson({ metadata: [{ key: ' ', value: 'eA==' }] }),
      400,
      3,
      'Metadata is invalid (USER-Drght)',
    ],
    ['an id in use', newPerson({ userId: ACME.viewer.id }), 400, 9, 'Errors.User.AlreadyExisting (COMMAND-7yiox1isql)'],
    [
      "another organization's domain",
      newPerson({ username: 'x@globex.test' }),
      400,
      3,
      'Domain is already reserved and cannot be used (COMMAND-SFd21)',
    ],
  ])('%s', async (_what, body, status, code, message) => {
    expectRefusal(await add(body), status, code, message);
  });

  it.each([weak('short'), hashed('$1$salt$x')])(
    'an id in use comes before a domain, a domain before %j',
    async (body) => {
      const reserved = { ...body, username: 'x@globex.test' };
      const both = await add({ ...reserved, userId: ACME.viewer.id });
      expectRefusal(both, 400, 9, 'Errors.User.AlreadyExisting (COMMAND-7yiox1isql)');
      const domain = 'Domain is already reserved and cannot be used (COMMAND-SFd21)';
      expectRefusal(await add(reserved), 400, 3, domain);
    },
  );

  it('an id that was deleted is used for ever', async () => {
    await added(newPerson({ userId: 'once-only' }));
    await tessera.send('DELETE', '/v2/users/once-only', { headers: ADMIN });
    const response = await add(newPerson({ userId: 'once-only' }));
    expectRefusal(response, 400, 9, 'Errors.User.AlreadyExisting (COMMAND-7yiox1isql)');
  });

  it('an empty metadata value breaks the rules', async () => {
    const response = await add(newPerson({ metadata: [{ key: 'k', value: '' }] }));
    expect(response.status).toBe(400);
    expect(response.json.message).toContain('SetMetadataEntry.Value: value length must be between 1 and 500000 bytes');
  });
});
