import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { clientOf, expectError } from './support.ts';

let t: Tessera;
beforeAll(async () => {
  t = await startTessera();
});
afterAll(() => t.stop());

describe('paths under /api', () => {
  it.each([
    '/api',
    '/api/',
    '/api/nothing',
    '/api/users/',
    '/api/users/by-id/',
    '/api/users/by-phone/',
    '/api/v2/users',
  ])('%s is answered in the shape of this API', async (path) => {
    const { headers } = await clientOf(t);
    expectError(await t.send('GET', path, { headers }), 404, 'ERROR_NOT_FOUND');
  });

  it.each([
    ['DELETE', '/api/users/1', 'PUT'],
    ['PATCH', '/api/users/1', 'PUT'],
    ['DELETE', '/api/users', 'POST, GET, HEAD'],
    ['POST', '/api/users/list', 'PUT, GET, HEAD'],
    ['GET', '/api/users/with-policy', 'POST, PUT'],
    ['POST', '/api/users/1/update-policy', 'PUT'],
    ['POST', '/api/users/1/summary', 'GET, HEAD'],
    ['PUT', '/api/users/by-phone/1', 'GET, HEAD'],
    ['PUT', '/api/auth/token', 'POST'],
    ['POST', '/api/users/by-id/1', 'GET, HEAD'],
    ['OPTIONS', '/api/users/1', 'PUT'],
    // As far as the path goes, `by-id` is somebody's id here.
    ['GET', '/api/users/by-id', 'PUT'],
  ])('%s %s is no method of it', async (method, path, allow) => {
    const response = await t.send(method, path);
    expectError(response, 405, 'ERROR_METHOD_NOT_ALLOWED');
    expect(response.headers.get('allow')).toBe(allow);
  });

  it('leaves /api/v1 to its owner', async () => {
    const response = await t.send('GET', '/api/v1/nothing');
    expect(response.status).toBe(404);
    expect(response.json).not.toHaveProperty('error_code');
  });

  it.each([
    ['/api/users/%zz', 400],
    ['/api/users/%ff', 400],
    ['/api/users/a%00b', 400],
    [`/api/users/${'x'.repeat(201)}`, 400],
  ])('refuses the path %s', async (path, status) => {
    const { headers } = await clientOf(t);
    expectError(await t.send('PUT', path, { headers, body: {} }), status, 'ERROR_INVALID_PARAMETERS');
  });
});
