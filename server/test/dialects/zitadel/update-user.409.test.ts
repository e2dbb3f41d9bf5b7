import { afterAll, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, expectRefusal, leavesNoTrace, newPerson, update, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
const loose = await startTessera(
  zitadelSetup((setup) => {
    setup.organizations[0].unique = [];
  }),
);
afterAll(() => Promise.all([tessera.stop(), loose.stop()]));

const EXISTS = 'User already exists (V3-DKcYh)';

describe('what is unique', () => {
  it.each(['viewer', 'VIEWER', 'ｖｉｅｗｅｒ'])('username %s', async (username) => {
    const id = await addUser(tessera);
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await update(tessera, id, { username }), 409, 6, EXISTS),
    );
  });

  it("a username of another organization's user", async () => {
    const id = await addUser(tessera);
    expectRefusal(await update(tessera, id, { username: 'Globex.Admin' }), 409, 6, EXISTS);
  });

  it.each(['vi@acme.test', 'VI@ACME.test', ' vi@acme.test', '<vi@acme.test>', '"vi"@acme.test', 'vi@acme.test () ( )'])(
    'email %s',
    async (email) => {
      const id = await addUser(tessera);
      await leavesNoTrace(tessera, id, async () =>
        expectRefusal(await update(tessera, id, { email: { email, isVerified: true } }), 409, 6, EXISTS),
      );
    },
  );

  it('phone', async () => {
    await addUser(tessera, { phone: { phone: '+41791234567', isVerified: true } });
    const id = await addUser(tessera);
    const response = await update(tessera, id, { phone: { phone: '079 123 45 67', isVerified: true } });
    expectRefusal(response, 409, 6, EXISTS);
  });

  it('on create too', async () => {
    const create = (body: object) => tessera.send('POST', '/v2/users/human', { headers: ADMIN, body: newPerson(body) });
    expectRefusal(await create({ username: 'Viewer' }), 409, 6, EXISTS);
    expectRefusal(await create({ email: { email: 'vi@acme.test' } }), 409, 6, EXISTS);
  });

  it('a change of letter case only keeps its own claim', async () => {
    const id = await addUser(tessera, { username: 'case.only' });
    expect((await update(tessera, id, { username: 'Case.Only' })).status).toBe(200);
    const other = await addUser(tessera);
    expectRefusal(await update(tessera, other, { username: 'case.only' }), 409, 6, EXISTS);
  });

  it('what a deleted user held is free', async () => {
    const id = await addUser(tessera, { username: 'gone.soon' });
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    expect((await update(tessera, await addUser(tessera), { username: 'gone.soon' })).status).toBe(200);
  });

  it('of many who want one name at once, one gets it', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => addUser(tessera)));
    const answers = await Promise.all(ids.map((id) => update(tessera, id, { username: 'wanted' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  });
});

it('two users with one e-mail and one phone, where the organization does not make them unique', async () => {
  const email = { email: 'shared@mouse.test', isVerified: true };
  const phone = { phone: '+41791234567', isVerified: true };
  const [one, two] = [await addUser(loose, { username: 'one' }), await addUser(loose, { username: 'two' })];
  expect((await update(loose, one, { email, phone })).status).toBe(200);
  expect((await update(loose, two, { email, phone })).status).toBe(200);
  expect((await loose.user(two)).email.value).toBe('shared@mouse.test');
});
