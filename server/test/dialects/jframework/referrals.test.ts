import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, EDITOR, type Member, READER, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const codeOf = async ({ id }: { id: string }): Promise<string> => (await client.get(id, key)).json.data.referralCode;
const apply = (id: string, code: string, as: string | null = key, headers = {}) =>
  client.call('POST', `/users/${id}/referrals/apply?referralCode=${code}`, {
    ...(as !== null && { key: as }),
    headers,
  });
const referees = (id: string, as = key, query = '') => client.call('GET', `/users/${id}/referees${query}`, { key: as });
const parentOf = async (id: string): Promise<string | undefined> =>
  (await client.get(id, key)).json.data.parentUser?.id;

describe('POST /users/{id}/referrals/apply', () => {
  it('says who referred the user, once', async () => {
    const [inviter, member] = [await client.member(), await client.member()];
    const code = await codeOf(inviter);
    const response = await apply(member.id, code.toLowerCase(), member.key);
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect(await parentOf(member.id)).toBe(inviter.id);
    const change = { 'membership.referrer': { before: null, after: inviter.id } };
    expect(await client.gained(member.id, 2)).toEqual([['user.membership_changed', change]]);
    // The same again changes nothing; another one is refused.
    expect((await apply(member.id, code, member.key)).status).toBe(200);
    const refused = await apply(member.id, await codeOf(await client.member()), member.key);
    expect([refused.status, codes(refused)]).toEqual([409, ['ReferralAlreadyApplied']]);
    expect(await client.tessera.events(member.id)).toHaveLength(3);
  });

  it('400 for a code that is nobody, the own one, that of a referee, or missing', async () => {
    const grandparent = await client.member();
    const parent = await client.member({ referralCode: await codeOf(grandparent) });
    const child = await client.member({ referralCode: await codeOf(parent) });
    const foreign = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const foreignCode = (await new Client(client.tessera, GLOBEX.brandUrl).get(foreign.id, foreign.key)).json.data
      .referralCode;
    for (const code of [
      'ZZZZZZ',
      'nope',
      '%F0%9F%99%82',
      foreignCode,
      await codeOf(grandparent),
      await codeOf(parent),
      await codeOf(child),
    ]) {
      const refused = await apply(grandparent.id, code, grandparent.key);
      expect([refused.status, codes(refused)]).toEqual([400, ['InvalidReferralCode']]);
    }
    const missing = await client.call('POST', `/users/${child.id}/referrals/apply`, { key });
    expect([missing.status, codes(missing)]).toEqual([400, ['ReferralCodeRequired']]);
    expect(await parentOf(grandparent.id)).toBeUndefined();
  });

  it('is for oneself and for editors; 403 for others, 401 without a key, 404 for nobody', async () => {
    const [inviter, member, other] = [await client.member(), await client.member(), await client.member()];
    const code = await codeOf(inviter);
    const reader = await client.keyOf(READER.username, READER.password);
    for (const as of [other.key, reader]) {
      expect((await apply(member.id, code, as)).status).toBe(403);
      // Who may not, is not told whether the code is one.
      expect((await apply(member.id, 'ZZZZZZ', as)).status).toBe(403);
    }
    expect((await apply(member.id, code, null)).status).toBe(401);
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    for (const id of ['999999999999999999', stranger.id]) expect((await apply(id, code)).status).toBe(404);
    expect((await apply(member.id, code, await client.keyOf(EDITOR.username, EDITOR.password))).status).toBe(200);
  });

  it('a retry with the same key gets the same answer; a precondition holds', async () => {
    const [inviter, member] = [await client.member(), await client.member()];
    const code = await codeOf(inviter);
    expect((await apply(member.id, code, member.key, { 'if-match': '"7"' })).status).toBe(412);
    const headers = { 'idempotency-key': `apply-${member.id}` };
    const first = await apply(member.id, code, member.key, headers);
    const again = await apply(member.id, code, member.key, headers);
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
  });
});

describe('GET /users/referrals/{code}/check', () => {
  it('tells whether the code is somebody of the brand', async () => {
    const member = await client.member();
    const gone = await client.member();
    const goneCode = await codeOf(gone);
    await client.call('DELETE', `/users/${gone.id}`, { key });
    const check = async (code: string) =>
      (await client.call('GET', `/users/referrals/${code}/check`, { key: member.key })).json.data;
    const code = await codeOf(member);
    expect(await Promise.all([code, code.toLowerCase(), 'ZZZZZZ', goneCode, 'x'].map(check))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect((await client.call('GET', `/users/referrals/${code}/check`)).status).toBe(401);
  });
});

describe('GET /users/{id}/referees', () => {
  let inviter: Member;
  let referred: Member[];
  beforeAll(async () => {
    inviter = await client.member();
    const referralCode = await codeOf(inviter);
    referred = [await client.member({ referralCode, firstName: 'First' }), await client.member({ referralCode })];
  });

  it('shows in short whom the user referred, the latest first', async () => {
    const { data } = (await referees(inviter.id, inviter.key)).json;
    expect(data.map(({ id }: { id: string }) => id)).toEqual(referred.map(({ id }) => id).reverse());
    expect(data[1]).toMatchObject({ firstName: 'First', lastName: null, emailAddress: referred[0]?.emailAddress });
    expect((await referees(inviter.id, key)).json.data).toEqual(data);
    expect((await referees(referred[0]?.id ?? '', key)).json.data).toEqual([]);
  });

  it('shows a part of them where it is asked for', async () => {
    const shown = async (query: string) =>
      (await referees(inviter.id, key, query)).json.data.map(({ id }: { id: string }) => id);
    expect(await shown('?pageSize=1')).toEqual([referred[1]?.id]);
    expect(await shown('?PageSize=1&PageNumber=1')).toEqual([referred[0]?.id]);
    expect((await referees(inviter.id, key, '?pageSize=0')).status).toBe(400);
  });

  it('shows whoever applied the code later, and nobody who was deleted', async () => {
    const [other, late] = [await client.member(), await client.member()];
    await apply(late.id, await codeOf(other), late.key);
    expect((await referees(other.id)).json.data).toMatchObject([{ id: late.id }]);
    await client.call('DELETE', `/users/${late.id}`, { key });
    expect((await referees(other.id)).json.data).toEqual([]);
  });

  it('403 for others, 401 without a key, 404 for nobody and for somebody of another brand', async () => {
    expect((await referees(inviter.id, referred[0]?.key)).status).toBe(403);
    expect((await client.call('GET', `/users/${inviter.id}/referees`)).status).toBe(401);
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    for (const id of ['999999999999999999', stranger.id]) expect((await referees(id)).status).toBe(404);
  });
});
