import { afterAll, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, END, expectRefusal, plant, ROOT_AUTH, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const NOT_FOUND = 'User could not be found (COMMAND-ugjs0upun6)';
const BODY = { profile: { givenName: 'G', familyName: 'F' } };
const PASSWORD = { password: { password: { password: 'Secr3tP4ssw0rd!' }, currentPassword: 'x' } };

it.each([
  ['unknown id', BODY],
  ['unknown id, empty body', {}],
  ['unknown id, password', PASSWORD],
])('%s', async (_what, body) => {
  expectRefusal(await update(tessera, '123', body, ROOT_AUTH), 404, 5, NOT_FOUND);
  expectRefusal(await update(tessera, '123', body, END), 404, 5, NOT_FOUND);
});

it('deleted user', async () => {
  const id = await addUser(tessera);
  await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
  const events = await tessera.events(id);
  expectRefusal(await update(tessera, id, BODY), 404, 5, NOT_FOUND);
  expectRefusal(await update(tessera, id, PASSWORD), 404, 5, NOT_FOUND);
  expect(await tessera.events(id)).toEqual(events);
});

it('machine user', async () => {
  await plant(tessera, { id: 'machine', kind: 'machine', username: 'machine' });
  expectRefusal(await update(tessera, 'machine', BODY), 404, 5, NOT_FOUND);
  expectRefusal(await update(tessera, 'machine', PASSWORD), 404, 5, NOT_FOUND);
});

it.each(['active', 'inactive', 'locked', 'suspended', 'initial'] as const)(
  'state %s: update allowed',
  async (state) => {
    await plant(tessera, { id: `state-${state}`, state });
    expect((await update(tessera, `state-${state}`, BODY)).status).toBe(200);
    expect((await tessera.user(`state-${state}`)).profile.givenName).toBe('G');
  },
);

it('user without e-mail or phone: fine', async () => {
  await plant(tessera, { id: 'bare' });
  expect((await update(tessera, 'bare', { email: { email: 'bare@mouse.test' } })).status).toBe(200);
});
