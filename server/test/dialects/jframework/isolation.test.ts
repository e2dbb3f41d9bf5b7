import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, type Member, required, startClient } from './support.ts';

let acme: Client;
let globex: Client;
let member: Member;
let stranger: Member;
beforeAll(async () => {
  acme = await startClient();
  globex = new Client(acme.tessera, GLOBEX.brandUrl);
  member = await acme.member({ phoneNumber: '+41790000020' });
  stranger = await globex.member();
});
afterAll(() => acme.tessera.stop());

describe('between brands', () => {
  it('a user of another brand is a missing one, even for administrators', async () => {
    const key = await acme.keyOf(ADMIN.username, ADMIN.password);
    const before = await acme.tessera.events(stranger.id);
    expect((await acme.get(stranger.id, key)).status).toBe(404);
    expect((await acme.put({ id: stranger.id, key }, required(stranger))).status).toBe(404);
    const missing = await acme.get('999999999999999999', key);
    const foreign = await acme.get(stranger.id, key);
    expect(foreign.json.errors[0].message).toBe(missing.json.errors[0].message);
    expect(await acme.tessera.events(stranger.id)).toEqual(before);
  });

  it('a key opens one brand only', async () => {
    for (const path of ['/users/me', `/users/${member.id}`]) {
      expect((await globex.call('GET', path, { key: member.key })).status).toBe(401);
    }
    expect((await globex.put({ id: stranger.id, key: member.key }, required(stranger))).status).toBe(401);
  });

  it('a user signs in at its own brand only, by whatever name', async () => {
    for (const name of [member.username, member.emailAddress, '+41790000020']) {
      const answer = await globex.signIn(name, member.password);
      expect(answer.status).toBe(401);
      const unknown = await globex.signIn('nobody.at.all', member.password);
      expect(answer.json.errors[0].message).toBe(unknown.json.errors[0].message);
      expect((await acme.signIn(name, member.password)).status).toBe(200);
    }
    expect((await acme.tessera.user(member.id)).password.failedAttempts).toBe(0);
  });

  it('a refresh key renews at its own brand only', async () => {
    const body = { refreshAuthKey: member.refreshKey };
    expect((await globex.call('POST', '/users/auth/refresh-auth-key', { body })).status).toBe(401);
    expect((await acme.get(member.id, member.key)).status).toBe(200);
  });

  it('contacts are unique in each brand, and referral codes are known in it', async () => {
    const { emailAddress, phoneNumber, referralCode } = (await acme.get(member.id, member.key)).json.data;
    const other = await globex.register({ emailAddress, phoneNumber, password: 'passw0rd' });
    expect(other.status).toBe(201);
    const invited = { emailAddress: 'invited@example.com', password: 'passw0rd', referralCode };
    expect((await globex.register(invited)).status).toBe(400);
  });

  it('an instance administrator is no user of a brand', async () => {
    expect((await acme.signIn('root', 'Root-pass-1!')).status).toBe(401);
  });
});
