import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, CREATE, clientOf, fresh, type Headers, isErrorInfo } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('POST /user/account/create is answered 401', () => {
  it.each<[string, Headers]>([
    ['no token', { authorization: undefined }],
    ['a bad token', { authorization: 'Bearer junk' }],
    ['no API key', { 'x-api-key': undefined }],
    ['a wrong API key', { 'x-api-key': 'wrong' }],
  ])('given %s, when it is sent, then no user is made', async (_what, headers) => {
    const info = client.userInfo();
    const response = await client.post(CREATE, info, headers);
    expect(response.status).toBe(401);
    expect(isErrorInfo(response)).toBe(true);
    expect(await client.find(String(info.userid))).toBeNull();
  });
});

it("given another partner's name, when it is sent, then the answer is 404 and no user is made", async () => {
  const info = client.userInfo({ partnername: 'globex' });
  expect((await client.post(CREATE, info)).status).toBe(404);
  expect(await client.find(String(info.userid))).toBeNull();
});

describe.each(['v1', 'v2'])('POST /user/account/create under %s is answered 409', (version) => {
  it('given the userid of a user, when it is sent with other contacts, then nothing is written', async () => {
    const userid = await client.create();
    const before = await client.events(userid);
    const response = await client.post(CREATE, client.userInfo({ userid }), { version });
    expect(response.status).toBe(409);
    expect(response.json).toEqual({
      errorcode: 'already_exists',
      errormessage: 'A user with this userid, e-mail address or phone number exists already.',
    });
    expect(await client.events(userid)).toEqual(before);
  });

  it("given Tessera's own id of a user, when it is sent as userid, then nothing is written", async () => {
    const { id } = await client.user(await client.create());
    const response = await client.post(CREATE, client.userInfo({ userid: id }), { version });
    expect(response.status).toBe(409);
    expect(await client.find(id)).toBeNull();
    expect(await t.events(id)).toHaveLength(1);
  });
});

describe('POST /user/account/create under v2 is answered 409', () => {
  it.each(['email', 'phone'])('given the %s of another user, when it is sent, then no user is made', async (name) => {
    const holder = client.userInfo();
    await client.create(holder);
    const info = client.userInfo({ [name]: holder[name] });
    expect((await client.post(CREATE, info)).status).toBe(409);
    expect(await client.find(String(info.userid))).toBeNull();
  });

  it('given twenty creates of one userid at once, when all are answered, then one made the user', async () => {
    const userid = fresh('race');
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => client.post(CREATE, client.userInfo({ userid }))),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(await client.events(userid)).toHaveLength(1);
  });
});
