import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES } from '../support/clients.ts';
import { ACME, ROOT, type TestSetup, testSetup } from '../support/setup.ts';
import type { TestResponse } from '../support/tessera.ts';
import type { ServerProcess } from '../system/process.ts';
import { type Clients, clientsOf, createUsers, type Fleet, startFleet, statuses, timeUntil, turn } from './support.ts';

/** Milliseconds in which reads must follow what another process has withdrawn. */
const SOON = 1_000;

/** Administrators of Acme, each to be withdrawn in another way. */
const ADMINS = ['locked', 'deleted', 'tokenless'] as const;
type Admin = (typeof ADMINS)[number];
const idOf = (admin: Admin) => `40000000000000003${ADMINS.indexOf(admin)}`;
const patOf = (admin: Admin) => `pat-of-the-${admin}-one`;
const PASSWORD = 'Second-pass-1!';

function setupWith(change: (acme: TestSetup['organizations'][0]) => void = () => {}): TestSetup {
  return testSetup(({ organizations: [acme] }) => {
    const people = ADMINS.map((admin) => ({
      id: idOf(admin),
      username: admin,
      givenName: 'Ad',
      familyName: 'Min',
      email: `${admin}@acme.test`,
      password: PASSWORD,
      personalAccessToken: patOf(admin),
    }));
    acme.administrators = [...(acme.administrators ?? []), ...people];
    change(acme);
  });
}

let fleet: Fleet;
let clients: Clients[];
let user: string;
beforeAll(async () => {
  fleet = await startFleet(4, { setup: setupWith() });
  clients = await clientsOf(fleet);
  [user = ''] = await createUsers(turn(clients, 0), 1);
});
afterAll(() => fleet.stop());

it('what one process has answered through any dialect, every other reads through any, 200 times', async () => {
  const readers = ['zitadel', 'jframework', 'ownli'] as const;
  for (let round = 0; round < 200; round += 1) {
    const givenName = `Round ${round}`;
    const writer = turn(clients, round)[turn(DIALECT_NAMES, Math.floor(round / 4))];
    expect((await writer.update(user, { givenName, familyName: 'Mouse' })).status).toBe(200);
    const reads = await Promise.all(clients.map((set, place) => set[turn(readers, round + place)].read?.(user)));
    expect(reads.map((read) => read?.person?.givenName)).toEqual(clients.map(() => givenName));
  }
});

type Ask = (server: ServerProcess) => Promise<TestResponse>;

/** Refused in the next write, and within a second in reads, by processes that have written nothing since, too. */
async function expectWithdrawn(write: Ask, read: Ask): Promise<void> {
  const before = (await checkDatabase(fleet.database)).events.get(user);
  const others = fleet.processes.slice(1);
  const readBy = async () => statuses(await Promise.all(others.map(read)))[401] === others.length;
  // Then
  const following = timeUntil(readBy);
  expect((await write(turn(fleet.processes, 0))).status).toBe(401);
  expect(await following).toBeLessThan(SOON);
  const answers = await Promise.all([...fleet.processes.map(write), ...fleet.processes.map(read)]);
  expect(statuses(answers)).toEqual({ 401: 2 * fleet.processes.length });
  expect((await checkDatabase(fleet.database)).events.get(user)).toEqual(before);
}

/** Calls with the token of an administrator. */
function byToken(admin: Admin) {
  const headers = { authorization: `Bearer ${patOf(admin)}` };
  const body = { profile: { givenName: admin, familyName: 'Mouse' } };
  const write: Ask = ({ send }) => send('PUT', `/v2/users/human/${user}`, { headers, body });
  const read: Ask = ({ send }) => send('GET', `/v2/users/${user}`, { headers });
  return { write, read };
}

/** Calls with a key that an administrator has signed in for. */
async function byKey(admin: Admin) {
  const brand = { 'brand-url': ACME.brandUrl };
  const signIn = (password: string, server = turn(fleet.processes, 0)) =>
    server.send('POST', '/api/v1/users/auth', { headers: brand, body: { username: admin, password } });
  const headers = { ...brand, 'auth-key': (await signIn(PASSWORD)).json.data.authKey };
  const body = { username: `u${user}`, emailAddress: 'some@where.test', firstName: admin };
  const write: Ask = ({ send }) => send('PUT', `/api/v1/users/${user}`, { headers, body });
  const read: Ask = ({ send }) => send('GET', `/api/v1/users/${user}`, { headers });
  return { write, read, signIn };
}

describe('what one process has withdrawn, every process refuses', () => {
  it('an administrator whom wrong passwords have locked', async () => {
    const [token, key] = [byToken('locked'), await byKey('locked')];
    expect(statuses(await Promise.all(fleet.processes.map(token.write)))).toEqual({ 200: 4 });
    for (let attempt = 0; attempt < 10; attempt += 1) await key.signIn('wrong', turn(fleet.processes, 1));
    await expectWithdrawn(token.write, token.read);
    await expectWithdrawn(key.write, key.read);
  });

  it('an administrator who was deleted', async () => {
    const [token, key] = [byToken('deleted'), await byKey('deleted')];
    expect(statuses(await Promise.all(fleet.processes.map(key.read)))).toEqual({ 200: 4 });
    const headers = { authorization: `Bearer ${ROOT.pat}` };
    const deleted = await turn(fleet.processes, 2).send('DELETE', `/v2/users/${idOf('deleted')}`, { headers });
    expect(deleted.status).toBe(200);
    await expectWithdrawn(token.write, token.read);
    await expectWithdrawn(key.write, key.read);
  });

  it('a token, and a client, that left the setup of a process started later', async () => {
    const [token, key] = [byToken('tokenless'), await byKey('tokenless')];
    const bearers = await Promise.all(
      fleet.processes.map(({ send }) => send('POST', '/api/auth/token', { body: { ...ACME.ownli, scope: 'admin' } })),
    );
    const headersAt = (server: ServerProcess) => ({
      authorization: `Bearer ${turn(bearers, fleet.processes.indexOf(server)).json.access_token}`,
    });
    const write: Ask = (server) =>
      server.send('PUT', `/api/users/${user}`, { headers: headersAt(server), body: { firstName: 'Client' } });
    const read: Ask = (server) => server.send('GET', `/api/users/by-id/${user}`, { headers: headersAt(server) });
    expect(statuses(await Promise.all(fleet.processes.map(write)))).toEqual({ 200: 4 });
    // When
    const setup = setupWith((acme) => {
      for (const person of acme.administrators ?? []) {
        if (person.username === 'tokenless') delete person.personalAccessToken;
      }
      acme.ownli = { ...ACME.ownli, clientId: 'another-client' };
    });
    const later = await fleet.start(4, { setup });
    // Then
    await expectWithdrawn(write, read);
    await expectWithdrawn(token.write, token.read);
    expect((await key.write(later)).status).toBe(200);
  });
});
