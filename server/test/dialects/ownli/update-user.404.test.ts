import { afterAll, beforeAll, describe, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, expectRefused, plant } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('PUT /api/users/:userId, 404', () => {
  it.each(['1', '999999999999999999', 'x'.repeat(200), '..%2f', '%F0%9F%98%80', "'%20OR%201=1--", '__proto__'])(
    'does not find %s',
    async (id) => {
      expectError(await client.put(id, { firstName: 'X' }), 404, 'ERROR_USER_NOT_FOUND');
      expectError(await client.put(id, {}), 404, 'ERROR_USER_NOT_FOUND');
    },
  );

  it('does not find a deleted user', async () => {
    const { id } = await client.create();
    await plant(t, id, () => ({ state: 'deleted' }));
    await expectRefused(t, id, () => client.put(id, { firstName: 'X' }), 404, 'ERROR_USER_NOT_FOUND');
  });

  it("does not find another partner's user", async () => {
    const { id } = await (await clientOf(t, GLOBEX)).create();
    await expectRefused(t, id, () => client.put(id, { firstName: 'X' }), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('does not find an administrator of the instance', async () => {
    const call = () => client.put(ROOT.id, { customField1: 'X' });
    await expectRefused(t, ROOT.id, call, 404, 'ERROR_USER_NOT_FOUND');
  });

  it('does not find a machine', async () => {
    const { id } = await client.create();
    await plant(t, id, () => ({ kind: 'machine' }));
    await expectRefused(t, id, () => client.put(id, { firstName: 'X' }), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('finds a user of the organization that this API did not create', async () => {
    const call = () => client.put(ACME.viewer.id, { firstName: '' });
    await expectRefused(t, ACME.viewer.id, call, 400, 'ERROR_INVALID_PARAMETERS');
  });
});
