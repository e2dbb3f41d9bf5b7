import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  messagesTo,
  OWNER,
  plant,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const NO_MEMBERSHIP = 'membership not found (AUTHZ-cdgFk)';
const NO_PERMISSION = 'No matching permissions found (AUTH-AWfge)';
const PASSWORD = 'Secr3tP4ssw0rd!';
let people = 0;
let id = '';
beforeEach(async () => {
  people += 1;
  id = await addUser(tessera, {
    username: `patch.${people}`,
    profile: { givenName: 'Minnie', familyName: 'Mouse', nickName: 'Min' },
    email: { email: `patch.${people}@mouse.test`, isVerified: true },
    phone: { phone: `+4177${1_000_000 + people}`, isVerified: true },
    password: { password: PASSWORD },
  });
});

const patch = (body: object, headers: Headers = ADMIN, user = id) =>
  tessera.send('PATCH', `/v2/users/${encodeURIComponent(user)}`, { headers, body });

async function patched(body: object, headers: Headers = ADMIN, user = id) {
  const before = (await tessera.events(user)).length;
  const response = await patch(body, headers, user);
  expect(response.status, response.text).toBe(200);
  return {
    response,
    user: await tessera.user(user),
    events: (await eventTypes(tessera, user)).slice(before),
  };
}

describe('a human', () => {
  it.each<[string, object, string[], object]>([
    ['nothing', { human: {} }, [], {}],
    ['username', { username: 'other.name', human: {} }, ['user.username_changed'], { username: 'other.name' }],
    [
      'given name',
      { human: { profile: { givenName: 'Ann' } } },
      ['user.profile_changed'],
      { profile: { givenName: 'Ann', familyName: 'Mouse', nickName: 'Min' } },
    ],
    [
      'language',
      { human: { profile: { preferredLanguage: 'de' } } },
      ['user.profile_changed'],
      { profile: { preferredLanguage: 'de' } },
    ],
    [
      'an undetermined language',
      { human: { profile: { preferredLanguage: 'und' } } },
      [],
      { profile: { preferredLanguage: null } },
    ],
    [
      'gender',
      { human: { profile: { gender: 'GENDER_FEMALE' } } },
      ['user.profile_changed'],
      { profile: { gender: 'female' } },
    ],
    [
      'metadata',
      { human: {}, metadata: [{ key: 'a', value: 'eA==' }] },
      ['user.metadata_changed'],
      { extra: { metadata: { a: 'eA==' } } },
    ],
    ['no metadata', { human: {}, metadata: [{ key: 'a' }] }, [], { extra: { metadata: {} } }],
    [
      'password',
      { human: { password: { password: { password: 'N3wP4ssword!' }, currentPassword: PASSWORD } } },
      ['user.password_changed'],
      {},
    ],
  ])('%s', async (_what, body, expected, record) => {
    const { response, user, events } = await patched(body);
    expect(events).toEqual(expected);
    expect(user).toMatchObject(record);
    expect(Object.keys(response.json)).toEqual(['changeDate']);
    expect(response.headers.get('etag')).toBe(`"${user.version}"`);
  });

  it('email and phone with codes, returned and sent', async () => {
    const email = { email: `patch.new.${people}@mouse.test`, returnCode: {} };
    const { response, events } = await patched({ human: { email, phone: { phone: `+4178${1_000_000 + people}` } } });
    expect(events).toEqual([
      'user.email_changed',
      'user.email_code_added',
      'user.phone_changed',
      'user.phone_code_added',
    ]);
    expect(response.json.emailCode).toMatch(/^[A-Z0-9]{6}$/);
    expect(response.json.phoneCode).toBeUndefined();
    expect(await messagesTo(tessera, id)).toEqual(['verify_phone']);
  });

  it('an unchanged email gets no code, also where it was to be returned', async () => {
    const { response, events } = await patched({
      human: { email: { email: `patch.${people}@mouse.test`, returnCode: {} } },
    });
    expect(events).toEqual([]);
    expect(response.json.emailCode).toBeUndefined();
  });

  it('phone:{} removes it, and is no change where there is none', async () => {
    const { user, events } = await patched({ human: { phone: {} } });
    expect(events).toEqual(['user.phone_changed']);
    expect(user.phone).toMatchObject({ value: null, verified: false });
    expect((await patched({ human: { phone: {} } })).events).toEqual([]);
  });

  it.each([{ isVerified: true }, { returnCode: {} }, { sendCode: {} }])('phone:{} with %j', async (verification) => {
    const response = await patch({ human: { phone: verification } });
    expectRefusal(response, 400, 3, 'Verifying phone removal is not supported (USERv2-4f3d6)');
  });

  it.each<[string, object, string]>([
    ['nickName', { nickName: '' }, 'NickName: value length must be between 1 and 200 runes, inclusive'],
    ['givenName', { givenName: '' }, 'GivenName: value length must be between 1 and 200 runes, inclusive'],
    ['gender', { gender: 9 }, 'Gender: value must be one of the defined enum values'],
  ])('%s that breaks the rules', async (_what, profile, rule) => {
    const { status, json } = await patch({ human: { profile } });
    expect(status).toBe(400);
    expect(json.message).toContain(rule);
  });

  it('is no machine, nor the other way round', async () => {
    const message = 'User could not be found (COMMAND-ugjs0upun6)';
    expectRefusal(await patch({ machine: {} }), 404, 5, message);
    await plant(tessera, { id: `robot-${people}`, kind: 'machine' });
    expectRefusal(await patch({ human: {} }, ADMIN, `robot-${people}`), 404, 5, message);
    expectRefusal(await patch({ human: {} }, ADMIN, 'unknown'), 404, 5, message);
  });
});

it.each([{}, { username: 'somebody' }, { metadata: [{ key: 'a', value: 'eA==' }] }])(
  'without human or machine: %j',
  async (body) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await patch(body), 501, 12, 'user type is not implemented ()'),
    );
  },
);

describe('a machine', () => {
  const robot = () => `machine-${people}`;
  beforeEach(async () => {
    const body = { organizationId: ACME.id, userId: robot(), machine: { name: 'Robot', description: 'Sweeps' } };
    await tessera.send('POST', '/v2/users/new', { headers: ADMIN, body });
  });

  it.each<[string, object, string[], object]>([
    ['nothing', {}, [], { name: 'Robot', description: 'Sweeps' }],
    [
      'the same',
      { name: 'Robot', description: 'Sweeps', accessTokenType: 'ACCESS_TOKEN_TYPE_BEARER' },
      [],
      { name: 'Robot' },
    ],
    [
      'name and description',
      { name: 'Rob', description: 'Rests' },
      ['user.profile_changed'],
      { name: 'Rob', description: 'Rests' },
    ],
    ['no description', { description: '' }, ['user.profile_changed'], { name: 'Robot' }],
    [
      'kind of token',
      { accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
      ['user.token_type_changed'],
      { accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' },
    ],
  ])('%s', async (_what, machine, expected, shown) => {
    const { response, events } = await patched({ machine }, ADMIN, robot());
    expect(events).toEqual(expected);
    expect(Object.keys(response.json)).toEqual(['changeDate']);
    const { json } = await tessera.send('GET', `/v2/users/${robot()}`, { headers: ADMIN });
    expect(json.user.machine).toMatchObject(shown);
  });

  it('username and metadata', async () => {
    const body = { username: `robot.${people}`, machine: {}, metadata: [{ key: 'a', value: 'eA==' }] };
    expect((await patched(body, ADMIN, robot())).events).toEqual(['user.username_changed', 'user.metadata_changed']);
  });

  it('a name and a username that only stand for missing ones are not set', async () => {
    await plant(tessera, { id: `bare-${people}`, kind: 'machine' });
    const bare = `bare-${people}`;
    const { events } = await patched({ username: bare, machine: { name: bare } }, ADMIN, bare);
    expect(events).toEqual([]);
  });
});

describe('permission', () => {
  const metadata = [{ key: 'a', value: 'eA==' }];
  const PARTS: [string, object][] = [
    ['no part', { human: {} }],
    ['username', { username: 'taken.over', human: {} }],
    ['profile', { human: { profile: { nickName: 'X' } } }],
    ['email', { human: { email: { email: 'over@mouse.test' } } }],
    ['no phone', { human: { phone: {} } }],
    ['metadata', { human: {}, metadata }],
    ['password', { human: { password: { password: { password: 'N3wP4ssword!' } } } }],
  ];
  it.each(PARTS)('%s of others', async (_part, body) => {
    await leavesNoTrace(tessera, id, async () => {
      expectRefusal(await patch(body, END), 404, 5, NO_MEMBERSHIP);
      expectRefusal(await patch(body, bearer(GLOBEX.adminPat)), 404, 5, NO_MEMBERSHIP);
      expectRefusal(await patch(body, VIEWER), 403, 7, NO_PERMISSION);
    });
  });

  it.each<[string, object]>([
    ['metadata', { human: {}, metadata }],
    ['metadata that would not change', { human: {}, metadata: [{ key: 'a' }] }],
    ['a password without proof', { human: { password: { password: { password: 'N3wP4ssword!' } } } }],
  ])('not %s of oneself', async (_part, body) => {
    await leavesNoTrace(tessera, END_USER.id, async () =>
      expectRefusal(await patch(body, END, END_USER.id), 404, 5, NO_MEMBERSHIP),
    );
  });

  it('the rest of oneself', async () => {
    const body = { username: 'end.user.patched', human: { profile: { nickName: 'X' }, phone: {} } };
    expect((await patch(body, END, END_USER.id)).status).toBe(200);
  });

  it('a manager, but not what a user who holds more signs in with', async () => {
    expect((await patch({ username: 'managed', human: {} }, MANAGE)).status).toBe(200);
    expect((await patch({ human: { profile: { nickName: 'X' } } }, MANAGE, OWNER.id)).status).toBe(200);
    expectRefusal(await patch({ username: 'managed.too', human: {} }, MANAGE, OWNER.id), 403, 7, NO_PERMISSION);
  });
});

describe('all or nothing', () => {
  it('a refused part leaves none of the others', async () => {
    await leavesNoTrace(tessera, id, async () => {
      const body = {
        username: 'VIEWER',
        human: { profile: { nickName: 'X' }, email: { email: 'rolled.back@mouse.test' } },
        metadata: [{ key: 'a', value: 'eA==' }],
      };
      expectRefusal(await patch(body), 409, 6, 'User already exists (V3-DKcYh)');
    });
    expect(await messagesTo(tessera, id)).toEqual([]);
  });

  it('a replay is the first answer, and its code is kept sealed', async () => {
    const headers = { ...ADMIN, 'idempotency-key': `patch-${people}` };
    const body = { human: { email: { email: `replay.${people}@mouse.test`, returnCode: {} } } };
    const first = await patch(body, headers);
    const again = await patch(body, headers);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await patch({ human: {} }, headers)).status).toBe(400);
  });

  it('If-Match', async () => {
    expect((await patch({ human: { profile: { nickName: 'X' } } }, { ...ADMIN, 'if-match': '"99"' })).status).toBe(412);
    const { version } = await tessera.user(id);
    const headers = { ...ADMIN, 'if-match': `"${version}"` };
    expect((await patch({ human: { profile: { nickName: 'X' } } }, headers)).status).toBe(200);
    expect((await patch({ human: { profile: { nickName: 'Y' } } }, headers)).status).toBe(412);
  });
});
