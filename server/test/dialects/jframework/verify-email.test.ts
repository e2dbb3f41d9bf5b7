import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedIn } from '../../support/at-rest.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { latestToken, mailsTo } from './mails.ts';
import { ADMIN, Client, codes, HIGH, startClient } from './support.ts';

const LINK = `https://${ACME.brandUrl}/verified`;
const DAY = 24 * 60 * 60 * 1000;

let now = Date.now();
let client: Client;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
});
afterAll(() => client.tessera.stop());

const send = (id: string, query: string = `returnURL=${encodeURIComponent(LINK)}`, options: object = {}) =>
  client.call('POST', `/users/${id}/email-address/verify/send?${query}`, options);

const verify = (token: unknown, options: object = {}) =>
  client.call('PUT', '/users/email-address/active', { body: { token }, ...options });

/** Asks for a mail. @returns its token */
async function tokenFor({ id }: { readonly id: string }): Promise<string> {
  expect((await send(id)).status).toBe(200);
  return latestToken(client.tessera, id);
}

const isVerified = async (id: string) => (await client.tessera.user(id)).email.verified;

describe('POST /users/{id}/email-address/verify/send', () => {
  it.each(['returnURL', 'ReturnURL', 'returnUrl'])('mails a link of the brand’s own (%s)', async (name) => {
    const person = await client.member();
    const { sequence } = await client.tessera.user(person.id);
    const response = await send(person.id, `${name}=${encodeURIComponent(LINK)}`);
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect(await mailsTo(client.tessera, person.id)).toMatchObject([
      { kind: 'verify_email', channel: 'email', to: person.emailAddress, urlTemplate: `${LINK}?token={{.Code}}` },
    ]);
    expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(['user.email_code_added']);
    expect(response.headers.get('etag')).toBeNull();
  });

  it('the token is nowhere in the database as it is', async () => {
    const token = await tokenFor(await client.member());
    for (const bytes of (await storedIn(client.tessera.database)).values()) expect(bytes.includes(token)).toBe(false);
  });

  it.each([
    ['', 'ReturnURLRequired'],
    ['returnURL=', 'ReturnURLRequired'],
    ['returnURL=https%3A%2F%2Fevil.test%2F', 'InvalidReturnURL'],
    [`returnURL=http%3A%2F%2F${ACME.brandUrl}%2F`, 'InvalidReturnURL'],
    [`returnURL=https%3A%2F%2F${ACME.brandUrl}&returnURL=https%3A%2F%2Fevil.test`, 'InvalidReturnURL'],
  ])('refuses ?%s and sends nothing', async (query, code) => {
    const person = await client.member();
    const response = await send(person.id, query);
    expect([response.status, codes(response)]).toEqual([400, [code]]);
    expect(await mailsTo(client.tessera, person.id)).toEqual([]);
  });

  it('404 for nobody, for somebody of another brand and for a deleted one', async () => {
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const gone = await client.member();
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    await client.call('DELETE', `/users/${gone.id}`, { key });
    for (const id of ['999999999999999999', stranger.id, gone.id]) {
      const refused = await send(id);
      expect([refused.status, codes(refused)]).toEqual([404, ['UserNotFound']]);
    }
    expect(await mailsTo(client.tessera, stranger.id)).toEqual([]);
  });

  it('sends nothing to who is verified already, or has no address', async () => {
    const person = await client.member();
    expect((await verify(await tokenFor(person))).status).toBe(200);
    const refused = await send(person.id);
    expect([refused.status, codes(refused)]).toEqual([400, ['EmailAddressAlreadyVerified']]);
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(1);
    const body = { phoneNumber: '+41791230088', password: 'passw0rd' };
    const { id } = (await client.call('POST', '/users/register/phone-number', { body })).json.data;
    expect((await send(id)).status).toBe(409);
    expect(await mailsTo(client.tessera, id)).toEqual([]);
  });

  it('a retry with the same key sends no second mail; no version can match', async () => {
    const person = await client.member();
    const headers = { 'idempotency-key': `send-${person.id}` };
    const query = `returnURL=${encodeURIComponent(LINK)}`;
    const first = await send(person.id, query, { headers });
    const again = await send(person.id, query, { headers });
    expect([first.status, again.text]).toEqual([200, first.text]);
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(1);
    expect((await send(person.id, `${query}2`, { headers })).status).toBe(422);
    expect((await send(person.id, query, { headers: { 'if-match': '*' } })).status).toBe(412);
  });
});

describe('PUT /users/email-address/active', () => {
  it('proves the address, once', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const { sequence } = await client.tessera.user(person.id);
    const response = await verify(token);
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(['user.email_verified']);
    expect((await client.get(person.id, person.key)).json.data.isEmailAddressVerified).toBe(true);
    const before = await client.tessera.events(person.id);
    const again = await verify(token);
    expect([again.status, codes(again)]).toEqual([400, ['EmailAddressAlreadyVerified']]);
    expect(await client.tessera.events(person.id)).toEqual(before);
  });

  it('of many at once one has an effect', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('expires after a day', async () => {
    const [person, other] = [await client.member(), await client.member()];
    const [token, second] = [await tokenFor(person), await tokenFor(other)];
    now += DAY - 1;
    expect((await verify(second)).status).toBe(200);
    now += 1;
    const late = await verify(token);
    expect([late.status, codes(late)]).toEqual([400, ['InvalidToken']]);
    expect(await isVerified(person.id)).toBe(false);
  });

  it('proves no other address than the one it was mailed to', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const moved = { username: person.username, emailAddress: `moved.${person.emailAddress}` };
    expect((await client.put(person, moved)).status).toBe(200);
    expect(codes(await verify(token))).toEqual(['InvalidToken']);
    expect(await isVerified(person.id)).toBe(false);
  });

  it('a newer token ends the one before, which counts as a wrong try', async () => {
    const person = await client.member();
    const first = await tokenFor(person);
    const second = await tokenFor(person);
    for (let n = 0; n < 4; n += 1) expect(codes(await verify(first))).toEqual(['InvalidToken']);
    expect((await client.tessera.user(person.id)).email.code?.failures).toBe(4);
    expect((await verify(second)).status).toBe(200);
  });

  it('is good at its own brand only', async () => {
    const token = await tokenFor(await client.member());
    expect(codes(await verify(token, { brand: HIGH }))).toEqual(['InvalidToken']);
    expect((await verify(token)).status).toBe(200);
  });

  it.each([
    [undefined, 'TokenRequired'],
    ['', 'TokenRequired'],
    [12, 'InvalidToken'],
    [['x'], 'InvalidToken'],
    ['rubbish', 'InvalidToken'],
  ])('refuses %j', async (token, code) => {
    const refused = await verify(token);
    expect([refused.status, codes(refused)]).toEqual([400, [code]]);
  });

  it('refuses a token with any other character, and writes nothing', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const before = await client.tessera.events(person.id);
    for (const at of [0, 10, 30, token.length - 2]) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(codes(await verify(`${token.slice(0, at)}${other}${token.slice(at + 1)}`))).toEqual(['InvalidToken']);
    }
    for (const cut of [token.slice(1), token.slice(0, -1), `${token}A`]) {
      expect(codes(await verify(cut))).toEqual(['InvalidToken']);
    }
    expect(await client.tessera.events(person.id)).toEqual(before);
  });

  it('a precondition is met by whoever has the token; a retry with the same key gets the same answer', async () => {
    const person = await client.member();
    const old = await tokenFor(person);
    const token = await tokenFor(person);
    expect((await verify(token, { headers: { 'if-match': '"99"' } })).status).toBe(412);
    expect((await verify(old, { headers: { 'if-match': '"99"' } })).status).toBe(400);
    const headers = { 'idempotency-key': `verify-${person.id}` };
    const first = await verify(token, { headers });
    const again = await verify(token, { headers });
    expect([first.status, again.text]).toEqual([200, first.text]);
    expect(first.headers.get('etag')).toBe(`"${(await client.tessera.user(person.id)).version}"`);
  });
});
