import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialectClients, somebody } from '../../support/clients.ts';
import { testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { BENEFITS, CANCEL, type Client, clientOf, fresh, type Headers, isErrorInfo, OFFERS, SOON } from './support.ts';

const JANUARY = Date.UTC(2031, 0, 15);
const FEBRUARY = '2031-02-01T00:00:00.000Z';
let now = JANUARY;
let t: Tessera;
let client: Client;
beforeAll(async () => {
  const setup = testSetup(({ organizations: [acme] }) => {
    const [basic] = acme.avibra?.offers ?? [];
    if (basic !== undefined) basic.isDefault = true;
  });
  t = await startTessera(setup, { clock: () => now });
  client = await clientOf(t);
});
afterAll(() => t.stop());

const move = (body: object, headers?: Headers) => client.post(OFFERS, { partnername: 'acme', ...body }, headers);
const benefits = (userid: string, headers?: Headers) => client.post(BENEFITS, { userid, partnername: 'acme' }, headers);
const offerOf = async (userid: string) => (await client.user(userid)).membership.benefits[0]?.offer?.name;
const typesOf = async (userid: string) => (await client.events(userid)).map(({ type }) => type);

/** Each benefit with its status, and the month that its swap begins with. */
async function shown(userid: string): Promise<unknown[]> {
  const { json } = await benefits(userid);
  return json.map((one: Record<string, string | null>) => [
    one.benefitname,
    one.status,
    one.swapeffectiveattimestamp,
    one.swapexpiresattimestamp,
  ]);
}

describe('POST /user/offers', () => {
  it('given a default offer, when a user is created, then it has it', async () => {
    const userid = await client.create();
    expect(await typesOf(userid)).toEqual(['user.created', 'user.offer_activated']);
    expect(await offerOf(userid)).toBe('basic');
  });

  it.each(['v1', 'v2'])(
    'given a user, when it is moved up and down under %s, then it has that offer',
    async (version) => {
      const userid = await client.create();
      for (const offername of ['plus', 'basic']) {
        const response = await move({ userid, offername, more: 1 }, { version });
        expect([response.status, response.text]).toEqual([200, '"Successful"']);
        await expect.poll(() => offerOf(userid), SOON).toBe(offername);
      }
      expect((await typesOf(userid)).slice(2)).toEqual(['user.offer_upgraded', 'user.offer_downgraded']);
    },
  );

  it('given the offer it has, when it is named, then nothing happens', async () => {
    const userid = await client.create();
    expect((await move({ userid, offername: 'basic' })).headers.get('etag')).toBe('"2"');
    expect(await client.events(userid)).toHaveLength(2);
  });

  it('given a user of another dialect, when it gets an offer, then it is enrolled', async () => {
    const { zitadel } = await dialectClients(t);
    const { id = '' } = await zitadel.create(somebody());
    expect((await benefits(id)).json).toEqual([]);
    expect((await move({ userid: id, offername: 'plus' })).status).toBe(200);
    expect((await t.user(id)).membership.benefits).toMatchObject([{ partner: 'acme', knownAs: id, state: 'enrolled' }]);
    expect((await benefits(id)).json).toHaveLength(3);
  });

  it('given no API key, when it is sent, then it is taken, as the documentation asks for none; a wrong one is 401', async () => {
    const userid = await client.create();
    expect((await move({ userid, offername: 'plus' }, { 'x-api-key': undefined })).status).toBe(200);
    expect((await move({ userid, offername: 'basic' }, { 'x-api-key': 'wrong' })).status).toBe(401);
    expect((await benefits(userid, { 'x-api-key': undefined })).status).toBe(200);
    expect((await benefits(userid, { 'x-api-key': 'wrong' })).status).toBe(401);
    expect(await offerOf(userid)).toBe('plus');
  });

  it('given a call that is repeated under its key, when it is answered, then it is the first answer', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    await move({ userid, offername: 'plus' }, key);
    await move({ userid, offername: 'basic' });
    const again = await move({ userid, offername: 'plus' }, key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const other = await move({ userid, offername: 'basic' }, key);
    expect([other.status, other.json.errorcode]).toEqual([400, 'idempotency_key_reused']);
    expect(await offerOf(userid)).toBe('basic');
  });

  it.each<[string, object, Headers, number]>([
    ['no token', {}, { authorization: undefined }, 401],
    ['no key under v2', {}, { 'idempotency-key': undefined }, 400],
    ['an unknown version', {}, { version: 'v0' }, 400],
    ['an unknown offer', { offername: 'gold' }, {}, 400],
    ['an empty offer', { offername: '' }, {}, 400],
    ['nothing to do', { offername: null, benefits: null }, {}, 400],
    ['a benefit of another offer', { offername: 'basic', benefits: ['vision'] }, {}, 400],
    ['a benefit that the offer it has does not have', { offername: null, benefits: ['vision'] }, {}, 400],
    ['benefits that are no list', { benefits: 'life' }, {}, 400],
    ['an unknown user', { userid: 'nobody' }, {}, 404],
    ["another partner's name", { partnername: 'globex' }, {}, 404],
    ['a stale precondition', {}, { 'if-match': '"1"' }, 412],
  ])('given %s, when it is sent, then nothing changes', async (_what, change, headers, status) => {
    const userid = await client.create();
    const response = await move({ userid, offername: 'plus', ...change }, headers);
    expect(response.status).toBe(status);
    expect(isErrorInfo(response)).toBe(true);
    expect(await client.events(userid)).toHaveLength(2);
  });

  it('given a user without an offer, when benefits are chosen, then there is nothing to choose from', async () => {
    const userid = await client.create();
    await client.send('DELETE', `${CANCEL}/${userid}`);
    const response = await move({ userid, benefits: ['life'] });
    expect([response.status, response.json]).toEqual([
      400,
      { errorcode: 'invalid_state', errormessage: 'The user has no offer to choose benefits from.' },
    ]);
  });
});

describe('POST /user/benefits', () => {
  it('given an offer, when it is asked for, then each benefit is told of', async () => {
    const userid = await client.create();
    const response = await benefits(userid);
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"2"']);
    expect(response.json[0]).toEqual({
      benefitname: 'life',
      benefitdescription: 'Life insurance',
      offername: 'basic',
      status: 'active',
      swapeffectiveattimestamp: null,
      swapexpiresattimestamp: null,
    });
    expect(await shown(userid)).toEqual([
      ['life', 'active', null, null],
      ['dental', 'available', null, null],
    ]);
  });

  it.each(['v1', 'v2'])(
    'given a choice under %s, when the month ends, then it is what the user has',
    async (version) => {
      const userid = await client.create();
      expect((await move({ userid, benefits: ['dental'] }, { version })).text).toBe('"Successful"');
      await expect.poll(() => typesOf(userid), SOON).toContain('user.benefits_chosen');
      expect(await shown(userid)).toEqual([
        ['life', 'active', null, FEBRUARY],
        ['dental', 'pending', FEBRUARY, null],
      ]);
      now = Date.parse(FEBRUARY);
      client = await clientOf(t);
      expect(await shown(userid)).toEqual([
        ['life', 'available', null, null],
        ['dental', 'active', null, null],
      ]);
      now = JANUARY;
      client = await clientOf(t);
    },
  );

  it('given neither offer nor request, or only a request, when it is asked for, then there are none', async () => {
    const userid = fresh('person');
    await client.post('/user/prefill', { userid, partnername: 'acme' });
    expect((await benefits(userid)).json).toEqual([]);
  });

  it.each<[string, object, Headers, number]>([
    ['no token', {}, { authorization: undefined }, 401],
    ['no body', { userid: undefined }, {}, 400],
    ['an unknown user', { userid: 'nobody' }, {}, 404],
    ["another partner's name", { partnername: 'globex' }, {}, 404],
  ])('given %s, when it is asked for, then it is refused', async (_what, change, headers, status) => {
    const body = { userid: await client.create(), partnername: 'acme', ...change };
    const response = await client.post(BENEFITS, body, headers);
    expect(response.status).toBe(status);
    expect(isErrorInfo(response)).toBe(true);
  });

  it('given no version and no key, when it is asked for, then it is answered, since nothing changes', async () => {
    const userid = await client.create();
    expect((await benefits(userid, { version: undefined, 'idempotency-key': undefined })).status).toBe(200);
  });
});

it('given an offer that left the settings, when its holder asks, then it has no benefits and can be moved', async () => {
  const userid = await client.create();
  const path = join(t.dataDir, 'test-setup.json');
  const setup = JSON.parse(readFileSync(path, 'utf8'));
  setup.organizations[0].avibra.offers.shift();
  writeFileSync(path, JSON.stringify(setup));
  await t.restart();
  expect((await benefits(userid)).json).toEqual([]);
  expect((await move({ userid, benefits: ['life'] })).status).toBe(400);
  expect((await move({ userid, offername: 'plus' })).status).toBe(200);
  expect(await shown(userid)).toHaveLength(3);
  expect((await client.events(await client.create())).map(({ type }) => type)).toEqual(['user.created']);
});
