import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  eventTypes,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  MANAGE,
  messagesTo,
  update,
  VIEWER,
  zitadelSetup,
} from './support.ts';

let now = Date.now();
const tessera = await startTessera(zitadelSetup(), { clock: () => now });
afterAll(() => tessera.stop());

let id = '';
beforeEach(async () => {
  id = await addUser(tessera);
});
const invite = (body: object = {}, headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/invite_code`, { headers, body });
const resend = (headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/invite_code/resend`, { headers });
const verify = (verificationCode: string, headers: Headers = ADMIN, user = id) =>
  tessera.send('POST', `/v2/users/${user}/invite_code/verify`, { headers, body: { verificationCode } });
const returned = async (): Promise<string> => (await invite({ returnCode: {} })).json.inviteCode;

const INITIALIZED = 'User is already initialized (COMMAND-EF34g)';
const ABSENT = 'Code not found (COMMAND-Wr3gq)';
const WRONG = 'Code is invalid (COMMAND-Wgn4q)';
const MISSING = 'User could not be found (COMMAND-Wgvn4)';

describe('CreateInviteCode', () => {
  it.each([{}, { sendCode: { applicationName: 'Shop', urlTemplate: 'https://x.test/{{.Code}}' } }])(
    'mails the code: %j',
    async (body) => {
      const response = await invite(body);
      expect(response.status, response.text).toBe(200);
      expect(Object.keys(response.json)).toEqual(['details']);
      expect(await eventTypes(tessera, id)).toEqual(['user.created', 'user.invite_code_added']);
      expect(await messagesTo(tessera, id)).toEqual(['invite_user']);
    },
  );

  it('returns the code, and mails nothing', async () => {
    const response = await invite({ returnCode: {} });
    expect(response.json.inviteCode).toMatch(/^[A-Z0-9]{6}$/);
    expect(response.json.details.sequence).toBe('2');
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await messagesTo(tessera, id)).toEqual([]);
  });

  it('a new code ends the one before', async () => {
    const first = await returned();
    const second = await returned();
    if (first !== second) expectRefusal(await verify(first), 400, 3, WRONG);
    expect((await verify(second)).status).toBe(200);
  });

  it('only while there is no way to sign in', async () => {
    await leavesNoTrace(tessera, END_USER.id, async () =>
      expectRefusal(await invite({}, ADMIN, END_USER.id), 400, 9, INITIALIZED),
    );
  });

  it.each<[string, Headers, number, number, string]>([
    ['a member', END, 404, 5, 'membership not found (AUTHZ-cdgFk)'],
    ['a viewer', VIEWER, 403, 7, 'No matching permissions found (AUTH-AWfge)'],
    ['another organization', bearer(GLOBEX.adminPat), 404, 5, 'membership not found (AUTHZ-cdgFk)'],
  ])('%s may not', async (_who, headers, status, code, message) => {
    await leavesNoTrace(tessera, id, async () => expectRefusal(await invite({}, headers), status, code, message));
  });

  it('a manager may', async () => {
    expect((await invite({}, MANAGE)).status).toBe(200);
  });

  it('a template that is no good, an unknown user', async () => {
    const template = await invite({ sendCode: { urlTemplate: 'https://x.test/{{.Name}}' } });
    expectRefusal(template, 400, 3, 'URL Template is invalid (DOMAIN-ieYa7)');
    expectRefusal(await invite({}, ADMIN, 'unknown'), 400, 9, MISSING);
  });
});

describe('ResendInviteCode', () => {
  it('mails another code in place of the outstanding one', async () => {
    const first = await returned();
    const response = await resend();
    expect(response.status, response.text).toBe(200);
    expect(await messagesTo(tessera, id)).toEqual(['invite_user']);
    expectRefusal(await verify(first), 400, 3, WRONG);
  });

  it('not without one, nor to whoever may not, nor for nobody', async () => {
    expectRefusal(await resend(), 400, 9, ABSENT);
    expectRefusal(await resend(VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
    expectRefusal(await resend(ADMIN, 'unknown'), 400, 9, MISSING);
  });
});

describe('VerifyInviteCode', () => {
  it('proves the e-mail address, to whoever holds the code', async () => {
    const response = await verify(await returned(), END);
    expect(response.status, response.text).toBe(200);
    expect((await eventTypes(tessera, id)).slice(-2)).toEqual(['user.invite_accepted', 'user.email_verified']);
    expect((await tessera.user(id)).email.verified).toBe(true);
    expectRefusal(await verify('ABCDEF'), 400, 9, ABSENT);
  });

  it('five wrong tries end it', async () => {
    const code = await returned();
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA';
    for (let tries = 1; tries <= 5; tries += 1) expectRefusal(await verify(wrong), 400, 3, WRONG);
    expectRefusal(await verify(code), 400, 9, ABSENT);
    expect((await eventTypes(tessera, id)).filter((type) => type === 'user.invite_code_failed')).toHaveLength(5);
    expect((await tessera.user(id)).email.verified).toBe(false);
  });

  it('three days, not longer', async () => {
    const code = await returned();
    now += 72 * 60 * 60 * 1000 - 1;
    expect((await verify(code)).status).toBe(200);
    const other = await addUser(tessera);
    const { json } = await invite({ returnCode: {} }, ADMIN, other);
    now += 72 * 60 * 60 * 1000;
    expectRefusal(await verify(json.inviteCode, ADMIN, other), 400, 3, WRONG);
  });

  it('does not verify an address it was not made for', async () => {
    const code = await returned();
    await update(tessera, id, { email: { email: 'another@mouse.test', isVerified: false } });
    expectRefusal(await verify(code), 400, 9, ABSENT);
  });

  it('fits no other user, and no other purpose', async () => {
    const code = await returned();
    const other = await addUser(tessera);
    await invite({ returnCode: {} }, ADMIN, other);
    expectRefusal(await verify(code, ADMIN, other), 400, 3, WRONG);
    const body = { verificationCode: code };
    const email = await tessera.send('POST', `/v2/users/${id}/email/verify`, { headers: ADMIN, body });
    expectRefusal(email, 400, 3, 'Code is invalid (COMMAND-eis9R)');
  });

  it('nobody, or of another organization', async () => {
    expectRefusal(await verify('ABCDEF', ADMIN, 'unknown'), 400, 9, MISSING);
    const code = await returned();
    expectRefusal(await verify(code, bearer(GLOBEX.adminPat)), 400, 9, MISSING);
  });
});

describe('HumanMFAInitSkipped', () => {
  const skip = (user: string, headers: Headers) =>
    tessera.send('POST', `/v2/users/${user}/mfa_init_skipped`, { headers, body: {} });

  it('is shown, and moves no version', async () => {
    const before = await tessera.send('GET', `/v2/users/${END_USER.id}`, { headers: END });
    expect(before.json.user.human.mfaInitSkipped).toBeUndefined();
    expect((await skip(END_USER.id, END)).status).toBe(200);
    const after = await tessera.send('GET', `/v2/users/${END_USER.id}`, { headers: END });
    expect(after.json.user.human.mfaInitSkipped).toBe(new Date(now).toISOString());
    expect(after.json.details).toEqual(before.json.details);
  });

  it('of others needs the right', async () => {
    expectRefusal(await skip(id, END), 404, 5, 'membership not found (AUTHZ-cdgFk)');
    expectRefusal(await skip(id, VIEWER), 403, 7, 'No matching permissions found (AUTH-AWfge)');
    expect((await skip(id, MANAGE)).status).toBe(200);
    expectRefusal(await skip('unknown', ADMIN), 404, 5, 'User could not be found (COMMAND-ugjs0upun6)');
  });
});
