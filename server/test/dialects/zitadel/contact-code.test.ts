import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  messagesTo,
  newPerson,
  plant,
  update,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const RPCS = [
  { rpc: 'SendEmailCode', kind: 'email', path: 'email/send', id: null },
  { rpc: 'ResendEmailCode', kind: 'email', path: 'email/resend', id: 'EMAIL-5w5ilin4yt' },
  { rpc: 'ResendPhoneCode', kind: 'phone', path: 'phone/resend', id: 'PHONE-5xrra88eq8' },
] as const;
let people = 0;

describe.each(RPCS)('$rpc', ({ kind, path, id: empty }) => {
  let id = '';
  let first = '';
  beforeEach(async () => {
    people += 1;
    const { json } = await tessera.send('POST', '/v2/users/human', {
      headers: ADMIN,
      body: newPerson({
        email: { email: `code.${people}@mouse.test`, returnCode: {} },
        phone: { phone: `+4179${2_000_000 + people}`, returnCode: {} },
      }),
    });
    id = json.userId;
    first = json[`${kind}Code`];
  });
  const ask = (body: object = {}, user = id, headers: Headers = ADMIN) =>
    tessera.send('POST', `/v2/users/${user}/${path}`, { headers, body });
  const verify = (verificationCode: string) =>
    tessera.send('POST', `/v2/users/${id}/${kind}/verify`, { headers: ADMIN, body: { verificationCode } });

  it('sends a new code, and the one before stops working', async () => {
    const response = await ask();
    expect(response.status, response.text).toBe(200);
    expect(Object.keys(response.json)).toEqual(['details']);
    expect((await eventTypes(tessera, id)).at(-1)).toBe(`user.${kind}_code_added`);
    expect(await messagesTo(tessera, id)).toEqual([`verify_${kind}`]);
    expectRefusal(await verify(first), 400, 3, 'Code is invalid (COMMAND-eis9R)');
  });

  it('returns a new code, and sends none', async () => {
    const { json } = await ask({ returnCode: {} });
    expect(json.verificationCode).toMatch(/^[A-Z0-9]{6}$/);
    expect(await messagesTo(tessera, id)).toEqual([]);
    expect((await verify(json.verificationCode)).status).toBe(200);
  });

  it('a code moves no version: readers see nothing of it', async () => {
    const { version } = await tessera.user(id);
    const response = await ask({}, id, { ...ADMIN, 'if-match': `"${version}"` });
    expect(response.headers.get('etag')).toBe(`"${version}"`);
    expect(response.json.details.sequence).toBe(String(version + 3));
  });

  it('a fifth wrong try ends it, and another starts anew', async () => {
    const { json } = await ask({ returnCode: {} });
    const wrong = json.verificationCode === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let tries = 1; tries <= 5; tries += 1) await verify(wrong);
    expectRefusal(await verify(json.verificationCode), 400, 3, 'Code is invalid (COMMAND-eis9R)');
    const another = await ask({ returnCode: {} });
    expect((await verify(another.json.verificationCode)).status).toBe(200);
  });

  it('for a verified contact', async () => {
    await verify(first);
    if (empty !== null) {
      await leavesNoTrace(tessera, id, async () => expectRefusal(await ask(), 400, 9, `Code is empty (${empty})`));
      return;
    }
    // Readers still see it verified, yet to assert it is a change again: that uses up the code.
    expect((await ask()).status).toBe(200);
    const { email } = await tessera.user(id);
    expect(email).toMatchObject({ verified: true, code: expect.anything() });
    await update(tessera, id, { email: { email: email.value, isVerified: true } });
    expect((await eventTypes(tessera, id)).at(-1)).toBe('user.email_verified');
    expect((await tessera.user(id)).email).toMatchObject({ verified: true, code: null });
  });

  it('without a contact', async () => {
    await plant(tessera, { id: `bare-${people}` });
    const name = kind === 'email' ? 'Email' : 'Phone';
    const message = empty === null ? `${name} not found (COMMAND-ieJ2e)` : `Code is empty (${empty})`;
    expectRefusal(await ask({}, `bare-${people}`), 400, 9, message);
    expectRefusal(await ask({}, 'unknown'), 404, 5, `${name} not found (COMMAND-ieJ2e)`);
  });

  it('in state initial', async () => {
    await plant(tessera, { id: `initial-${people}`, state: 'initial' });
    expectRefusal(await ask({}, `initial-${people}`), 400, 9, 'User is not yet initialized (COMMAND-uz0Uu)');
  });
});

it('a template that is no good', async () => {
  const id = await addUser(tessera);
  const body = { sendCode: { urlTemplate: 'javascript:{{.Code}}' } };
  const response = await tessera.send('POST', `/v2/users/${id}/email/send`, { headers: ADMIN, body });
  expectRefusal(response, 400, 3, 'URL Template is invalid (DOMAIN-oGh5e)');
});

it('without an outstanding code, one is sent but not sent again', async () => {
  const id = await addUser(tessera);
  const ask = (path: string) => tessera.send('POST', `/v2/users/${id}/${path}`, { headers: ADMIN, body: {} });
  expectRefusal(await ask('email/resend'), 400, 9, 'Code is empty (EMAIL-5w5ilin4yt)');
  expect((await ask('email/send')).status).toBe(200);
  expect((await ask('email/resend')).status).toBe(200);
  expect(await messagesTo(tessera, id)).toEqual(['verify_email', 'verify_email']);
});
