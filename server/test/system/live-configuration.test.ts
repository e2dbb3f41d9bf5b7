import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { loadDirectory } from '../../src/app/directory.ts';
import { type DialectClient, dialectClients, somebody } from '../support/clients.ts';
import { deaf, reconfigure, type StoredOrganization, startBeside } from '../support/configure.ts';
import { countRows } from '../support/rows.ts';
import { ACME, GLOBEX, ROOT, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera, type TestRequest, type TestResponse } from '../support/tessera.ts';

/** Milliseconds in which reads follow what another process changed. */
const SOON = 1_000;
const CHANGE = { givenName: 'Changed', familyName: 'Name' };

let tessera: Tessera;
const others: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
  await tessera.stop();
});

/** Changes Acme behind the back of the running server. */
const change = (edit: (acme: StoredOrganization) => void) => reconfigure(tessera.store, ACME.id, edit);

/** Gives the client of Acme the secret that the one of Globex has. */
async function giveSecretOfGlobex(dialect: 'ownli' | 'avibra'): Promise<void> {
  const globex = (await loadDirectory(tessera.store)).organization(GLOBEX.id) as StoredOrganization | undefined;
  await change(({ sections }) => {
    sections[dialect].clientSecretDigest = globex?.sections[dialect].clientSecretDigest;
  });
}

/** Milliseconds until the answer has this status. */
async function until(status: number, ask: () => Promise<TestResponse>): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await ask();
    const elapsed = performance.now() - startedAt;
    if (answer.status === status) return elapsed;
    if (elapsed > 10 * SOON) throw new Error(`still ${answer.status}: ${answer.text}`);
    await sleep(10);
  }
}

async function newUser({ ownli }: { readonly ownli: DialectClient }): Promise<string> {
  const { id, response } = await ownli.create(somebody());
  if (id === undefined) throw new Error(`not created: ${response.text}`);
  return id;
}

function avibraToken({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }) {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return tessera.send('POST', '/oauth2/token', { headers, body: new URLSearchParams(form).toString() });
}

const ownliToken = (credentials: object) => tessera.send('POST', '/api/auth/token', { body: credentials });
const register = (more: TestRequest['headers'], username: string) =>
  tessera.send('POST', '/api/v1/users/register', {
    headers: { 'brand-url': ACME.brandUrl, ...more },
    body: { username, password: 'Passw0rd!', emailAddress: `${username}@x.test` },
  });

describe('what another process took away is refused in the next write, though this one has not heard of it', () => {
  const start = async () => {
    tessera = await startTessera(testSetup(), { onStore: deaf });
    const clients = await dialectClients(tessera);
    return { clients, id: await newUser(clients) };
  };
  const without = (name: string) => (acme: StoredOrganization) => delete acme.sections[name];
  const other = (name: string, member: string) => (acme: StoredOrganization) => {
    acme.sections[name][member] = 'another';
  };
  const cases = [
    { dialect: 'avibra', what: 'a client', headers: {}, edit: without('avibra') },
    { dialect: 'avibra', what: 'a client', headers: { version: 'v1' }, edit: without('avibra') },
    { dialect: 'avibra', what: 'a secret', headers: {}, edit: other('avibra', 'clientSecretDigest') },
    { dialect: 'avibra', what: 'an API key', headers: {}, edit: other('avibra', 'apiKeyDigest') },
    { dialect: 'ownli', what: 'a client', headers: {}, edit: without('ownli') },
    { dialect: 'ownli', what: 'a secret', headers: {}, edit: other('ownli', 'clientSecretDigest') },
    { dialect: 'zitadel', what: 'the dialect', headers: {}, edit: without('zitadel') },
  ] as const;

  it.each(cases)('$dialect: $what $headers', async ({ dialect, headers, edit }) => {
    const { clients, id } = await start();
    const client = clients[dialect];
    const key = { 'idempotency-key': 'before-the-change', ...headers };
    expect((await client.update(id, CHANGE, key)).status).toBe(200);
    await expect.poll(async () => (await tessera.user(id)).version).toBe(2);
    const before = await tessera.user(id);
    await change(edit);
    expect((await client.update(id, { givenName: 'Late' }, headers)).status).toBe(401);
    expect((await client.update(id, CHANGE, key)).status, 'a repeated call').toBe(401);
    expect((await client.create(somebody(), headers)).response.status).toBe(401);
    expect(await tessera.user(id)).toEqual(before);
  });

  it('ownli: the credentials that older clients send with each call', async () => {
    const { id } = await start();
    const { partnerId: partnerid, clientId: clientid, clientSecret: clientsecret } = ACME.ownli;
    const update = (secret: string) =>
      tessera.send('PUT', `/api/users/${id}`, {
        headers: { partnerid, clientid, clientsecret: secret },
        body: { firstName: secret },
      });
    expect((await update(clientsecret)).status).toBe(200);
    await change(other('ownli', 'clientSecretDigest'));
    expect((await update(clientsecret)).status).toBe(401);
  });

  it('jframework: what nobody in particular may do in a brand', async () => {
    await start();
    expect((await register({}, 'before')).status).toBe(201);
    await change(without('jframework'));
    expect((await register({}, 'after')).status).toBe(401);
    expect(await tessera.store.userByClaim('username:*:after')).toBeNull();
    // The write brought the news.
    expect((await register({}, 'later')).status).toBe(404);
  });
});

describe('reads follow within a second', () => {
  const start = async () => {
    tessera = await startTessera();
    const clients = await dialectClients(tessera);
    const id = await newUser(clients);
    const reading = (dialect: 'zitadel' | 'jframework' | 'ownli') => async () => {
      const { read } = clients[dialect];
      if (read === undefined) throw new Error(`${dialect} cannot read`);
      return (await read(id)).response;
    };
    return { clients, id, reading };
  };

  it.each([
    ['ownli', 401],
    ['zitadel', 401],
    ['jframework', 404],
  ] as const)('%s: what was taken away', async (dialect, status) => {
    const { reading } = await start();
    expect((await reading(dialect)()).status).toBe(200);
    await change(({ sections }) => delete sections[dialect]);
    expect(await until(status, reading(dialect))).toBeLessThan(SOON);
  });

  it('ownli: a secret that was replaced', async () => {
    const { reading } = await start();
    await giveSecretOfGlobex('ownli');
    expect(await until(401, reading('ownli'))).toBeLessThan(SOON);
    expect((await ownliToken(ACME.ownli)).status).toBe(401);
    const { status, json } = await ownliToken({ ...ACME.ownli, clientSecret: GLOBEX.ownli.clientSecret });
    expect(status).toBe(200);
    const body = {
      firstName: 'Ne',
      lastName: 'W',
      phone: '+12015550155',
      email: 'new@x.test',
      address: { state: 'IL' },
    };
    const headers = { authorization: `Bearer ${json.access_token}` };
    expect((await tessera.send('POST', '/api/users', { headers, body })).status).toBe(200);
  });

  it('avibra: a secret that was replaced', async () => {
    const { clients, id } = await start();
    expect((await avibraToken(ACME.avibra)).status).toBe(200);
    await giveSecretOfGlobex('avibra');
    expect(await until(400, () => avibraToken(ACME.avibra))).toBeLessThan(SOON);
    expect((await avibraToken({ ...ACME.avibra, clientSecret: GLOBEX.avibra.clientSecret })).status).toBe(200);
    expect((await clients.avibra.update(id, CHANGE)).status, 'a token of the old secret').toBe(401);
  });

  it('a new organization, through every dialect', async () => {
    await start();
    const id = '300000000000000077';
    await change((acme) => {
      const { sections } = acme;
      Object.assign(acme, { id, name: 'New', domains: ['new.test'] });
      sections.jframework.hosts = ['new.test'];
      Object.assign(sections.ownli, { partnerId: 'new', clientId: 'new-ownli' });
      Object.assign(sections.avibra, { partnerName: 'new', clientId: 'new-avibra' });
    });
    const partner = { ...ACME.ownli, partnerId: 'new', clientId: 'new-ownli' };
    expect(await until(200, () => ownliToken(partner))).toBeLessThan(SOON);
    const bearer = (token: TestResponse) => ({ authorization: `Bearer ${token.json.access_token}` });
    const created = await Promise.all([
      tessera.send('POST', '/api/users', {
        headers: bearer(await ownliToken(partner)),
        body: { firstName: 'O', lastName: 'W', phone: '+12015550161', email: 'o@new.test', address: { state: 'IL' } },
      }),
      tessera.send('POST', '/user/account/create', {
        headers: {
          ...bearer(await avibraToken({ ...ACME.avibra, clientId: 'new-avibra' })),
          'x-api-key': ACME.avibra.apiKey,
          'idempotency-key': 'new',
          version: 'v2',
        },
        body: {
          partnername: 'new',
          userid: 'u1',
          firstname: 'A',
          lastname: 'V',
          email: 'a@new.test',
          phone: '2015550162',
        },
      }),
      register({ 'brand-url': 'new.test' }, 'newcomer'),
      tessera.send('POST', '/v2/users/human', {
        headers: { authorization: `Bearer ${ROOT.pat}` },
        body: {
          organization: { orgDomain: 'new.test' },
          profile: { givenName: 'Z', familyName: 'I' },
          email: { email: 'z@new.test' },
        },
      }),
    ]);
    expect(created.map(({ status }) => status)).toEqual([200, 200, 201, 200]);
    const emails = ['o@new.test', 'a@new.test', 'newcomer@x.test', 'z@new.test'];
    const users = await Promise.all(emails.map((email) => tessera.store.userByClaim(`email:${id}:${email}`)));
    expect(users.map((user) => user?.organizationId)).toEqual([id, id, id, id]);
  });
});

describe('two servers on one database', () => {
  it('the first follows the setup that the second was started with', async () => {
    tessera = await startTessera();
    const clients = await dialectClients(tessera);
    const id = await newUser(clients);
    const { revision } = await tessera.store.configuration();
    const setup = testSetup(({ organizations: [acme] }) => {
      acme.ownli = { ...ACME.ownli, clientSecret: 'another-secret' };
    });
    others.push(await startBeside(tessera, setup));
    expect((await clients.ownli.update(id, CHANGE)).status).toBe(401);
    expect((await clients.ownli.read?.(id))?.response.status).toBe(401);
    expect((await ownliToken({ ...ACME.ownli, clientSecret: 'another-secret' })).status).toBe(200);
    expect((await tessera.store.configuration()).revision).toBe(revision + 1);
  });

  it('nothing changes when the second was started with the same setup', async () => {
    const setup = testSetup(({ organizations: [acme] }) => {
      const webhook = {
        url: 'http://127.0.0.1:9/',
        events: ['enrollment_successful' as const],
        username: 'hook',
        password: 'hook-secret',
      };
      acme.avibra = { ...ACME.avibra, scope: 'users', webhook };
    });
    tessera = await startTessera(setup);
    const before = await tessera.store.configuration();
    const events = await countRows(tessera.database, 'events');
    const second = await startBeside(tessera, setup);
    others.push(second);
    expect(await tessera.store.configuration()).toEqual(before);
    expect(await countRows(tessera.database, 'events')).toBe(events);
    expect(events).toBeGreaterThan(2);
    const secretIn = (text: string) => JSON.parse(text).sections.avibra?.webhook?.sealedPassword;
    expect(before.organizations.map(({ settings }) => secretIn(settings))).toContainEqual(expect.any(String));
  });

  it('their ids tell them apart', async () => {
    tessera = await startTessera();
    const second = await startBeside(tessera, testSetup());
    others.push(second);
    const processOf = async (sender: Pick<Tessera, 'send'>) =>
      BigInt(await newUser(await dialectClients(sender))) & 0xffffn;
    const [one, two, again] = [await processOf(tessera), await processOf(second), await processOf(tessera)];
    expect(two).not.toBe(one);
    expect(again).toBe(one);
  });
});
