import { afterAll, describe, expect, it } from 'vitest';
import { restRoutes } from '../../../src/api/zitadel/protocol/routes.ts';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { ACME } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, END_USER, expectRefusal, update, zitadelSetup } from './support.ts';
import { TRANSPORTS, transportsOf } from './transports.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

/** What is not built, and why. */
const UNBUILT: Readonly<Record<string, string>> = {
  StartIdentityProviderIntent:
    'identity providers are declared by id and name alone, without the address and the credentials for a sign-in',
  RetrieveIdentityProviderIntent: 'there are no intents to retrieve, because none can be started',
};
const unbuilt = restRoutes(UserService).filter(({ method }) => UNBUILT[method.name] !== undefined);

describe('methods that are not built', () => {
  it('have routes like the others', () => {
    expect(unbuilt.map(({ method }) => method.name).toSorted()).toEqual(Object.keys(UNBUILT).toSorted());
  });
});

describe.each(unbuilt.map((route) => [route.method.name, route] as const))('%s', (name, { method, verb, path }) => {
  const message = `${name} is not implemented: ${UNBUILT[name]}`;

  it.each([{}, { idpId: ACME.idp.id, idpIntentToken: 'x' }])('REST: 501 after authentication, for %j', async (body) => {
    const to = path.replaceAll(/:\w+/g, 'x');
    expectRefusal(await tessera.send(verb, to, { body }), 401, 16, 'auth header missing');
    expectRefusal(await tessera.send(verb, to, { body, headers: ADMIN }), 501, 12, message);
  });

  it.each(TRANSPORTS)('%s: unimplemented after authentication', async (transport) => {
    expect(await transportsOf(tessera)[transport](method, { idpIntentId: 'x' })).toMatchObject({ code: 16 });
    const answer = await transportsOf(tessera, ACME.adminPat)[transport](method, { idpIntentId: 'x' });
    expect(answer).toMatchObject({ code: 12, message, details: [] });
  });
});

it.each([
  ['GET', '/v2/nothing'],
  ['POST', '/v2/users/x/nothing'],
  ['POST', '/zitadel.user.v2.UserService/Nothing'],
])('%s %s: no route', async (method, path) => {
  expectRefusal(await tessera.send(method, path, { headers: ADMIN }), 404, 5, 'Not Found');
});

it.each([
  ['PUT', '/v2/users/x'],
  ['GET', '/v2/users/human/x'],
  ['PUT', '/v2/users'],
  ['OPTIONS', '/v2/users/x'],
])('%s %s: another verb', async (method, path) => {
  const response = await tessera.send(method, path, { headers: ADMIN });
  if (method === 'OPTIONS') expect(response.status).toBe(204);
  else expectRefusal(response, 405, 12, 'Method Not Allowed');
});

describe('headers', () => {
  it('of a success', async () => {
    const { headers } = await tessera.send('GET', `/v2/users/${END_USER.id}`, { headers: ADMIN });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-robots-tag': 'none',
      'grpcgateway-cache-control': 'no-store',
      'grpcgateway-pragma': 'no-cache',
      'grpcgateway-expires': 'now',
      'x-request-id': expect.any(String),
    });
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  it.each([200, 401])('let any origin see an answer with status %i', async (status) => {
    const headers = { origin: 'https://app.test', ...(status === 200 ? ADMIN : {}) };
    const response = await update(tessera, END_USER.id, {}, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    expect(response.headers.get('access-control-expose-headers')).toContain(
      'Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin',
    );
    expect(response.headers.get('vary')).toBe('origin');
  });

  it('answer a preflight', async () => {
    const { status, headers, text } = await tessera.send('OPTIONS', `/v2/users/human/${END_USER.id}`, {
      headers: { origin: 'https://app.test', 'access-control-request-headers': 'authorization,x-other' },
    });
    expect([status, text]).toEqual([204, '']);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toBe('authorization,x-other');
  });
});

it('a call without a body whose type is none of the service is refused as such', async () => {
  const headers = { ...ADMIN, 'content-type': 'text/plain' };
  const response = await tessera.send('POST', '/zitadel.user.v2.UserService/ListUsers', { headers });
  expect(response.status).toBe(415);
});
