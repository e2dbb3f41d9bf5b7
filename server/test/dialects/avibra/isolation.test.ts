import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { BENEFITS, type Client, CREATE, clientOf, fresh, OFFERS } from './support.ts';

let t: Tessera;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  t = await startTessera();
  acme = await clientOf(t);
  globex = await clientOf(t, GLOBEX);
});
afterAll(() => t.stop());

describe('two partners', () => {
  it('given one userid at both, when one updates it, then only its own user changes', async () => {
    const userid = fresh('shared');
    await acme.create({ userid });
    await globex.create({ userid });
    expect((await acme.update({ userid, firstname: 'Acme' })).status).toBe(200);
    expect((await acme.user(userid)).profile.givenName).toBe('Acme');
    expect((await globex.user(userid)).profile.givenName).toBe('Jo');
  });

  it("given an e-mail and phone of the other partner's user, when they are taken, then nothing tells of that user", async () => {
    const theirs = globex.userInfo();
    expect((await globex.post(CREATE, theirs)).status).toBe(200);
    const userid = await acme.create();
    const response = await acme.update({ userid, email: theirs.email, phone: theirs.phone });
    expect(response.status).toBe(200);
  });

  it('given a user of the other partner, when an offer or its benefits are asked for, then it looks like a missing one', async () => {
    const userid = await globex.create();
    const { id } = await globex.user(userid);
    for (const name of [userid, id]) {
      const offer = { userid: name, partnername: 'acme', offername: 'plus' };
      expect((await acme.post(OFFERS, offer)).status).toBe(404);
      expect((await acme.post(OFFERS, offer, { version: 'v1' })).status).toBe(404);
      expect((await acme.post(BENEFITS, { userid: name, partnername: 'acme' })).status).toBe(404);
    }
    expect(await globex.events(userid)).toHaveLength(1);
  });

  it('given one idempotency key at both, when both use it, then neither gets the answer of the other', async () => {
    const key = { 'idempotency-key': fresh() };
    const [mine, theirs] = [await acme.create(), await globex.create()];
    expect((await acme.update({ userid: mine, firstname: 'One' }, key)).status).toBe(200);
    const response = await globex.update({ userid: theirs, firstname: 'Two' }, key);
    expect(response.status).toBe(200);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
    expect((await globex.user(theirs)).profile.givenName).toBe('Two');
  });
});
