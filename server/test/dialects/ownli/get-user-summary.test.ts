import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, createInsured, expectError, plant } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const get = (id: string, as = client) => as.call('GET', `/${id}/summary`);

describe('GET /api/users/:userId/summary', () => {
  it('200: answers a list of the one user, without vehicles, and its version', async () => {
    for (const user of [await client.create(), await createInsured(client)]) {
      const response = await get(user.id);
      expect([response.status, response.json]).toEqual([200, [{ user, vehicles: [] }]]);
      expect(response.headers.get('etag')).toBe('"1"');
    }
  });

  it('401: asks for credentials', async () => {
    const response = await t.send('GET', `/api/users/${ACME.viewer.id}/summary`);
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('403: refuses a user-scope token, whether or not the user exists', async () => {
    const app = await clientOf(t, ACME, 'user');
    expectError(await get(ACME.viewer.id, app), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
    expectError(await get('1', app), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
  });

  it('404: finds no missing, foreign or deleted user', async () => {
    const foreign = await (await clientOf(t, GLOBEX)).create();
    const deleted = await client.create();
    await plant(t, deleted.id, () => ({ state: 'deleted' }));
    const missing = await get('1');
    expectError(missing, 404, 'ERROR_USER_NOT_FOUND');
    for (const { id } of [foreign, deleted]) expect((await get(id)).text).toBe(missing.text);
  });
});
