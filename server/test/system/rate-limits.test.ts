import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { brandsSetup, Client, codes, type Member } from '../dialects/jframework/support.ts';
import { freshDatabase } from '../support/engine.ts';
import { countRows } from '../support/rows.ts';
import { ACME, GLOBEX } from '../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../support/tessera.ts';

const HOUR = 60 * 60 * 1000;
/** Small enough to be met, and each its own. */
const LIMITS = {
  signIn: { user: { burst: 4, perHour: 60 }, address: { burst: 12, perHour: 60 } },
  code: { user: { burst: 3, perHour: 60 }, address: { burst: 6, perHour: 60 } },
  message: { user: { burst: 3, perHour: 2 }, address: { burst: 8, perHour: 60 } },
  token: { address: { burst: 5, perHour: 60 } },
};

let now = Date.now();
let tessera: Tessera;
const folder = mkdtempSync(join(tmpdir(), 'tessera-limits-'));
beforeAll(async () => {
  const setup = brandsSetup();
  setup.instance.rateLimits = LIMITS;
  const fresh = await freshDatabase(folder);
  tessera = await startTessera(
    setup,
    { clock: () => now },
    {
      ...fresh,
      args: ['--database', fresh.url],
      env: { ...fresh.env, TESSERA_TRUSTED_PROXIES: '127.0.0.1' },
    },
  );
});
afterAll(async () => {
  await tessera.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  // All buckets are full again
  now += 10 * HOUR;
});

const from = (address: string) => ({ 'x-forwarded-for': address });
let addresses = 0;
/** An address that nothing else comes from. */
function elsewhere(): Readonly<Record<string, string>> {
  addresses += 1;
  return from(`198.51.100.${addresses}`);
}

function expectLimited(response: TestResponse, seconds: number): void {
  expect([response.status, codes(response)]).toEqual([429, ['TooManyRequests']]);
  const after = Number(response.headers.get('retry-after'));
  expect(after).toBeGreaterThanOrEqual(1);
  expect(after).toBeLessThanOrEqual(seconds);
}

async function member(brand: string = ACME.brandUrl): Promise<Member & { readonly client: Client }> {
  const client = new Client(tessera, brand);
  return { ...(await client.member()), client };
}

describe('sign-ins', () => {
  it('that fail are counted for the user, whatever address they come from', async () => {
    // Given
    const { client, username, password } = await member();
    const other = await member();
    // When
    for (let n = 0; n < 4; n += 1) {
      expect((await client.signIn(username, 'wrong password', elsewhere())).status).toBe(401);
    }
    // Then a fifth is refused, also with the right password and another spelling, and nobody else is
    expectLimited(await client.signIn(username, 'wrong password', elsewhere()), 60);
    expectLimited(await client.signIn(username.toUpperCase(), password, elsewhere()), 60);
    expect((await client.signIn(other.username, other.password, elsewhere())).status).toBe(200);
    expect((await tessera.user((await other.client.signIn(other.username, other.password)).json.data.id)).state).toBe(
      'active',
    );
    // When a minute has passed
    now += 60_000;
    expect((await client.signIn(username, password, elsewhere())).status).toBe(200);
  });

  it('under a name that nobody has are counted alike', async () => {
    const client = new Client(tessera);
    for (let n = 0; n < 4; n += 1) expect((await client.signIn('nobody.here', 'x', elsewhere())).status).toBe(401);
    expectLimited(await client.signIn('nobody.here', 'x', elsewhere()), 60);
    // Another brand has other users.
    expect((await new Client(tessera, GLOBEX.brandUrl).signIn('nobody.here', 'x', elsewhere())).status).toBe(401);
  });

  it('that succeed cost nothing', async () => {
    const { client, username, password } = await member();
    const headers = elsewhere();
    for (let n = 0; n < 15; n += 1) expect((await client.signIn(username, password, headers)).status).toBe(200);
  });

  it('at once are held too, and no more are counted than pass', async () => {
    const { client, id, username } = await member();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => client.signIn(username, 'wrong password', elsewhere())),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(26);
    expect((await tessera.user(id)).password.failedAttempts).toBe(4);
  });

  it.each([
    ['one IPv4 address', ['203.0.113.7', '203.0.113.7', '::ffff:203.0.113.7', '::FFFF:cb00:7107'], '203.0.113.8'],
    ['one /64', ['2001:db8:1:2::1', '2001:0DB8:1:2:ffff::9', '2001:db8:1:2:0:0:0:3'], '2001:db8:1:3::1'],
  ])('from %s are counted together', async (_what, block, outside) => {
    const client = new Client(tessera);
    for (let n = 0; n < 12; n += 1) {
      const headers = from(block[n % block.length] ?? '');
      expect((await client.signIn(`spray.${n}`, 'Passw0rd!', headers)).status).toBe(401);
    }
    for (const address of block) expectLimited(await client.signIn('spray.more', 'Passw0rd!', from(address)), 60);
    expect((await client.signIn('spray.more', 'Passw0rd!', from(outside))).status).toBe(401);
  });

  it('that no trusted proxy has forwarded are those of the sender', async () => {
    const client = new Client(tessera);
    // Only the last part was written by the proxy; what the sender wrote before it is anybody's guess.
    for (let n = 0; n < 12; n += 1) {
      const headers = from(`192.0.2.${n}, 203.0.113.99`);
      expect((await client.signIn(`forged.${n}`, 'Passw0rd!', headers)).status).toBe(401);
    }
    expectLimited(await client.signIn('forged.more', 'Passw0rd!', from('192.0.2.200, 203.0.113.99')), 60);
    // What is no address counts for the proxy itself.
    for (let n = 0; n < 12; n += 1) await client.signIn(`garbled.${n}`, 'Passw0rd!', from(`garbage ${n}`));
    expectLimited(await client.signIn('garbled.more', 'Passw0rd!', from('more garbage')), 60);
  });

  it('includes guesses of the old password', async () => {
    const { client, key } = await member();
    const body = { oldPassword: 'wrong password', newPassword: 'passw0rd-2', confirmPassword: 'passw0rd-2' };
    const change = () => client.call('PUT', '/users/change-password', { key, body });
    for (let n = 0; n < 4; n += 1) expect((await change()).status).toBe(400);
    expectLimited(await change(), 60);
  });
});

describe('messages', () => {
  const link = `https://${ACME.brandUrl}/`;
  const forgot = (emailAddress: string, headers = elsewhere()) =>
    new Client(tessera).call('POST', '/users/forgot-password', {
      headers,
      body: { emailAddress, resetPasswordLink: link },
    });

  it('one recipient gets so many an hour, through whatever API and as whichever user', async () => {
    // Given the same address in two organizations
    const person = await member();
    const { client } = await member(GLOBEX.brandUrl);
    const twin = await client.member({ emailAddress: person.emailAddress });
    const sent = await countRows(tessera.database, 'outbox');
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const asks = [
      () => forgot(person.emailAddress),
      () => tessera.send('POST', `/v2/users/${person.id}/password_reset`, { headers, body: {} }),
      () => tessera.send('POST', `/v2/users/${person.id}/email/send`, { headers, body: {} }),
      () => tessera.send('POST', `/v2/users/${person.id}/email/resend`, { headers, body: {} }),
      () =>
        client.call('POST', `/users/${twin.id}/email-address/verify/send?returnURL=https://${GLOBEX.brandUrl}`, {
          headers: elsewhere(),
        }),
    ];
    // When everybody asks, again and again
    const statuses: number[] = [];
    for (let round = 0; round < 4; round += 1) for (const ask of asks) statuses.push((await ask()).status);
    // Then
    expect(await countRows(tessera.database, 'outbox')).toBe(sent + 3);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(17);
    now += HOUR / 2;
    expect((await forgot(person.emailAddress)).status).toBe(200);
  });

  it('is told to Zitadel clients in their words; a code that is returned is no message', async () => {
    const { id } = await member();
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const reset = (body: object) => tessera.send('POST', `/v2/users/${id}/password_reset`, { headers, body });
    for (let n = 0; n < 3; n += 1) expect((await reset({})).status).toBe(200);
    const refused = await reset({});
    expect([refused.status, refused.json.code]).toEqual([429, 8]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await reset({ returnCode: {} })).status).toBe(200);
  });

  it('nobody without the right uses up what somebody else may get', async () => {
    const { id } = await member();
    const send = (pat: string) => {
      const headers = { authorization: `Bearer ${pat}` };
      return tessera.send('POST', `/v2/users/${id}/password_reset`, { headers, body: {} });
    };
    for (let n = 0; n < 5; n += 1) expect((await send(ACME.viewer.pat)).status).toBe(403);
    expect((await send(ACME.adminPat)).status).toBe(200);
  });

  it('from one address are so many, for people and for nobody', async () => {
    const headers = elsewhere();
    for (let n = 0; n < 8; n += 1) expect((await forgot(`nobody.${n}@example.com`, headers)).status).toBe(404);
    const { emailAddress } = await member();
    expectLimited(await forgot(emailAddress, headers), 60);
    expect((await forgot(emailAddress)).status).toBe(200);
  });
});

describe('codes and tokens', () => {
  const call = (path: string, body: object, headers = elsewhere()) =>
    new Client(tessera).call('POST', path, { headers, body });

  it('wrong codes are counted for the recipient, whatever address they come from', async () => {
    const { emailAddress } = await member();
    const ask = () => call('/users/auth/passwordless/email/generate-otp', { emailAddress });
    const verify = (token: string) => call('/users/auth/passwordless/email/verify-otp', { token, otp: 'wrong' });
    const token = (await ask()).json.data;
    for (let n = 0; n < 3; n += 1) expect((await verify(token)).status).toBe(400);
    expectLimited(await verify(token), 60);
    // Nor does another code help.
    expectLimited(await verify((await ask()).json.data), 60);
  });

  it('wrong tokens are counted for the address alone, so that nobody is kept out', async () => {
    const reset = (emailAddress: string, headers = elsewhere()) =>
      call('/users/reset-password', { emailAddress, token: 'wrong', newPassword: 'passw0rd-2' }, headers);
    const { emailAddress } = await member();
    for (let n = 0; n < 10; n += 1) expect((await reset(emailAddress)).status).toBe(400);
    const client = new Client(tessera);
    const headers = elsewhere();
    for (let n = 0; n < 6; n += 1) expect((await reset(`nobody.${n}@example.com`, headers)).status).toBe(404);
    expectLimited(await reset('nobody.more@example.com', headers), 60);
    const verify = await client.call('PUT', '/users/email-address/active', { headers, body: { token: 'wrong' } });
    expectLimited(verify, 60);
  });
});

describe('access tokens of clients', () => {
  const form = (change: object) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'users', ...change }).toString(),
  });
  const { clientId, clientSecret } = ACME.avibra;

  it.each([
    ['/oauth/v2/token', () => form({ client_id: 'nobody', client_secret: 'x' }), 'temporarily_unavailable'],
    ['/oauth/v2/introspect', () => form({ client_id: 'nobody', client_secret: 'x' }), 'temporarily_unavailable'],
    ['/oauth2/token', () => form({ client_id: clientId, client_secret: 'x' }), 'temporarily_unavailable'],
    ['/api/auth/token', () => ({ headers: {}, body: { ...ACME.ownli, clientSecret: 'x' } }), 'ERROR_TOO_MANY_REQUESTS'],
  ] as const)('%s: wrong credentials are counted for the address', async (path, request, told) => {
    const ask = async (headers: object) => {
      const { headers: own, body } = request();
      return tessera.send('POST', path, { headers: { ...own, ...headers }, body });
    };
    const headers = elsewhere();
    for (let n = 0; n < 5; n += 1) expect([400, 401]).toContain((await ask(headers)).status);
    const refused = await ask(headers);
    expect([refused.status, refused.json.error ?? refused.json.error_code]).toEqual([429, told]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect([400, 401]).toContain((await ask(elsewhere())).status);
  });

  describe('in the older headers of Ownli', () => {
    const call = (headers: object) => tessera.send('GET', '/api/users', { headers: { ...headers } });

    it('wrong credentials are counted, with those that are sent for a token', async () => {
      const headers = elsewhere();
      const wrong = { ...ACME.ownli, clientSecret: 'x' };
      for (let n = 0; n < 4; n += 1) expect((await call({ ...wrong, ...headers })).status).toBe(401);
      expect((await tessera.send('POST', '/api/auth/token', { headers, body: wrong })).status).toBe(401);
      for (const credentials of [wrong, ACME.ownli]) {
        const refused = await call({ ...credentials, ...headers });
        expect([refused.status, refused.json.error_code]).toEqual([429, 'ERROR_TOO_MANY_REQUESTS']);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect((await call({ ...ACME.ownli, ...elsewhere() })).status).toBe(200);
    });

    it('right ones, and those that are not there, cost nothing', async () => {
      const headers = elsewhere();
      for (let n = 0; n < 10; n += 1) {
        expect((await call({ ...ACME.ownli, ...headers })).status).toBe(200);
        expect((await call(headers)).status).toBe(401);
      }
    });
  });

  it('right ones cost nothing', async () => {
    const headers = elsewhere();
    const { headers: own, body } = form({ client_id: clientId, client_secret: clientSecret });
    for (let n = 0; n < 10; n += 1) {
      expect((await tessera.send('POST', '/oauth2/token', { headers: { ...own, ...headers }, body })).status).toBe(200);
    }
  });
});
