import { afterAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  expectRefusal,
  MANAGE,
  plant,
  ROOT_AUTH,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const get = (id: string, headers = ADMIN) => tessera.send('GET', `/v2/users/${encodeURIComponent(id)}`, { headers });

it('shows the whole record', async () => {
  const id = await addUser(tessera, {
    username: 'whole.record',
    profile: {
      givenName: 'W',
      familyName: 'R',
      nickName: 'N',
      displayName: 'D',
      preferredLanguage: 'de',
      gender: 'GENDER_MALE',
    },
    email: { email: 'whole@mouse.test', isVerified: true },
    phone: { phone: '+41791112233', isVerified: true },
    password: { password: 'Secr3tP4ssw0rd!', changeRequired: true },
  });
  const user = await tessera.user(id);
  const details = {
    sequence: '3',
    changeDate: expect.any(String),
    creationDate: expect.any(String),
    resourceOwner: ACME.id,
  };
  const response = await get(id);
  expect(response.headers.get('etag')).toBe('"3"');
  expect(response.json).toEqual({
    details,
    user: {
      userId: id,
      details,
      state: 'USER_STATE_ACTIVE',
      username: 'whole.record',
      loginNames: ['whole.record'],
      preferredLoginName: 'whole.record',
      human: {
        profile: {
          givenName: 'W',
          familyName: 'R',
          nickName: 'N',
          displayName: 'D',
          preferredLanguage: 'de',
          gender: 'GENDER_MALE',
        },
        email: { email: 'whole@mouse.test', isVerified: true },
        phone: { phone: '+41791112233', isVerified: true },
        passwordChangeRequired: true,
        passwordChanged: expect.any(String),
      },
    },
  });
  expect(Date.parse(response.json.details.creationDate)).toBe(user.createdAt);
  expect(Date.parse(response.json.user.human.passwordChanged)).toBe(user.password.changedAt);
});

it('leaves out zero values, but shows optional fields and messages even when empty', async () => {
  await plant(tessera, { id: 'bare' });
  expect((await get('bare')).json.user).toEqual({
    userId: 'bare',
    details: expect.any(Object),
    state: 'USER_STATE_ACTIVE',
    username: 'bare',
    loginNames: ['bare'],
    preferredLoginName: 'bare',
    human: {
      profile: { nickName: '', displayName: '', preferredLanguage: 'und', gender: 'GENDER_UNSPECIFIED' },
      email: {},
      phone: {},
    },
  });
});

it('shows a machine user', async () => {
  await plant(tessera, { id: 'machine', kind: 'machine', username: 'robot' });
  expect((await get('machine')).json.user).toMatchObject({ username: 'robot', machine: { name: 'robot' } });
});

it.each([
  ['active', 'USER_STATE_ACTIVE'],
  ['inactive', 'USER_STATE_INACTIVE'],
  ['locked', 'USER_STATE_LOCKED'],
  ['suspended', 'USER_STATE_LOCKED'],
  ['initial', 'USER_STATE_INITIAL'],
] as const)('state %s shows as %s', async (state, shown) => {
  await plant(tessera, { id: `state-${state}`, state });
  expect((await get(`state-${state}`)).json.user.state).toBe(shown);
});

it('what one write answered, the next read shows', async () => {
  const id = await addUser(tessera);
  await update(tessera, id, { profile: { givenName: 'Fresh', familyName: 'F' } });
  expect((await get(id)).json.user.human.profile.givenName).toBe('Fresh');
});

describe('who may read', () => {
  it.each([
    ['an instance administrator', ROOT_AUTH],
    ['the owner', ADMIN],
    ['a manager', MANAGE],
    ['a viewer', VIEWER],
    ['the user itself', END],
  ])('%s', async (_who, headers) => {
    expect((await get(END_USER.id, headers)).status).toBe(200);
  });

  it.each([
    ['a user without a role', END],
    ['an administrator of another organization', bearer(GLOBEX.adminPat)],
  ])('not %s', async (_who, headers) => {
    expectRefusal(await get(ACME.viewer.id, headers), 404, 5, 'membership not found (AUTHZ-cdgFk)');
  });

  it('nobody without a token', async () => {
    expectRefusal(await get(END_USER.id, {}), 401, 16, 'auth header missing');
  });
});

it('unknown and deleted ids', async () => {
  const id = await addUser(tessera);
  await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
  for (const missing of ['unknown', id]) {
    expectRefusal(await get(missing), 404, 5, 'User could not be found (QUERY-Dfbg2)');
  }
});

it('the query string cannot override the path', async () => {
  const response = await tessera.send('GET', `/v2/users/${END_USER.id}?userId=${ACME.viewer.id}&more=1`, {
    headers: ADMIN,
  });
  expect(response.json.user.userId).toBe(END_USER.id);
});
