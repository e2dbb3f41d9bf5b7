import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectRefused, fresh } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('PUT /api/users/:userId, 409', () => {
  it.each(['email', 'phone'] as const)(
    "refuses another user's %s and leaves the user wholly unchanged",
    async (name) => {
      const [user, other] = [await client.create(), await client.create()];
      const body = { firstName: 'New', customField1: 'new', address: { state: 'NV' }, [name]: other[name] };
      await expectRefused(t, user.id, () => client.put(user.id, body), 409, 'ERROR_USER_ALREADY_EXISTS');
      expect((await client.get(user.id)).json).toEqual(user);
      expect((await client.get(other.id)).json).toEqual(other);
    },
  );

  it('claims nothing by a refused call', async () => {
    const [user, other, third] = [await client.create(), await client.create(), await client.create()];
    const email = `free${fresh()}@mail.test`;
    const body = { email, phone: other.phone };
    await expectRefused(t, user.id, () => client.put(user.id, body), 409, 'ERROR_USER_ALREADY_EXISTS');
    expect((await client.put(third.id, { email })).status).toBe(200);
  });

  it('lets two partners use one address and number', async () => {
    const user = await client.create();
    const other = await (await clientOf(t, GLOBEX)).create({ email: user.email, phone: user.phone });
    expect(other).toMatchObject({ email: user.email, phone: user.phone });
  });

  it('lets go of what was given up', async () => {
    const [user, other] = [await client.create(), await client.create()];
    await client.put(user.id, { email: '' });
    expect((await client.put(other.id, { email: user.email })).status).toBe(200);
  });

  it('gives a contended address to exactly one', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, () => client.create()));
    const email = `race${fresh()}@mail.test`;
    const answers = await Promise.all(users.map(({ id }) => client.put(id, { email })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });
});
