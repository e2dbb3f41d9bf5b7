import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { ADMIN, type Client, codes, required, somebody, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

describe('404', () => {
  it.each(['nobody', '999999999999999999', ROOT.id, "x' OR 1=1 --", '%F0%9F%90%AD', 'a'.repeat(200)])(
    'there is no user %s',
    async (id) => {
      const update = await client.call('PUT', `/users/${id}`, { key, body: required(somebody()) });
      expect(update.status).toBe(404);
      expect(codes(update)).toEqual(['UserNotFound']);
      expect((await client.get(id, key)).status).toBe(404);
    },
  );

  it('a deleted user is gone, and so is its key', async () => {
    const person = await client.member();
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const removed = await client.tessera.send('DELETE', `/v2/users/${person.id}`, { headers });
    expect(removed.status).toBe(200);
    expect((await client.get(person.id, key)).status).toBe(404);
    expect((await client.put({ id: person.id, key }, required(person))).status).toBe(404);
    expect((await client.put(person, required(person))).status).toBe(401);
    expect((await client.signIn(person.username, person.password)).status).toBe(401);
  });

  it.each([
    ['GET', '/user'],
    ['GET', '/nothing'],
    ['POST', '/users/register/'],
    ['PUT', '/users/a/b'],
  ])('there is no endpoint %s %s', async (method, path) => {
    const response = await client.call(method, path, { key, ...(method === 'GET' ? {} : { body: {} }) });
    expect(response.status).toBe(404);
    expect(codes(response)).toEqual(['EndpointNotFound']);
  });

  it.each([
    ['POST', '/users/me', 'PUT, GET, HEAD, DELETE'],
    ['PATCH', '/users/123', 'PUT, GET, HEAD, DELETE'],
    ['PUT', '/users/auth/refresh-auth-key', 'POST'],
  ])('the endpoint does not know %s %s', async (method, path, allow) => {
    const response = await client.call(method, path, { key });
    expect(response.status).toBe(405);
    expect(codes(response)).toEqual(['MethodNotAllowed']);
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', ').sort());
  });

  it('a Brand-URL that names no brand', async () => {
    const response = await client.call('GET', '/users/me', { key, brand: 'nobody.test' });
    expect(response.status).toBe(404);
    expect(codes(response)).toEqual(['BrandNotFound']);
    expect((await client.call('GET', '/users/me', { key, brand: GLOBEX.brandUrl })).status).toBe(401);
  });
});
