import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { brandsSetup, Client, codes, type Member } from '../dialects/jframework/support.ts';
import { countRows } from '../support/rows.ts';
import { ACME, GLOBEX, ROOT } from '../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../support/tessera.ts';

const HOUR = 60 * 60 * 1000;
/** A person of Acme without any role. */
const COLLEAGUE = {
  id: '400000000000000020',
  username: 'colleague',
  password: 'coll-passw0rd',
  pat: 'colleague-pat-0000000',
};

let now = Date.now();
let tessera: Tessera;
beforeAll(async () => {
  const setup = brandsSetup();
  const limit = { burst: 100, perHour: 60 };
  setup.instance.rateLimits = {
    signIn: { user: { burst: 4, perHour: 60 }, address: { burst: 6, perHour: 60 } },
    code: { user: limit, address: limit },
    message: { user: { burst: 3, perHour: 2 }, address: limit },
    token: { address: limit },
  };
  const { pat: personalAccessToken, ...colleague } = COLLEAGUE;
  const names = { givenName: 'Col', familyName: 'League' };
  setup.organizations[0].users?.push({ ...colleague, ...names, personalAccessToken });
  tessera = await startTessera(setup, { clock: () => now });
});
afterAll(() => tessera.stop());
beforeEach(() => {
  // All buckets are full again
  now += 10 * HOUR;
});

const by = (pat: string) => ({ authorization: `Bearer ${pat}` });
const member = (): Promise<Member> => new Client(tessera).member();

describe('guesses of the current password through Zitadel', () => {
  const newPassword = { password: 'N3w-passw0rd!' };
  const guess = (id: string, pat: string, currentPassword: string, headers: object = {}) =>
    tessera.send('POST', `/v2/users/${id}/password`, {
      headers: { ...by(pat), ...headers },
      body: { newPassword, currentPassword },
    });
  const told = ({ status, json }: TestResponse) => [status, json.code];

  it('by a colleague without any role are counted, whatever else is wrong with them', async () => {
    const { id, password } = await member();
    for (const stale of [{}, { 'if-match': '"0"' }, {}, { 'if-match': '"0"' }]) {
      expect(told(await guess(id, COLLEAGUE.pat, 'wrong password', stale))).toEqual([400, 3]);
    }
    expect((await tessera.user(id)).password.failedAttempts).toBe(4);
    const refused = await guess(id, COLLEAGUE.pat, password);
    expect(told(refused)).toEqual([429, 8]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another colleague is no way around it.
    expect(told(await guess(id, ACME.viewer.pat, password))).toEqual([429, 8]);
    const body = { password: { password: newPassword, currentPassword: password } };
    const update = await tessera.send('PUT', `/v2/users/human/${id}`, { headers: by(ACME.adminPat), body });
    expect(told(update)).toEqual([429, 8]);
  });

  it('by others do not keep the user from changing it', async () => {
    const { key, id, password } = await member();
    for (let n = 0; n < 5; n += 1) await guess(id, COLLEAGUE.pat, 'wrong password');
    const body = { oldPassword: password, newPassword: 'passw0rd-2', confirmPassword: 'passw0rd-2' };
    const changed = await new Client(tessera).call('PUT', '/users/change-password', { key, body });
    expect(changed.status).toBe(200);
  });

  it('by the user itself are counted together with those through JFramework', async () => {
    const client = new Client(tessera);
    const { json } = await client.signIn(COLLEAGUE.username, COLLEAGUE.password);
    const key = json.data.authKey;
    const body = { oldPassword: 'wrong password', newPassword: 'passw0rd-2', confirmPassword: 'passw0rd-2' };
    const change = () => client.call('PUT', '/users/change-password', { key, body });
    for (let n = 0; n < 2; n += 1) {
      expect((await change()).status).toBe(400);
      expect(told(await guess(COLLEAGUE.id, COLLEAGUE.pat, 'wrong password'))).toEqual([400, 3]);
    }
    expect(told(await guess(COLLEAGUE.id, COLLEAGUE.pat, COLLEAGUE.password))).toEqual([429, 8]);
    const refused = await change();
    expect([refused.status, codes(refused)]).toEqual([429, ['TooManyRequests']]);
  });

  it('of many users by one caller are counted for the caller', async () => {
    const [first, second] = [await member(), await member()];
    for (const { id } of [first, second])
      for (let n = 0; n < 3; n += 1) await guess(id, COLLEAGUE.pat, 'wrong password');
    expect(told(await guess(first.id, COLLEAGUE.pat, 'wrong password'))).toEqual([429, 8]);
    expect(told(await guess(first.id, ACME.viewer.pat, 'wrong password'))).toEqual([400, 3]);
  });

  it('by who may not try use up none', async () => {
    const { id, password } = await member();
    for (let n = 0; n < 6; n += 1) expect(told(await guess(id, GLOBEX.adminPat, password))).toEqual([404, 5]);
    expect((await guess(id, COLLEAGUE.pat, password)).status).toBe(200);
  });
});

describe('messages through Zitadel', () => {
  const send = (method: string, path: string, body: object) =>
    tessera.send(method, `/v2/${path}`, { headers: by(ROOT.pat), body });

  it('to addresses that records are given are limited for the recipient', async () => {
    // Given
    const { id } = await member();
    const address = `new.${id}@example.com`;
    let people = 0;
    const human = () => {
      people += 1;
      const username = `person.${people}.${id}`;
      return { username, profile: { givenName: 'A', familyName: 'B' }, email: { email: address } };
    };
    const creations = [
      () => send('POST', 'users/human', human()),
      () => send('POST', 'users/new', { organizationId: GLOBEX.id, human: human(), username: `${id}.new` }),
      () => send('POST', 'organizations', { name: `With ${id}`, admins: [{ human: human() }] }),
    ];
    const sent = await countRows(tessera.database, 'outbox');
    // When people of several organizations have it
    for (const create of creations) {
      const response = await create();
      expect(response.status, response.text).toBe(200);
    }
    // Then nothing more is sent there
    const changes = [
      () => send('POST', `users/${id}/email`, { email: address }),
      () => send('PUT', `users/human/${id}`, { email: { email: address } }),
      () => send('PATCH', `users/${id}`, { human: { email: { email: address } } }),
    ];
    for (const ask of [...creations, ...changes]) expect((await ask()).status).toBe(429);
    expect(await countRows(tessera.database, 'outbox')).toBe(sent + 3);
    // What sends nothing is not limited.
    expect((await send('POST', `users/${id}/email`, { email: address, returnCode: {} })).status).toBe(200);
  });

  it('to what people say are their own new numbers are so many, whosever they are', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const body = { phone: `+4179123450${n}` };
      const response = await tessera.send('POST', `/v2/users/${COLLEAGUE.id}/phone`, {
        headers: by(COLLEAGUE.pat),
        body,
      });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });
});
