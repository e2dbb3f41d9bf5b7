import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, expectRefused, traceOf } from './support.ts';

let t: Tessera;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  t = await startTessera();
  acme = await clientOf(t);
  globex = await clientOf(t, GLOBEX);
});
afterAll(() => t.stop());

describe('users of another partner', () => {
  it('look exactly like missing ones', async () => {
    const theirs = await globex.create();
    const missing = '499999999999999999';
    for (const call of [
      (id: string) => acme.put(id, { firstName: 'X' }),
      (id: string) => acme.put(id, {}),
      (id: string) => acme.put(id, { email: theirs.email }),
      (id: string) => acme.get(id),
    ]) {
      const response = await expectRefused(t, theirs.id, () => call(theirs.id), 404, 'ERROR_USER_NOT_FOUND');
      expect(response.text).toBe((await call(missing)).text);
    }
  });

  it('are not found by address or number', async () => {
    const theirs = await globex.create();
    const before = await traceOf(t, theirs.id);
    const body = acme.body({ email: theirs.email, phone: theirs.phone });
    const response = await acme.post(body, {}, '?returnExistingUserIfExists=true');
    expect(response.status).toBe(200);
    expect(response.json.id).not.toBe(theirs.id);
    expect(await traceOf(t, theirs.id)).toEqual(before);
  });

  it('do not answer an idempotency key', async () => {
    const body = globex.body();
    const key = { 'idempotency-key': 'shared' };
    const theirs = await globex.post(body, key);
    const mine = await acme.post(body, key);
    expect(mine.status).toBe(200);
    expect(mine.json.id).not.toBe(theirs.json.id);
  });
});

it('an organization without this API has no credentials and no users here', async () => {
  const setup = testSetup(({ organizations: [acmeSetup] }) => {
    delete acmeSetup.ownli;
  });
  const other = await startTessera(setup);
  const granted = await other.send('POST', '/api/auth/token', {
    body: { partnerId: 'acme', clientId: 'acme-ownli', clientSecret: 'ownli-secret' },
  });
  expectError(granted, 401, 'ERROR_UNAUTHORIZED');
  const client = await clientOf(other, GLOBEX);
  expectError(await client.get('400000000000000001'), 404, 'ERROR_USER_NOT_FOUND');
  await other.stop();
});
