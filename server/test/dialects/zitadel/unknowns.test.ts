import { afterAll, beforeEach, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { ADMIN, addUser, END, END_USER, expectRefusal, update, VIEWER, zitadelSetup } from './support.ts';

/** Where this server is deliberately better than the one it is compatible with, as the contract allows. */
const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let id = '';
beforeEach(async () => {
  id = await addUser(tessera, { password: { password: 'Secr3tP4ssw0rd!' } });
});

it('no 500 for passwords of 73 to 200 bytes: they work', async () => {
  const password = `Aa1!${'x'.repeat(70)}`;
  expect((await update(tessera, id, { password: { password: { password } } })).status).toBe(200);
});

it('400 instead of 500 for "new = current"', async () => {
  const password = { password: { password: 'Secr3tP4ssw0rd!' }, currentPassword: 'Secr3tP4ssw0rd!' };
  const response = await update(tessera, id, { password });
  expectRefusal(response, 400, 9, 'New password cannot be the same as your current password (COMMAND-Aesh5)');
});

it('permission check on empty updates', async () => {
  expectRefusal(await update(tessera, id, {}, VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
});

it('returnCode of PasswordReset only with user.write', async () => {
  const response = await tessera.send('POST', `/v2/users/${END_USER.id}/password_reset`, {
    headers: END,
    body: { returnCode: {} },
  });
  expect(response.status).toBe(404);
});

it('hash checks on every route', async () => {
  const hash = '$1$salt$0123456789012345678901';
  const created = await tessera.send('POST', '/v2/users/human', {
    headers: ADMIN,
    body: {
      profile: { givenName: 'G', familyName: 'F' },
      email: { email: 'hash@mouse.test' },
      hashedPassword: { hash },
    },
  });
  const updated = await update(tessera, id, { password: { hashedPassword: { hash } } });
  for (const response of [created, updated]) {
    expectRefusal(response, 400, 3, 'Errors.Hash.NotSupported (CRYPT-2xK7d)');
  }
});

it('optimistic locking is always on: If-Match is honoured', async () => {
  const response = await update(tessera, id, {}, { ...ADMIN, 'if-match': '"99"' });
  expect(response.status).toBe(412);
});

it('a wrong code is counted, five end it', async () => {
  const reset = await tessera.send('POST', `/v2/users/${id}/password_reset`, {
    headers: ADMIN,
    body: { returnCode: {} },
  });
  const set = (verificationCode: string) =>
    update(tessera, id, { password: { password: { password: 'N3wP4ssword!' }, verificationCode } });
  for (let tries = 1; tries <= 5; tries += 1) expect((await set('wrong')).status).toBe(400);
  expectRefusal(await set(reset.json.verificationCode), 400, 9, 'Code not found (COMMAND-2M9fs)');
});
