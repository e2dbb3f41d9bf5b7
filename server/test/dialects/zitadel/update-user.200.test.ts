import { afterAll, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, eventTypes, MANAGE, newPerson, ROOT_AUTH, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

it('answers the details of the last event, without a creation date', async () => {
  const id = await addUser(tessera);
  const response = await update(tessera, id, { profile: { givenName: 'Mini', familyName: 'Mouse' } });
  expect(response.status).toBe(200);
  const [, last] = await tessera.events(id);
  expect(last?.type).toBe('user.profile_changed');
  expect(last?.changes).toEqual({ 'profile.givenName': { before: 'Minnie', after: 'Mini' } });
  expect(response.json).toEqual({
    details: {
      sequence: '2',
      changeDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
      resourceOwner: ACME.id,
    },
  });
  expect(Date.parse(response.json.details.changeDate)).toBe(last?.at);
  expect(response.headers.get('etag')).toBe('"2"');
});

it('changes every part in one call, in a fixed order of events', async () => {
  const id = await addUser(tessera, { username: 'every.part' });
  const response = await update(tessera, id, {
    username: 'every.part.2',
    profile: {
      givenName: 'G',
      familyName: 'F',
      nickName: 'N',
      displayName: 'D',
      preferredLanguage: 'DE_ch',
      gender: 'GENDER_DIVERSE',
    },
    email: { email: 'every.part@mouse.test', isVerified: true },
    phone: { phone: '+41 79 123 45 67', returnCode: {} },
    password: { password: { password: 'Secr3tP4ssw0rd!', changeRequired: true } },
  });
  expect(response.status, response.text).toBe(200);
  expect(await eventTypes(tessera, id)).toEqual([
    'user.created',
    'user.username_changed',
    'user.profile_changed',
    'user.email_changed',
    'user.email_verified',
    'user.phone_changed',
    'user.phone_code_added',
    'user.password_changed',
  ]);
  expect(response.json.details.sequence).toBe('8');
  const user = await tessera.user(id);
  expect(user).toMatchObject({
    username: 'every.part.2',
    profile: {
      givenName: 'G',
      familyName: 'F',
      nickName: 'N',
      displayName: 'D',
      preferredLanguage: 'de-CH',
      gender: 'diverse',
    },
    email: { value: 'every.part@mouse.test', verified: true },
    phone: { value: '+41791234567', verified: false },
    password: { changeRequired: true },
  });
  expect(response.headers.get('etag')).toBe(`"${user.version}"`);
});

it('shows readers the version, which a code does not move', async () => {
  const id = await addUser(tessera);
  const written = await update(tessera, id, { email: { email: 'moved@mouse.test' } });
  expect(written.json.details.sequence).toBe('3');
  expect(written.headers.get('etag')).toBe('"2"');
  const read = await tessera.send('GET', `/v2/users/${id}`, { headers: ADMIN });
  expect(read.json.details.sequence).toBe('2');
  expect(read.headers.get('etag')).toBe('"2"');
});

it('counts sequences like the contract: a create with two codes is 3, username and e-mail then make 6', async () => {
  const created = await tessera.send('POST', '/v2/users/human', {
    headers: ADMIN,
    body: newPerson({
      email: { email: 'seq@mouse.test', returnCode: {} },
      phone: { phone: '+41791112233', returnCode: {} },
    }),
  });
  expect(created.json.details.sequence).toBe('3');
  const updated = await update(tessera, created.json.userId, {
    username: 'seq.2',
    email: { email: 'seq2@mouse.test', returnCode: {} },
  });
  expect(updated.json.details.sequence).toBe('6');
});

it.each([
  ['an empty object', {}],
  ['an empty body', undefined],
  ['nulls', { username: null, profile: null, email: null, phone: null, password: null }],
])('takes %s for no change', async (_what, body) => {
  const id = await addUser(tessera);
  const before = await tessera.user(id);
  const response = await update(tessera, id, body);
  expect(response.status, response.text).toBe(200);
  expect(response.json.details).toEqual({
    sequence: '1',
    changeDate: new Date(before.changedAt).toISOString().replace('.000Z', 'Z'),
    resourceOwner: ACME.id,
  });
  expect(response.headers.get('etag')).toBe('"1"');
  expect(await tessera.user(id)).toEqual(before);
});

it('takes proto names, ignores unknown fields and unknown enum names', async () => {
  const id = await addUser(tessera);
  const response = await update(tessera, id, {
    unknown: { deep: [1] },
    profile: { given_name: 'Snake', family_name: 'Case', gender: 'GENDER_OTHER', preferred_language: 'en', more: 1 },
  });
  expect(response.status, response.text).toBe(200);
  const { profile } = await tessera.user(id);
  expect(profile).toMatchObject({ givenName: 'Snake', familyName: 'Case', gender: null, preferredLanguage: 'en' });
});

it("ignores what is not the request's to set", async () => {
  const id = await addUser(tessera);
  const [before, events] = [await tessera.user(id), await tessera.events(id)];
  const response = await update(tessera, id, {
    details: { sequence: '99', resourceOwner: GLOBEX.id, changeDate: '2020-01-01T00:00:00Z' },
    organization: { orgId: GLOBEX.id },
    organizationId: GLOBEX.id,
    state: 'USER_STATE_LOCKED',
    roles: ['IAM_OWNER'],
    membership: { roles: ['IAM_OWNER'] },
    metadata: [{ key: 'k', value: 'eA==' }],
    personalAccessTokens: ['mine'],
    human: { profile: { givenName: 'Not', familyName: 'This' } },
  });
  expect(response.status, response.text).toBe(200);
  expect([await tessera.user(id), await tessera.events(id)]).toEqual([before, events]);
});

it('lets the path override the id in the body', async () => {
  const [id, other] = [await addUser(tessera), await addUser(tessera)];
  const response = await update(tessera, id, { userId: other, username: 'path.wins' });
  expect(response.status).toBe(200);
  expect((await tessera.user(id)).username).toBe('path.wins');
  expect(await eventTypes(tessera, other)).toEqual(['user.created']);
});

it('takes an id that a client chose, whatever is in it', async () => {
  const chosen = 'ä/b c%😀?';
  expect(await addUser(tessera, { userId: chosen })).toBe(chosen);
  expect((await update(tessera, chosen, { username: 'chosen.id' })).status).toBe(200);
  expect((await tessera.user(chosen)).username).toBe('chosen.id');
});

it('accepts 200 code points, astral ones too', async () => {
  const id = await addUser(tessera);
  const name = '😀'.repeat(200);
  const response = await update(tessera, id, { profile: { givenName: name, familyName: name, nickName: name } });
  expect(response.status, response.text).toBe(200);
  expect((await tessera.user(id)).profile.nickName).toBe(name);
});

it('stores text as it was sent, blanks included', async () => {
  const id = await addUser(tessera);
  const response = await update(tessera, id, {
    username: '   ',
    profile: { givenName: ' A ', familyName: '\t' },
    email: { email: '<Mixed.Case@Mouse.test>', isVerified: true },
  });
  expect(response.status, response.text).toBe(200);
  expect(await tessera.user(id)).toMatchObject({
    username: '   ',
    profile: { givenName: ' A ', familyName: '\t' },
    email: { value: '<Mixed.Case@Mouse.test>', verified: true },
  });
});

it.each([
  ['an instance administrator', ROOT_AUTH],
  ['the owner of the organization', ADMIN],
  ['a user manager of the organization', MANAGE],
])('serves %s', async (_who, headers) => {
  const id = await addUser(tessera);
  const body = {
    profile: { givenName: 'By', familyName: 'Right' },
    email: { email: `${id}@mouse.test`, returnCode: {} },
  };
  const response = await update(tessera, id, body, headers);
  expect(response.status, response.text).toBe(200);
  expect(response.json.emailCode).toMatch(/^[A-Z0-9]{6}$/);
});

it('applies concurrent updates one after the other', async () => {
  const id = await addUser(tessera);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => update(tessera, id, { username: `racer.${n}` })),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const sequences = answers.map(({ json }) => Number(json.details.sequence)).sort((a, b) => a - b);
  expect(sequences).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
});
