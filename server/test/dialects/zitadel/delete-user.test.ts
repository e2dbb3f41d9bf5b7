import { afterAll, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  leavesNoTrace,
  MANAGE,
  OWNER,
  plant,
  SELF_DELETER,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const remove = (id: string, headers = ADMIN, body?: unknown) =>
  tessera.send('DELETE', `/v2/users/${id}`, { headers, body });
const NOT_FOUND = 'User could not be found (COMMAND-bd4ir1mblj)';

it('deletes for good', async () => {
  const id = await addUser(tessera);
  const response = await remove(id);
  expect(response.status).toBe(200);
  expect(response.json).toEqual({
    details: { sequence: '2', changeDate: expect.any(String), resourceOwner: ACME.id },
  });
  expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.deleted']);
  expectRefusal(await remove(id), 404, 5, NOT_FOUND);
});

it('ignores a body, whatever it is', async () => {
  const id = await addUser(tessera);
  expect((await remove(id, { ...ADMIN, 'content-type': 'text/plain' }, '{"broken')).status).toBe(200);
});

it('deletes a machine user too', async () => {
  await plant(tessera, { id: 'machine', kind: 'machine' });
  expect((await remove('machine')).status).toBe(200);
});

it('unknown user', async () => {
  expectRefusal(await remove('unknown'), 404, 5, NOT_FOUND);
});

it('oneself only with the role for it', async () => {
  await leavesNoTrace(tessera, END_USER.id, async () =>
    expectRefusal(await remove(END_USER.id, END), 404, 5, 'membership not found (AUTHZ-cdgFk)'),
  );
  expect((await remove(SELF_DELETER.id, bearer(SELF_DELETER.pat))).status).toBe(200);
});

it('not by a viewer, and not a user who holds more', async () => {
  const denied = 'No matching permissions found (AUTH-AWfge)';
  const id = await addUser(tessera);
  expectRefusal(await remove(id, VIEWER), 403, 7, denied);
  expectRefusal(await remove(OWNER.id, MANAGE), 403, 7, denied);
});
