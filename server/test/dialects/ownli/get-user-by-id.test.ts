import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, plant } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('GET /api/users/by-id/:id', () => {
  it('200: answers the user with its version', async () => {
    const user = await client.create();
    await client.put(user.id, { firstName: 'X' });
    const response = await client.get(user.id);
    expect(response.json).toEqual({ ...user, firstName: 'X', updated: response.json.updated });
    expect(response.headers.get('etag')).toBe('"2"');
  });

  it('200: shows every member of a user that has next to nothing', async () => {
    const response = await client.get(ACME.viewer.id);
    expect(response.status).toBe(200);
    expect(response.json).toEqual({
      id: ACME.viewer.id,
      firstName: 'Vi',
      lastName: 'Ewer',
      email: 'vi@acme.test',
      phone: null,
      adminNote: null,
      customField1: null,
      customField2: null,
      customField3: null,
      customField4: null,
      customField5: null,
      address: { addressLine1: null, addressLine2: null, city: null, state: null, country: null, zip: null },
      tosAnswer: 'None',
      partnerCode: null,
      dateRegistered: expect.any(String),
      updated: expect.any(String),
      emailVerified: expect.any(Boolean),
      phoneVerified: false,
      fraud: false,
    });
  });

  it('200: answers HEAD without a body', async () => {
    const { id } = await client.create();
    const response = await t.send('HEAD', `/api/users/by-id/${id}`, { headers: client.headers });
    expect([response.status, response.text, response.headers.get('etag')]).toEqual([200, '', '"1"']);
  });

  it('401: asks for credentials', async () => {
    const response = await t.send('GET', `/api/users/by-id/${ACME.viewer.id}`);
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('403: refuses a user-scope token, whether or not the user exists', async () => {
    const app = await clientOf(t, ACME, 'user');
    expectError(await app.get(ACME.viewer.id), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
    expectError(await app.get('1'), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
  });

  it('404: finds no missing, foreign or deleted user', async () => {
    const foreign = await (await clientOf(t, GLOBEX)).create();
    const deleted = await client.create();
    await plant(t, deleted.id, () => ({ state: 'deleted' }));
    for (const id of ['1', foreign.id, deleted.id, ROOT.id]) {
      expectError(await client.get(id), 404, 'ERROR_USER_NOT_FOUND');
    }
  });

  it('200: takes the legacy headers', async () => {
    const { partnerId, clientId, clientSecret } = ACME.ownli;
    const headers = { partnerId, clientId, clientSecret };
    expect((await t.send('GET', `/api/users/by-id/${ACME.viewer.id}`, { headers })).status).toBe(200);
  });
});
