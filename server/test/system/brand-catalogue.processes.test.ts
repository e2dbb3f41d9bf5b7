import { afterEach, describe, expect, it } from 'vitest';
import { deaf, startBeside } from '../support/configure.ts';
import { ACME, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

const BRAND = { 'brand-url': ACME.brandUrl };
const VIEWER = { authorization: `Bearer ${ACME.viewer.pat}` };
const SOON = 1_000;

type Sender = Pick<Tessera, 'send'>;

let first: Tessera;
const others: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
  await first.stop();
});

/** @param hears whether the first server looks for what the second one changes */
async function startTwo(hears = true): Promise<Sender> {
  first = await startTessera(testSetup(), hears ? {} : { onStore: deaf });
  const second = await startBeside(first, testSetup());
  others.push(second);
  return second;
}

async function adminOf(sender: Sender) {
  const body = { username: 'acme.admin', password: ACME.adminPassword };
  const signedIn = await sender.send('POST', '/api/v1/users/auth', { headers: BRAND, body });
  const headers = { ...BRAND, 'auth-key': signedIn.json.data.authKey };
  return async (method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}) => {
    const { status, json } = await sender.send(method, `/api/v1${path}`, { headers: { ...headers, ...more }, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(json.errors)}`);
    return json.data;
  };
}

/** A role, held by the viewer, that lets it change users. */
async function giveRole(admin: Awaited<ReturnType<typeof adminOf>>): Promise<string> {
  const { id } = await admin('POST', '/roles', { code: 'CHANGER', name: 'Changer' });
  const { items } = await admin('GET', '/permissions?keywords=USER.');
  await admin('POST', `/roles/${id}/permissions`, { permissionIds: items.map((one: { id: string }) => one.id) });
  await admin('POST', `/roles/${id}/users`, { userIds: [ACME.viewer.id] });
  return id;
}

const update = (id: string, givenName: string) =>
  first.send('PUT', `/v2/users/human/${id}`, {
    headers: VIEWER,
    body: { profile: { givenName, familyName: 'Name' } },
  });

async function somebody(admin: Awaited<ReturnType<typeof adminOf>>): Promise<string> {
  const body = { username: 'some.body', emailAddress: 'some@body.test', password: 'passw0rd' };
  return (await admin('POST', '/users/register', body)).id;
}

describe('two servers on one database', () => {
  it('a role that one of them ends allows no further write through the other, which has not heard of it', async () => {
    const second = await adminOf(await startTwo(false));
    const id = await somebody(second);
    const role = await giveRole(second);
    // Any write through the first brings it the news of the role.
    await adminOf(first);
    expect((await update(id, 'One')).status).toBe(200);
    await second('DELETE', `/roles/${role}`);
    expect((await update(id, 'Two')).status).toBe(403);
    expect((await first.user(id)).profile.givenName).toBe('One');
  });

  it('a role that one of them makes is there for the next call through the other', async () => {
    const second = await startTwo().then(adminOf);
    const one = await adminOf(first);
    const id = await somebody(second);
    const role = await giveRole(second);
    expect((await first.send('GET', `/v2/users/${id}`, { headers: VIEWER })).status).toBe(200);
    expect((await update(id, 'One')).status).toBe(200);
    // So is its end for somebody who held it.
    await second('DELETE', `/users/${ACME.viewer.id}/roles?roleIds=${role}`);
    expect((await update(id, 'Two')).status).toBe(403);
    const { id: another } = await second('POST', '/roles', { code: 'ANOTHER', name: 'Another' });
    expect(await one('POST', `/users/${id}/roles?roleIds=${another}`)).toBe(true);
    expect(await second('GET', `/users/${id}/roles`)).toMatchObject([{ id: another }]);
  });

  it('a role that one of them ends is shown no more by the other within a second', async () => {
    const second = await adminOf(await startTwo());
    const role = await giveRole(second);
    const body = { username: 'viewer', password: ACME.viewer.password };
    const { json } = await first.send('POST', '/api/v1/users/auth', { headers: BRAND, body });
    const headers = { ...BRAND, 'auth-key': json.data.authKey };
    const shown = async () => (await first.send('GET', '/api/v1/users/me', { headers })).json.data.roles.length;
    await expect.poll(shown, { timeout: SOON }).toBe(1);
    await second('DELETE', `/roles/${role}`);
    await expect.poll(shown, { timeout: SOON }).toBe(0);
  });

  it('what both make at once is all there, and seen through both', async () => {
    const one = await startTwo().then(adminOf);
    const two = await adminOf(first);
    const names = Array.from({ length: 20 }, (_, n) => `ROLE_${n}`);
    await Promise.all(names.map((code, n) => (n % 2 === 0 ? one : two)('POST', '/roles', { code, name: 'Both' })));
    for (const admin of [one, two]) {
      expect((await admin('GET', '/roles?name=Both')).totalItems).toBe(20);
    }
    const made = await one('POST', '/packages', { code: 'GOLD', name: 'Gold' });
    expect(await two('GET', `/packages/${made.id}`)).toEqual(made);
  });

  it('a request that is repeated at the other one is done once', async () => {
    const one = await startTwo().then(adminOf);
    const two = await adminOf(first);
    const send = (admin: typeof one) =>
      admin('POST', '/roles', { code: 'ONCE', name: 'Once' }, { 'idempotency-key': 'both' });
    const [a, b] = await Promise.all([send(one), send(two)]);
    expect(a).toEqual(b);
  });
});
