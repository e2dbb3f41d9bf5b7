import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import {
  BENEFITS,
  CANCEL,
  type Client,
  CREATE,
  clientOf,
  fresh,
  type Headers,
  isErrorInfo,
  OFFERS,
  outline,
  PREFILL,
  SOON,
} from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

type Form = (userid: string) => readonly [method: string, path: string, body?: object];
const FORMS: Readonly<Record<string, Form>> = {
  'DELETE /user/account/cancel/{userid}': (userid) => ['DELETE', `${CANCEL}/${userid}`],
  'POST /user/account/cancel/{userid}': (userid) => ['POST', `${CANCEL}/${userid}`],
  'POST /user/offers/{userid}': (userid) => ['POST', `${OFFERS}/${userid}`],
  'POST /user/account/cancel': (userid) => ['POST', CANCEL, { userid, partnername: 'acme', reason: 'moved' }],
};

const stateOf = async (userid: string) => (await client.user(userid)).membership.benefits[0]?.state;
const cancel = (userid: string, headers?: Headers) => client.send('DELETE', `${CANCEL}/${userid}`, undefined, headers);

describe.each(Object.entries(FORMS))('%s', (_name, form) => {
  const send = (userid: string, headers?: Headers) => {
    const [method, path, body] = form(userid);
    return client.send(method, path, body, headers);
  };

  it.each(['v1', 'v2'])(
    'given a user, when it is cancelled under %s, then it is missing from then on',
    async (version) => {
      const userid = await client.create();
      const response = await send(userid, { version });
      expect([response.status, response.text]).toEqual([200, '"Successful"']);
      await expect.poll(() => stateOf(userid), SOON).toBe('cancelled');
      expect(outline(await client.events(userid))).toEqual([
        ['user.created', expect.anything()],
        ['user.enrolment_cancelled', ['membership.benefits']],
      ]);
      expect((await client.update({ userid, firstname: 'Gone' })).status).toBe(404);
      expect((await client.post(BENEFITS, { userid, partnername: 'acme' })).status).toBe(404);
    },
  );

  it.each<[string, Headers, number]>([
    ['no token', { authorization: undefined }, 401],
    ['no API key', { 'x-api-key': undefined }, 401],
    ['no key under v2', { 'idempotency-key': undefined }, 400],
    ['an unknown version', { version: '2' }, 400],
    ['a stale precondition', { 'if-match': '"9"' }, 412],
  ])('given %s, when it is sent, then the user stays', async (_what, headers, status) => {
    const userid = await client.create();
    const response = await send(userid, headers);
    expect(response.status).toBe(status);
    expect(isErrorInfo(response)).toBe(true);
    expect(await stateOf(userid)).toBe('enrolled');
  });

  it.each(['v1', 'v2'])('given an unknown user, when it is cancelled under %s, then it is 400', async (version) => {
    const response = await send('nobody', { version });
    expect([response.status, response.json.errorcode]).toEqual([400, 'record_not_found']);
    expect(await t.store.deferredWork()).toEqual([]);
  });
});

describe('a cancellation', () => {
  it('given a call that is repeated under its key, when it is answered, then it is the first answer', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    const first = await cancel(userid, key);
    const again = await cancel(userid, key);
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([200, first.text, first.headers.get('etag')]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await cancel(await client.create(), key);
    expect([other.status, other.json.errorcode]).toEqual([400, 'idempotency_key_reused']);
  });

  it('given a cancelled user, when it is cancelled under another key, then nothing happens', async () => {
    const userid = await client.create();
    await cancel(userid);
    expect((await cancel(userid)).status).toBe(200);
    expect(await client.events(userid)).toHaveLength(2);
  });

  it('given ten at once, when all are answered, then one of them happened', async () => {
    const userid = await client.create();
    const responses = await Promise.all(Array.from({ length: 10 }, () => cancel(userid)));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await client.events(userid)).toHaveLength(2);
  });

  it("given Tessera's own id, or a percent-encoded one, when it is named, then it is that user", async () => {
    const userid = await client.create({ userid: `${fresh('a b/')}é` });
    expect((await cancel(encodeURIComponent(userid))).status).toBe(200);
    const second = await client.create();
    expect((await cancel((await client.user(second)).id)).status).toBe(200);
    expect([await stateOf(userid), await stateOf(second)]).toEqual(['cancelled', 'cancelled']);
  });

  it("given another partner's user or name, when it is named, then it looks like a missing one", async () => {
    const other = await clientOf(t, GLOBEX);
    const theirs = await other.create();
    expect((await cancel(theirs)).status).toBe(400);
    expect((await cancel((await other.user(theirs)).id)).status).toBe(400);
    const mine = await client.create();
    expect((await client.post(CANCEL, { userid: mine, partnername: 'globex' })).status).toBe(400);
    expect((await client.post(CANCEL, { userid: mine })).status).toBe(400);
    expect((await other.user(theirs)).membership.benefits[0]?.state).toBe('enrolled');
    expect(await stateOf(mine)).toBe('enrolled');
  });

  it('given a cancelled user, when it is created again, then it exists; it comes back by an offer or a prefill', async () => {
    const info = client.userInfo();
    const userid = await client.create(info);
    await cancel(userid);
    expect((await client.post(CREATE, info)).status).toBe(409);
    expect((await client.post(CREATE, info, { version: 'v1' })).status).toBe(409);
    expect((await client.post(OFFERS, { userid, partnername: 'acme', offername: 'basic' })).status).toBe(200);
    expect((await client.update({ userid, firstname: 'Back' })).status).toBe(200);
    await cancel(userid);
    expect((await client.post(PREFILL, info)).status).toBe(200);
    expect((await client.post(CREATE, info)).status).toBe(200);
    expect(await stateOf(userid)).toBe('enrolled');
  });

  it('given v1 calls that wait, when a cancellation and an update follow, then they are applied in this order', async () => {
    const userid = await client.create();
    const v1 = { version: 'v1' };
    await client.update({ userid, firstname: 'Before' }, v1);
    expect((await cancel(userid, v1)).status).toBe(200);
    expect((await client.update({ userid, firstname: 'After' })).status).toBe(404);
    expect((await client.user(userid)).profile.givenName).toBe('Before');
  });
});
