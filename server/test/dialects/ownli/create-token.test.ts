import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { clientOf, expectError } from './support.ts';

let t: Tessera;
let now = Date.now();
beforeAll(async () => {
  t = await startTessera(testSetup(), { clock: () => now });
});
afterAll(() => t.stop());

const grant = (body: unknown) => t.send('POST', '/api/auth/token', { body });

describe('200', () => {
  it.each(['admin', 'user'])('grants the scope %s for an hour', async (scope) => {
    const response = await grant({ ...ACME.ownli, scope });
    expect(response.status).toBe(200);
    const { access_token, ...rest } = response.json;
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3600, partner_id: 'acme', scope });
    const [head] = access_token.split('.');
    expect(JSON.parse(Buffer.from(head, 'base64url').toString()).alg).toBe('HS256');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('ignores members it does not know', async () => {
    expect((await grant({ ...ACME.ownli, grant_type: 'x' })).status).toBe(200);
  });
});

describe('400', () => {
  it.each([
    ['no body', undefined],
    ['an array', []],
    ['a missing secret', { ...ACME.ownli, clientSecret: undefined }],
    ['a missing client', { ...ACME.ownli, clientId: null }],
    ['a number for the partner', { ...ACME.ownli, partnerId: 1 }],
    ['an unknown scope', { ...ACME.ownli, scope: 'ADMIN' }],
    ['an empty scope', { ...ACME.ownli, scope: '' }],
    ['two scopes', { ...ACME.ownli, scope: 'admin user' }],
  ])('refuses %s', async (_name, body) => {
    expectError(await grant(body), 400, 'ERROR_INVALID_PARAMETERS');
  });
});

describe('401', () => {
  it.each([
    ['a wrong secret', { clientSecret: 'wrong' }],
    ['the secret of another partner', { clientSecret: GLOBEX.ownli.clientSecret }],
    ['an unknown client', { clientId: 'nobody' }],
    ['the client of another partner', { clientId: GLOBEX.ownli.clientId }],
    ['a wrong partner', { partnerId: 'globex' }],
    ['another letter case', { partnerId: 'ACME' }],
    ['an empty secret', { clientSecret: '' }],
    ['an unknown client without a secret', { clientId: 'nobody', clientSecret: '' }],
  ])('refuses %s', async (_name, wrong) => {
    const response = await grant({ ...ACME.ownli, scope: 'admin', ...wrong });
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('a token', () => {
  it('is good for its hour and not a second longer', async () => {
    const client = await clientOf(t);
    const user = await client.create();
    now += 3_599_000;
    expect((await client.get(user.id)).status).toBe(200);
    now += 1_000;
    expectError(await client.get(user.id), 401, 'ERROR_UNAUTHORIZED');
  });

  it('dies with its client', async () => {
    const setup = testSetup();
    const other = await startTessera(setup);
    const client = await clientOf(other);
    const user = await client.create();
    await other.restart();
    expect((await client.get(user.id)).status, 'the key outlives a restart').toBe(200);

    const { writeFileSync } = await import('node:fs');
    setup.organizations[0].ownli = { ...ACME.ownli, clientId: 'renamed' };
    writeFileSync(`${other.dataDir}/test-setup.json`, JSON.stringify(setup));
    await other.restart();
    expectError(await client.get(user.id), 401, 'ERROR_UNAUTHORIZED');
    expectError(await client.put(user.id, { firstName: 'X' }), 401, 'ERROR_UNAUTHORIZED');
    await other.stop();
  });
});
