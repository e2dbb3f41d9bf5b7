import { afterAll, beforeAll, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, CREATE, clientOf, fresh, requestToken, UPDATE } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const { clientId, clientSecret } = ACME.avibra;
const FORM = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };

it('given /preprod/oauth2/token, when it is called, then its token is good everywhere', async () => {
  const response = await requestToken(t, FORM, {}, '/preprod/oauth2/token');
  expect(response.status).toBe(200);
  const authorization = `Bearer ${response.json.access_token}`;
  const userid = await client.create();
  expect((await client.update({ userid, firstname: 'Stage' }, { authorization })).status).toBe(200);
  const refused = await requestToken(t, { ...FORM, scope: 'no' }, {}, '/preprod/oauth2/token');
  expect([refused.status, refused.json]).toEqual([400, { error: 'invalid_scope' }]);
  const malformed = await requestToken(t, 'a=%f', {}, '/preprod/oauth2/token');
  expect([malformed.status, malformed.json.error]).toEqual([400, 'invalid_request']);
});

it('given /preprod/user/account/create, when it is called, then it is the same call', async () => {
  const info = client.userInfo();
  const response = await client.post(`/preprod${CREATE}`, info);
  expect([response.status, response.text]).toEqual([200, '"Successful"']);
  expect((await client.post(`/preprod${CREATE}`, info)).status).toBe(409);
  expect(await client.events(String(info.userid))).toHaveLength(1);
});

it('given /preprod/user/account/update, when it is called, then it is the same call with the same keys', async () => {
  const userid = await client.create();
  const key = { 'idempotency-key': fresh() };
  const body = { userid, partnername: 'acme', firstname: 'Stage' };
  const response = await client.post(`/preprod${UPDATE}`, body, key);
  expect([response.status, response.text]).toEqual([200, '"Successful"']);
  expect((await client.post(UPDATE, body, key)).headers.get('idempotent-replayed')).toBe('true');
  expect((await client.post(`/preprod${UPDATE}`, { ...body, userid: 'nobody' })).status).toBe(404);
  expect(await client.events(userid)).toHaveLength(2);
});
