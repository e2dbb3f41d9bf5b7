import { afterAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import {
  ADMIN,
  bearer,
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

const create = (body: object, headers: Headers = ADMIN): Promise<TestResponse> =>
  tessera.send('POST', '/v2/users/new', { headers, body: { organizationId: ACME.id, ...body } });
const human = (change: object = {}, more: object = {}) => ({ human: newPerson(change), ...more });
const machine = (change: object = {}, more: object = {}) => ({ machine: { name: 'Robot', ...change }, ...more });

async function created(body: object, headers: Headers = ADMIN) {
  const response = await create(body, headers);
  expect(response.status, response.text).toBe(200);
  return { response, user: await tessera.user(response.json.id) };
}

describe('a human', () => {
  it('gets a username, a display name and an id, and is active at once', async () => {
    const { response, user } = await created(human({ email: { email: 'new@mouse.test', isVerified: false } }));
    expect(user).toMatchObject({
      id: expect.stringMatching(/^\d{18}$/),
      organizationId: ACME.id,
      kind: 'human',
      state: 'active',
      username: 'new@mouse.test',
      profile: { displayName: 'Minnie Mouse' },
    });
    expect(response.json).toEqual({ id: user.id, creationDate: new Date(user.createdAt).toISOString() });
    expect(response.headers.get('etag')).toBe('"1"');
  });

  it('takes every field', async () => {
    const { response, user } = await created(
      human(
        {
          profile: {
            givenName: ' E ',
            familyName: 'F',
            nickName: 'N',
            displayName: 'D',
            preferredLanguage: 'de',
            gender: 'GENDER_DIVERSE',
          },
          email: { email: 'every.field@mouse.test', returnCode: {} },
          phone: { phone: '0791112233', returnCode: {} },
          password: { password: 'Secr3tP4ssw0rd!', changeRequired: true },
        },
        { userId: 'my-own/id-2', username: ' every.field ', metadata: [{ key: ' color ', value: 'cmVk' }] },
      ),
    );
    expect(user).toMatchObject({
      id: 'my-own/id-2',
      username: 'every.field',
      profile: { givenName: 'E', nickName: 'N', displayName: 'D', preferredLanguage: 'de', gender: 'diverse' },
      phone: { value: '+41791112233', verified: false },
      password: { hash: expect.stringMatching(/^\$argon2id\$/), changeRequired: true },
      extra: { metadata: { color: 'cmVk' } },
    });
    expect(response.json).toMatchObject({
      emailCode: expect.stringMatching(/^[A-Z0-9]{6}$/),
      phoneCode: expect.stringMatching(/^[A-Z0-9]{6}$/),
    });
    expect(await eventTypes(tessera, user.id)).toEqual([
      'user.created',
      'user.email_code_added',
      'user.phone_code_added',
    ]);
  });

  it.each([
    ['returnCode', { returnCode: {} }, ['user.created', 'user.email_code_added'], []],
    ['sendCode', { sendCode: {} }, ['user.created', 'user.email_code_added'], ['verify_email']],
    ['nothing', {}, ['user.created', 'user.email_code_added'], ['verify_email']],
    ['isVerified:true', { isVerified: true }, ['user.created', 'user.email_verified'], []],
    ['isVerified:false', { isVerified: false }, ['user.created'], []],
  ])('email with %s', async (what, verification, events, messages) => {
    const email = { email: `create.${what.replace(':', '.')}@mouse.test`, ...verification };
    const { response, user } = await created(human({ email }));
    expect(await eventTypes(tessera, user.id)).toEqual(events);
    expect(await messagesTo(tessera, user.id)).toEqual(messages);
    expect('emailCode' in response.json).toBe(what === 'returnCode');
  });

  it('metadata of older clients stands in the human, but not in both', async () => {
    const metadata = [{ key: 'a', value: 'eA==' }];
    expect((await created(human({ metadata }))).user.extra.metadata).toEqual({ a: 'eA==' });
    const message = 'Metadata must not be set on both the user and human fields (USERv2-j0z7uy)';
    expectRefusal(await create(human({ metadata }, { metadata })), 400, 3, message);
  });
});

describe('a machine', () => {
  it('gets its id for a username', async () => {
    const { response, user } = await created(machine());
    expect(user).toMatchObject({ kind: 'machine', state: 'active', username: user.id, email: { value: null } });
    expect(Object.keys(response.json)).toEqual(['id', 'creationDate']);
    const { json } = await tessera.send('GET', `/v2/users/${user.id}`, { headers: ADMIN });
    expect(json.user).toMatchObject({ username: user.id, state: 'USER_STATE_ACTIVE', machine: { name: 'Robot' } });
  });

  it('takes every field', async () => {
    const body = machine(
      { description: 'Sweeps', accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
      { userId: 'robot', username: 'robot.1', metadata: [{ key: 'a', value: 'eA==' }] },
    );
    const { user } = await created(body);
    expect(user).toMatchObject({ id: 'robot', username: 'robot.1', extra: { metadata: { a: 'eA==' } } });
    const { json } = await tessera.send('GET', '/v2/users/robot', { headers: ADMIN });
    expect(json.user.machine).toEqual({
      name: 'Robot',
      description: 'Sweeps',
      accessTokenType: 'ACCESS_TOKEN_TYPE_JWT',
    });
    expect(await eventTypes(tessera, 'robot')).toEqual(['user.created']);
  });
});

describe('permission', () => {
  it.each<[string, object, Headers, number, number, string]>([
    ['no role', {}, END, 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    ['a viewer', {}, VIEWER, 403, 7, 'No matching permissions found (AUTH-AWfge)'],
    ['another organization', {}, bearer(GLOBEX.adminPat), 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    ['for another organization', { organizationId: GLOBEX.id }, ADMIN, 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    ['for an unknown one', { organizationId: 'unknown' }, ADMIN, 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    ['nobody', {}, {}, 401, 16, 'auth header missing'],
  ])('%s', async (_who, more, headers, status, code, message) => {
    for (const body of [human({}, more), machine({}, more)]) {
      expectRefusal(await create(body, headers), status, code, message);
    }
  });

  it('is asked for after the rules, before the organization and the id', async () => {
    expect((await create({ human: {} }, END)).status).toBe(400);
    const taken = { ...human(), userId: ACME.viewer.id };
    expectRefusal(await create(taken, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
    const unknown = { ...taken, organizationId: 'unknown' };
    expectRefusal(await create(unknown, ROOT_AUTH), 400, 9, 'Organisation not found (COMMAND-QXPGs)');
  });

  it('a manager, and an administrator of the instance in any organization', async () => {
    expect((await created(human(), MANAGE)).user.organizationId).toBe(ACME.id);
    const { user } = await created(human({}, { organizationId: GLOBEX.id }), ROOT_AUTH);
    expect(user.organizationId).toBe(GLOBEX.id);
    // What the header says makes no difference: the body names the organization.
    const headers = { ...ROOT_AUTH, 'x-zitadel-orgid': GLOBEX.id };
    expect((await created(human(), headers)).user.organizationId).toBe(ACME.id);
  });
});

describe('refusals', () => {
  const entry = (key: string, value: string) => ({ metadata: [{ key, value }] });
  it.each<[string, object, number, number, string]>([
    ['no user', {}, 400, 3, 'invalid CreateUserRequest.UserType: value is required'],
    [
      'no organization',
      human({}, { organizationId: '' }),
      400,
      3,
      'invalid CreateUserRequest.OrganizationId: value length must be between 1 and 200 runes, inclusive',
    ],
    [
      'blank given name',
      human({ profile: { givenName: ' ', familyName: 'x' } }),
      400,
      3,
      'First name in profile is empty (USER-UCej2)',
    ],
    [
      'blank family name',
      human({ profile: { givenName: 'x', familyName: ' ' } }),
      400,
      3,
      'Last name in profile is empty (USER-4hB7d)',
    ],
    ['a display name', human({ email: { email: 'A <a@b.ch>' } }), 400, 3, 'Email is invalid (EMAIL-599GV)'],
    ['a bad phone', human({ phone: { phone: 'x' } }), 400, 3, 'Phone is invalid (PHONE-so0wa)'],
    ['a weak password', human({ password: { password: 'Sh0rt!' } }), 400, 3, 'Password is too short (COMMA-HuJf6)'],
    [
      'a strange hash',
      human({ hashedPassword: { hash: '$1$salt$x' } }),
      400,
      3,
      'Errors.Hash.NotSupported (CRYPT-2xK7d)',
    ],
    ['a blank metadata key', human({}, entry(' ', 'eA==')), 400, 3, 'Metadata is invalid (USER-Drght)'],
    ['an empty metadata value', machine({}, entry('a', '')), 400, 3, 'Metadata is invalid (USER-Dbgth)'],
    ['an id in use', human({}, { userId: ROOT.id }), 400, 9, 'Errors.User.AlreadyExisting (COMMAND-7yiox1isql)'],
    [
      'a machine with an id in use',
      machine({}, { userId: ROOT.id }),
      400,
      9,
      'Errors.User.AlreadyExisting (COMMAND-7yiox1isql)',
    ],
    [
      "another's domain",
      machine({}, { username: 'x@globex.test' }),
      400,
      3,
      'Domain is already reserved and cannot be used (COMMAND-SFd21)',
    ],
    ['a username in use', machine({}, { username: 'VIEWER' }), 409, 6, 'User already exists (V3-DKcYh)'],
    [
      'an e-mail in use',
      human({ email: { email: 'vi@acme.test' } }, { username: 'free' }),
      409,
      6,
      'User already exists (V3-DKcYh)',
    ],
  ])('%s', async (_what, body, status, code, message) => {
    expectRefusal(await create(body), status, code, message);
  });

  it('an unknown kind of access token', async () => {
    const { status, json } = await create(machine({ accessTokenType: 7 }));
    expect(status).toBe(400);
    expect(json.message).toContain('Machine.AccessTokenType: value must be one of the defined enum values');
  });

  it('a human and a machine at once', async () => {
    expect((await create({ ...human(), ...machine() })).status).toBe(400);
  });
});
