import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  messagesTo,
  OWNER,
  plant,
  VIEWER,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(
  zitadelSetup(({ organizations: [acme] }) => {
    acme.unique = [];
  }),
);
afterAll(() => tessera.stop());

let people = 0;
const KINDS = {
  email: { name: 'Email', member: 'email', old: 'old@mouse.test', next: () => `next.${people}@mouse.test` },
  phone: { name: 'Phone', member: 'phone', old: '+41791000000', next: () => `+4178${1_000_000 + people}` },
} as const;

describe.each(['email', 'phone'] as const)('Set of %s', (kind) => {
  const { name, member, old, next } = KINDS[kind];
  let id = '';
  beforeEach(async () => {
    people += 1;
    id = await addUser(tessera, {
      username: `set.${kind}.${people}`,
      email: { email: KINDS.email.old, isVerified: true },
      phone: { phone: KINDS.phone.old, isVerified: true },
    });
  });
  const set = (body: object, headers: Headers = ADMIN, user = id) =>
    tessera.send('POST', `/v2/users/${user}/${kind}`, { headers, body });

  it.each<[string, object, string, string[]]>([
    ['nothing', {}, 'code_added', [`verify_${kind}`]],
    ['sendCode', { sendCode: {} }, 'code_added', [`verify_${kind}`]],
    ['returnCode', { returnCode: {} }, 'code_added', []],
    ['isVerified', { isVerified: true }, 'verified', []],
  ])('with %s', async (verification, more, event, messages) => {
    const before = await eventTypes(tessera, id);
    const response = await set({ [member]: next(), ...more });
    expect(response.status, response.text).toBe(200);
    expect(await eventTypes(tessera, id)).toEqual([...before, `user.${kind}_changed`, `user.${kind}_${event}`]);
    expect(await messagesTo(tessera, id)).toEqual(messages);
    const user = await tessera.user(id);
    expect(user[kind]).toMatchObject({ value: next(), verified: verification === 'isVerified' });
    expect(response.json.details).toMatchObject({
      sequence: String(user.sequence),
      resourceOwner: user.organizationId,
    });
    expect(response.headers.get('etag')).toBe(`"${user.version}"`);
    expect('verificationCode' in response.json).toBe(verification === 'returnCode');
  });

  it('the returned code verifies the new value', async () => {
    const { json } = await set({ [member]: next(), returnCode: {} });
    const { verificationCode } = json;
    const verified = await tessera.send('POST', `/v2/users/${id}/${kind}/verify`, {
      headers: ADMIN,
      body: { verificationCode },
    });
    expect(verified.status).toBe(200);
    expect((await tessera.user(id))[kind].verified).toBe(true);
  });

  it.each([{}, { returnCode: {} }, { isVerified: true }])('the stored value is refused, also with %j', async (more) => {
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await set({ [member]: old, ...more }), 400, 9, `${name} not changed (COMMAND-Uch5e)`),
    );
  });

  it('the stored value is not told to those without the right', async () => {
    const refused = await set({ [member]: old }, VIEWER);
    expectRefusal(refused, 403, 7, 'No matching permissions found (AUTH-AWfge)');
    expectRefusal(await set({ [member]: old }, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
  });

  it('isVerified:false breaks the rules', async () => {
    const response = await set({ [member]: next(), isVerified: false });
    expectRefusal(response, 400, 3, `invalid Set${name}Request.IsVerified: value must equal true`);
  });

  it('unknown, deleted and machine users', async () => {
    const machine = `machine-${kind}`;
    if (people > 0) await plant(tessera, { id: `${machine}-${people}`, kind: 'machine' });
    await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN });
    for (const missing of ['unknown', id, `${machine}-${people}`]) {
      const response = await set({ [member]: next() }, ADMIN, missing);
      expectRefusal(response, 404, 5, `${name} not found (COMMAND-ieJ2e)`);
    }
  });

  it('a user in state initial', async () => {
    await plant(tessera, { id: `initial-${people}`, state: 'initial' });
    const response = await set({ [member]: next() }, ADMIN, `initial-${people}`);
    expectRefusal(response, 400, 9, 'User is not yet initialized (COMMAND-uz0Uu)');
  });

  it('a manager may, but not of a user who holds more', async () => {
    expect((await set({ [member]: next(), isVerified: true }, MANAGE)).status).toBe(200);
    expectRefusal(
      await set({ [member]: next() }, MANAGE, OWNER.id),
      403,
      7,
      'No matching permissions found (AUTH-AWfge)',
    );
  });
});

it('values that cannot be read', async () => {
  const send = (kind: string, body: object) =>
    tessera.send('POST', `/v2/users/${END_USER.id}/${kind}`, { headers: END, body });
  expectRefusal(await send('email', { email: 'A <a@b.ch>' }), 400, 3, 'Email is invalid (EMAIL-599GV)');
  expectRefusal(await send('phone', { phone: 'x' }), 400, 3, 'Phone is invalid (PHONE-so0wa)');
  const template = { email: 'a@b.ch', sendCode: { urlTemplate: 'https://x.test/{{.Nothing}}' } };
  expectRefusal(await send('email', template), 400, 3, 'URL Template is invalid (DOMAIN-ieYa7)');
});

describe('RemovePhone', () => {
  const remove = (id: string, headers: Headers = ADMIN) => tessera.send('DELETE', `/v2/users/${id}/phone`, { headers });

  it('removes the number with its verification and its code', async () => {
    const id = await addUser(tessera, { username: 'remove.phone', phone: { phone: '+41791000001', returnCode: {} } });
    const response = await remove(id);
    expect(response.status, response.text).toBe(200);
    expect((await eventTypes(tessera, id)).at(-1)).toBe('user.phone_changed');
    expect((await tessera.user(id)).phone).toEqual({ value: null, verified: false, verifiedAt: null, code: null });
    await leavesNoTrace(tessera, id, async () =>
      expectRefusal(await remove(id), 400, 9, 'Phone not found (COMMAND-ieJ2e)'),
    );
  });

  it('oneself may, and a viewer is not told that there is none', async () => {
    await tessera.send('POST', `/v2/users/${END_USER.id}/phone`, { headers: END, body: { phone: '+41791000002' } });
    expectRefusal(await remove(END_USER.id, VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
    expect((await remove(END_USER.id, END)).status).toBe(200);
    expectRefusal(await remove(END_USER.id, VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
  });

  it('unknown user', async () => {
    expectRefusal(await remove('unknown'), 404, 5, 'Phone not found (COMMAND-ieJ2e)');
  });

  it('a user in state initial, whether or not there is one', async () => {
    const phone = { value: '+41791000003', verified: false, verifiedAt: null, code: null };
    await plant(tessera, { id: 'initial-without', state: 'initial' });
    await plant(tessera, { id: 'initial-with', state: 'initial', phone });
    for (const id of ['initial-without', 'initial-with']) {
      await leavesNoTrace(tessera, id, async () =>
        expectRefusal(await remove(id), 400, 9, 'User is not yet initialized (COMMAND-uz0Uu)'),
      );
    }
  });
});
