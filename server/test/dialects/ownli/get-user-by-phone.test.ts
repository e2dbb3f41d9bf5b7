import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, createInsured, expectError, freshPhone, plant } from './support.ts';

let t: Tessera;
let client: Client;
let now = Date.now();
beforeAll(async () => {
  const setup = testSetup(({ organizations: [, globex] }) => {
    globex.unique = [];
  });
  t = await startTessera(setup, { clock: () => now });
  client = await clientOf(t);
});
afterAll(() => t.stop());

const get = (phone: string, as = client) => as.call('GET', `/by-phone/${phone.replace('+', '%2B')}`);

describe('GET /api/users/by-phone/:phoneNumber', () => {
  it('200: answers the user with its version', async () => {
    const user = await client.create();
    await client.put(user.id, { firstName: 'X' });
    const response = await get(user.phone);
    expect(response.json).toEqual({ ...user, firstName: 'X', updated: response.json.updated });
    expect(response.headers.get('etag')).toBe('"2"');
    expect((await client.call('GET', `/by-phone/${user.phone}`)).json).toEqual(response.json);
    expect((await client.call('HEAD', `/by-phone/${user.phone}`)).text).toBe('');
  });

  it('200: answers by the number of this moment', async () => {
    const { id, phone } = await client.create();
    const next = freshPhone();
    await client.put(id, { phone: next });
    expect((await get(next)).json.id).toBe(id);
    expectError(await get(phone), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('200: of users who share the number, answers the one who has it to itself, else who registered last', async () => {
    const phone = freshPhone();
    const early = await createInsured(client, { phone });
    expect((await get(phone)).json).toEqual(early);
    now += 1_000;
    const late = await createInsured(client, { phone });
    expect((await get(phone)).json).toEqual(late);
    await client.put(early.id, { firstName: 'Changed' });
    expect((await get(phone)).json).toEqual(late);
    const holder = await client.create({ phone });
    now += 1_000;
    await createInsured(client, { phone });
    expect((await get(phone)).json).toEqual(holder);
  });

  it('200: answers also where numbers need not be unique', async () => {
    const globex = await clientOf(t, GLOBEX);
    const user = await globex.create();
    expect((await get(user.phone, globex)).json).toEqual(user);
  });

  it('200: there, of users who share the number, answers who was created without a policy, and the last of these', async () => {
    const globex = await clientOf(t, GLOBEX);
    const phone = freshPhone();
    const plain = await globex.create({ phone });
    for (let n = 0; n < 2; n += 1) {
      now += 1_000;
      await createInsured(globex, { phone });
    }
    expect((await get(phone, globex)).json).toEqual(plain);
    now += 1_000;
    const later = await globex.create({ phone });
    expect((await get(phone, globex)).json).toEqual(later);
  });

  it('200: there, of users with policies only, answers who registered last', async () => {
    const globex = await clientOf(t, GLOBEX);
    const phone = freshPhone();
    await createInsured(globex, { phone });
    now += 1_000;
    const late = await createInsured(globex, { phone });
    expect((await get(phone, globex)).json).toEqual(late);
  });

  it('200: there, finds who was created without a policy behind a page of others', async () => {
    const globex = await clientOf(t, GLOBEX);
    const phone = freshPhone();
    const plain = await globex.create({ phone });
    now += 1_000;
    await Promise.all(Array.from({ length: 200 }, () => createInsured(globex, { phone })));
    expect((await get(phone, globex)).json).toEqual(plain);
  });

  it('401: asks for credentials', async () => {
    const response = await t.send('GET', `/api/users/by-phone/${freshPhone()}`);
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('403: refuses a user-scope token, whether or not the user exists', async () => {
    const app = await clientOf(t, ACME, 'user');
    const { phone } = await client.create();
    expectError(await get(phone, app), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
    expectError(await get(freshPhone(), app), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
  });

  it('404: finds nobody by a number that is missing, of another partner, or of somebody who was deleted', async () => {
    const globex = await clientOf(t, GLOBEX);
    const [foreign, insured] = [await globex.create(), await createInsured(globex)];
    const deleted = await createInsured(client);
    await plant(t, deleted.id, () => ({ state: 'deleted' }));
    const missing = await get(freshPhone());
    expectError(missing, 404, 'ERROR_USER_NOT_FOUND');
    for (const { phone } of [foreign, insured, deleted]) expect((await get(phone)).text).toBe(missing.text);
  });

  it('404: finds nobody by what is no number in E.164', async () => {
    const { phone } = await client.create();
    for (const text of [
      phone.slice(1),
      phone.slice(0, -1),
      `${phone}0`,
      'tel:x',
      '%20',
      '+',
      phone.replace('+', ' '),
    ]) {
      expectError(await client.call('GET', `/by-phone/${text}`), 404, 'ERROR_USER_NOT_FOUND');
    }
  });
});
