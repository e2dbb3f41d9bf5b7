import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { isErrorInfo } from './support.ts';

let t: Tessera;
beforeAll(async () => {
  t = await startTessera();
});
afterAll(() => t.stop());

it.each([
  ['GET', '/user'],
  ['POST', '/user/account'],
  ['POST', '/user/account/update/'],
  ['POST', '/user/account/update/1'],
  ['GET', '/user/nothing?x=1'],
  ['POST', '/oauth2/authorize'],
  ['GET', '/preprod'],
  ['DELETE', '/preprod/user/nothing'],
  ['POST', '/preprod/preprod/user/account/update'],
])('given %s %s, when it is called, then the dialect answers 404 in its own shape', async (method, path) => {
  const response = await t.send(method, path);
  expect(response.status).toBe(404);
  expect(isErrorInfo(response)).toBe(true);
  expect(response.json.errorcode).toBe('not_found');
});

it.each([
  ['GET', '/user/account/update'],
  ['PUT', '/user/account/update'],
  ['OPTIONS', '/user/account/create'],
  ['DELETE', '/preprod/user/account/update'],
])('given %s %s, when it is called, then the dialect answers 405 and names the method', async (method, path) => {
  const response = await t.send(method, path);
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
  expect(isErrorInfo(response)).toBe(true);
});

it('given a path that cannot be decoded, when it is called, then the dialect answers 400 in its own shape', async () => {
  const response = await t.send('POST', '/user/account/%ff');
  expect(response.status).toBe(400);
  expect(isErrorInfo(response)).toBe(true);
});
