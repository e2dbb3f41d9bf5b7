import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  eventTypes,
  expectRefusal,
  leavesNoTrace,
  newPerson,
  plant,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';

let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now });
afterAll(() => tessera.stop());

const INVALID = 'Code is invalid (COMMAND-eis9R)';
let people = 0;

describe.each(['email', 'phone'] as const)('%s', (kind) => {
  let id = '';
  let code = '';

  beforeEach(async () => {
    people += 1;
    const response = await tessera.send('POST', '/v2/users/human', {
      headers: ADMIN,
      body: newPerson({
        email: { email: `verify.${people}@mouse.test`, returnCode: {} },
        phone: { phone: `+4179${1_000_000 + people}`, returnCode: {} },
      }),
    });
    id = response.json.userId;
    code = response.json[`${kind}Code`];
  });

  const verify = (verificationCode: string, user = id, headers = ADMIN) =>
    tessera.send('POST', `/v2/users/${user}/${kind}/verify`, { headers, body: { verificationCode } });

  it('verifies with the code', async () => {
    const response = await verify(code);
    expect(response.status, response.text).toBe(200);
    expect(response.json.details.sequence).toBe('4');
    expect(response.headers.get('etag')).toBe('"4"');
    expect((await eventTypes(tessera, id)).at(-1)).toBe(`user.${kind}_verified`);
    expect((await tessera.user(id))[kind]).toMatchObject({ verified: true, verifiedAt: now, code: null });
  });

  it('needs no permission but the code', async () => {
    expect((await verify(code, id, VIEWER)).status).toBe(200);
  });

  it('takes the code once', async () => {
    await verify(code);
    await leavesNoTrace(tessera, id, async () => expectRefusal(await verify(code), 400, 3, INVALID));
  });

  it('a wrong code is recorded, and five kill the code', async () => {
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let tries = 1; tries <= 5; tries += 1) expectRefusal(await verify(wrong), 400, 3, INVALID);
    const failed = (await eventTypes(tessera, id)).filter((type) => type === `user.${kind}_code_failed`);
    expect(failed.length).toBe(5);
    expectRefusal(await verify(code), 400, 3, INVALID);
    expect((await tessera.user(id))[kind].verified).toBe(false);
  });

  it('concurrent wrong codes are counted to five, no more', async () => {
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    await Promise.all(Array.from({ length: 20 }, () => verify(wrong)));
    const failed = (await eventTypes(tessera, id)).filter((type) => type === `user.${kind}_code_failed`);
    expect(failed.length).toBe(5);
  });

  it('expires after an hour', async () => {
    now += 60 * 60 * 1000;
    await leavesNoTrace(tessera, id, async () => expectRefusal(await verify(code), 400, 3, INVALID));
  });

  it('dies with the value it was made for', async () => {
    const body =
      kind === 'email'
        ? { email: { email: `other.${people}@mouse.test`, returnCode: {} } }
        : { phone: { phone: `+4178${1_000_000 + people}`, returnCode: {} } };
    const changed = await update(tessera, id, body);
    expectRefusal(await verify(code), 400, 3, INVALID);
    expect((await verify(changed.json[`${kind}Code`])).status).toBe(200);
  });

  it('does not fit the other contact', async () => {
    const other = kind === 'email' ? 'phone' : 'email';
    const body = { verificationCode: code };
    const response = await tessera.send('POST', `/v2/users/${id}/${other}/verify`, { headers: ADMIN, body });
    expectRefusal(response, 400, 3, INVALID);
  });

  it('unknown user', async () => {
    const text = kind === 'email' ? 'Email not found' : 'Phone not found';
    expectRefusal(await verify(code, 'unknown'), 404, 5, `${text} (COMMAND-ieJ2e)`);
  });

  it('user in state initial', async () => {
    const initial = `initial-${people}`;
    await plant(tessera, { id: initial, state: 'initial' });
    expectRefusal(await verify(code, initial), 400, 9, 'User is not yet initialized (COMMAND-uz0Uu)');
  });

  it.each(['', 'x'.repeat(21)])('the code %j breaks the rules', async (bad) => {
    const name = kind === 'email' ? 'VerifyEmailRequest' : 'VerifyPhoneRequest';
    const rule = 'value length must be between 1 and 20 runes, inclusive';
    expectRefusal(await verify(bad), 400, 3, `invalid ${name}.VerificationCode: ${rule}`);
  });
});
