import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectRefused } from './support.ts';

let t: Tessera;
let client: Client;
let administrator: string;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
  const holder = await t.store.userByClaim(`email:${ACME.id}:admin@acme.test`);
  administrator = holder?.id ?? '';
});
afterAll(() => t.stop());

/** Whoever sets the address or number of somebody could go on to take over what that somebody may do. */
describe('PUT /api/users/:userId, 403', () => {
  it.each([{ email: 'mine@mail.test' }, { phone: '+12015559999' }, { isEmailVerified: true }])(
    'does not change the contact of an administrator: %j',
    async (body) => {
      const call = () => client.put(administrator, body);
      await expectRefused(t, administrator, call, 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
    },
  );

  it('changes the rest of it', async () => {
    expect((await client.put(administrator, { customField1: 'x' })).status).toBe(200);
  });
});
